"""Group commit: concurrent requests share a transaction without losing an entry; a failed log fails the request."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from api.accesslog import batch_writer, checkpoints, store, verification
from api.accesslog.chain import ChainHead, Entry, Heads
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work
from api.errors import DatabaseBusy
from tests.accesslog.entries import entries
from tests.hall import Hall, open_hall
from tests.people.test_read_authorization import PERSON, number_of

BESIDE = """query ($number: String!) {
  notice { version } person(idNumber: $number, purpose: "复核") { name } people { nodes { name } }
  viewer { person { revealed(purpose: "核对") { name } } } }"""


async def test_concurrent_look_ups_write_one_chain(hall: Hall) -> None:
    """Every response has its entry, the numbers have no gap, and the chain verifies."""
    number = await number_of(hall, "eligible")
    await asyncio.gather(hall.browser("clerk"), hall.browser("supervisor"))
    signed_in = len(await entries(hall.settings))
    accounts = [("clerk", "supervisor")[number % 2] for number in range(100)]
    request = {"query": PERSON, "variables": {"number": number, "purpose": "复核"}}
    answers = await asyncio.gather(*(hall.post(json=request, account=account) for account in accounts))
    assert all(answer.json()["data"]["person"]["revealed"] for answer in answers)
    log = await entries(hall.settings)
    assert [entry["id"] for entry in log] == list(range(1, 1 + signed_in + 2 * 100))
    of_each = {answer.headers["x-request-id"]: ["READ", "REVEAL"] for answer in answers}
    assert {
        reference: [entry["act"] for entry in log if entry["request_id"] == reference] for reference in of_each
    } == of_each
    assert await verification.verify() == (ChainHead(len(log), log[-1]["digest"]),)


class BlockedLog:
    """A log that blocks its writes until `go_on` is set, and records the batch sizes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.started, self.go_on = asyncio.Event(), asyncio.Event()
        self._append, self._written = store.append, in_transaction
        monkeypatch.setattr(store, "append", self.append)
        monkeypatch.setattr(batch_writer, "in_transaction", self.written)

    def append(self, batch: Sequence[Entry]) -> Work[None]:
        self.sizes.append(len(batch))
        return self._append(batch)

    async def written(self, work: Callable[[], Work[None]]) -> None:
        self.started.set()
        await self.go_on.wait()
        await self._written(work)


async def test_concurrent_requests_share_transactions(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single entry is written at once; entries that arrive during the write follow in one transaction."""
    [entry] = await _reveal_entry(hall)
    blocked = BlockedLog(monkeypatch)
    first = asyncio.create_task(batch_writer.record(entry))
    await blocked.started.wait()
    others = [asyncio.create_task(batch_writer.record(entry)) for _ in range(9)]
    await asyncio.sleep(0)  # lets each task submit its entry
    blocked.go_on.set()
    await asyncio.gather(first, *others)
    assert blocked.sizes == [1, 9]
    assert len(await entries(hall.settings)) == 11


@pytest.mark.parametrize(("requests", "sizes"), [(1, [1]), (5, [5]), (60, [50, 10])])
async def test_requests_of_consecutive_iterations_share_transactions(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, requests: int, sizes: list[int]
) -> None:
    """Entries of consecutive event-loop iterations are written in one transaction, up to MAX_BATCH."""
    [entry] = await _reveal_entry(hall)
    blocked = BlockedLog(monkeypatch)
    blocked.go_on.set()

    async def append_repeatedly(number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)
        await batch_writer.record(entry)

    await asyncio.gather(*map(append_repeatedly, range(requests)))
    assert blocked.sizes == sizes
    assert isinstance(await verification.verify(), Heads)


async def test_invalid_entry_fails_alone(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the request of the invalid entry fails; the others of its batch succeed."""
    [entry] = await _reveal_entry(hall)
    blocked = BlockedLog(monkeypatch)
    first = asyncio.create_task(batch_writer.record(entry))
    await blocked.started.wait()
    of_unknown_person = entry._replace(person=2**31 - 1)
    tasks = [asyncio.create_task(batch_writer.record(each)) for each in (entry, of_unknown_person, entry)]
    await asyncio.sleep(0)  # lets each task submit its entry
    blocked.go_on.set()
    outcomes = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, False, True, False]
    assert len(await entries(hall.settings)) == 1 + 3
    assert isinstance(await verification.verify(), Heads)


@pytest.mark.parametrize("fault", [DatabaseBusy("full"), RuntimeError("a fault")])
async def test_failed_log_fails_fields(hall: Hall, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    """Look-ups, lists and reveals return null and an error if the log fails; fields without an entry succeed."""
    number = await number_of(hall, "eligible")
    await hall.browser("supervisor")

    def fails(_: object) -> Work[None]:
        raise fault

    monkeypatch.setattr(store, "append", fails)
    request = {"query": BESIDE, "variables": {"number": number}}
    answer = (await hall.post(json=request, account="supervisor")).json()
    assert (answer["data"]["person"], answer["data"]["people"]) == (None, None)
    assert answer["data"]["notice"]["version"]
    assert {error["path"][0] for error in answer["errors"]} == {"person", "people"}
    own = (await hall.post(json=request, account="eligible")).json()
    assert own["data"]["viewer"]["person"] == {"revealed": None}
    assert own["data"]["notice"]["version"]
    assert number not in str(answer) + str(own)


async def test_entry_of_cancelled_caller_is_written(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry of a cancelled caller is written, and callers after it get their results."""
    [entry] = await _reveal_entry(hall)
    blocked = BlockedLog(monkeypatch)
    gone, following = (asyncio.create_task(batch_writer.record(entry)) for _ in range(2))
    await blocked.started.wait()
    gone.cancel()
    blocked.go_on.set()
    await following
    await batch_writer.flush()
    assert gone.cancelled()
    assert len(await entries(hall.settings)) == 3


async def test_head_is_printed_at_start_change_and_shutdown(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head is printed at start, after changes and at shutdown, in the format of `audit verify`."""
    twice = asyncio.Event()
    lines: list[str] = []

    def line(event: str, heads: Heads) -> None:
        lines.append(event % (heads,))
        if len(lines) == 2:
            twice.set()

    monkeypatch.setattr(checkpoints, "CHECKPOINT_INTERVAL", timedelta(0))
    monkeypatch.setattr(checkpoints.logger, "info", line)
    async with checkpoints.printing_checkpoints():
        assert lines == [f"the head of the access log is 0:{'0' * 64}"]
        await number_of(hall, "eligible")
        await twice.wait()
    printed = [ChainHead.read(text.rpartition(" ")[2]) for text in lines]
    assert [head.number for head in printed] == [0, 1, 1]
    assert await verification.verify(verification.Evidence(printed[1:])) == (printed[-1],)


async def test_shutdown_writes_pending_entries_and_head(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The last line of the process log is the head after all pending entries."""
    caplog.set_level(logging.INFO, "hall")
    async with open_hall(settings) as hall:
        [entry] = await _reveal_entry(hall)
        task = asyncio.create_task(batch_writer.record(entry))
        await asyncio.sleep(0)  # lets the task submit its entry
    await task
    log = await entries(settings)
    assert len(log) == 2
    assert caplog.messages[-1] == f"the head of the access log is 2:{log[-1]['digest']}"


async def _reveal_entry(hall: Hall) -> list[Entry]:
    """Return the only entry of the log, of one reveal."""
    await number_of(hall, "eligible")
    return [entry for _, entry in await store.read(1, 9) if entry]
