"""Group commit: concurrent requests share a transaction without losing an entry; a failed log fails the request."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from api.accesslog import batch_writer, checkpoints, store
from api.accesslog.chain import ChainHead, Entry
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work
from api.errors import DatabaseBusy
from tests.accesslog.entries import entries
from tests.hall import Hall, open_hall
from tests.people.test_reading import PERSON, number_of

BESIDE = """query ($number: String!) {
  notice { version } person(idNumber: $number, purpose: "复核") { name } people { nodes { name } }
  viewer { person { revealed(purpose: "核对") { name } } } }"""


async def test_a_hundred_look_ups_at_once_make_one_chain(hall: Hall) -> None:
    """Every response has its entry, the numbers have no gap, and the chain verifies."""
    number = await number_of(hall, "eligible")
    await asyncio.gather(hall.browser("clerk"), hall.browser("supervisor"))
    signed_in = len(await entries(hall.settings))
    asked = [("clerk", "supervisor")[turn % 2] for turn in range(100)]
    question = {"query": PERSON, "variables": {"number": number, "purpose": "复核"}}
    answers = await asyncio.gather(*(hall.post(json=question, account=account) for account in asked))
    assert all(answer.json()["data"]["person"]["revealed"] for answer in answers)
    log = await entries(hall.settings)
    assert [entry["id"] for entry in log] == list(range(1, 1 + signed_in + 2 * 100))
    of_each = {answer.headers["x-request-id"]: ["READ", "REVEAL"] for answer in answers}
    assert {
        reference: [entry["act"] for entry in log if entry["request_id"] == reference] for reference in of_each
    } == of_each
    assert await store.verify() == ChainHead(len(log), log[-1]["digest"])


class BlockedLog:
    """A log that blocks its writes until `go_on` is set, and records the sizes of batches."""

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


async def test_requests_at_once_share_transactions(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single entry is written at once; entries that arrive during the write follow in one transaction."""
    [said] = await _said(hall)
    held = BlockedLog(monkeypatch)
    first = asyncio.create_task(batch_writer.record(said))
    await held.started.wait()
    others = [asyncio.create_task(batch_writer.record(said)) for _ in range(9)]
    await asyncio.sleep(0)  # lets each of them hand in its entry
    held.go_on.set()
    await asyncio.gather(first, *others)
    assert held.sizes == [1, 9]
    assert len(await entries(hall.settings)) == 11


@pytest.mark.parametrize(("requests", "sizes"), [(1, [1]), (5, [5]), (60, [50, 10])])
async def test_requests_that_are_answered_one_by_one_share_transactions(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, requests: int, sizes: list[int]
) -> None:
    """Entries of consecutive event-loop iterations are written in one transaction, up to MAX_BATCH."""
    [said] = await _said(hall)
    held = BlockedLog(monkeypatch)
    held.go_on.set()

    async def in_turn(number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)
        await batch_writer.record(said)

    await asyncio.gather(*map(in_turn, range(requests)))
    assert held.sizes == sizes
    assert isinstance(await store.verify(), ChainHead)


async def test_an_entry_that_cannot_be_stored_harms_no_other(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the request of the invalid entry fails; the others of its batch succeed."""
    [said] = await _said(hall)
    held = BlockedLog(monkeypatch)
    first = asyncio.create_task(batch_writer.record(said))
    await held.started.wait()
    of_nobody = said._replace(person=2**31 - 1)
    tasks = [asyncio.create_task(batch_writer.record(each)) for each in (said, of_nobody, said)]
    await asyncio.sleep(0)  # lets each of them hand in its entry
    held.go_on.set()
    outcomes = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, False, True, False]
    assert len(await entries(hall.settings)) == 1 + 3
    assert isinstance(await store.verify(), ChainHead)


@pytest.mark.parametrize("fault", [DatabaseBusy("full"), RuntimeError("of ours")])
async def test_what_cannot_be_logged_is_not_answered(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """Look-ups, lists and reveals return null and an error if the log fails; fields without an entry succeed."""
    number = await number_of(hall, "eligible")
    await hall.browser("supervisor")

    def fails(_: object) -> Work[None]:
        raise fault

    monkeypatch.setattr(store, "append", fails)
    question = {"query": BESIDE, "variables": {"number": number}}
    answer = (await hall.post(json=question, account="supervisor")).json()
    assert (answer["data"]["person"], answer["data"]["people"]) == (None, None)
    assert answer["data"]["notice"]["version"]
    assert {error["path"][0] for error in answer["errors"]} == {"person", "people"}
    own = (await hall.post(json=question, account="eligible")).json()
    assert own["data"]["viewer"]["person"] == {"revealed": None}
    assert own["data"]["notice"]["version"]
    assert number not in str(answer) + str(own)


async def test_a_caller_that_gives_up_leaves_its_entry(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry of a cancelled caller is written, and callers after it get their results."""
    [said] = await _said(hall)
    held = BlockedLog(monkeypatch)
    gone, behind = (asyncio.create_task(batch_writer.record(said)) for _ in range(2))
    await held.started.wait()
    gone.cancel()
    held.go_on.set()
    await behind
    await batch_writer.flush()
    assert gone.cancelled()
    assert len(await entries(hall.settings)) == 3


async def test_the_head_is_printed_at_both_ends_and_between(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head is printed at start, after changes and at shutdown, in the format of `audit verify`."""
    twice = asyncio.Event()
    lines: list[str] = []

    def line(event: str, head: ChainHead) -> None:
        lines.append(event % (head,))
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
    assert await store.verify(printed[1:]) == printed[-1]


async def test_a_hall_that_closes_writes_all_and_prints_the_head(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The last line of the process log is the head after all pending entries."""
    caplog.set_level(logging.INFO, "hall")
    async with open_hall(settings) as hall:
        [said] = await _said(hall)
        task = asyncio.create_task(batch_writer.record(said))
        await asyncio.sleep(0)  # lets it hand in its entry
    await task
    log = await entries(settings)
    assert len(log) == 2
    assert caplog.messages[-1] == f"the head of the access log is 2:{log[-1]['digest']}"


async def _said(hall: Hall) -> list[Entry]:
    """Return the only entry of the log, of one reveal."""
    await number_of(hall, "eligible")
    return [entry async for batch in store._stored_batches() for _, entry in batch if entry]
