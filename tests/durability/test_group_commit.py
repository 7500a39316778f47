"""Group commit on SQLite: concurrent submissions share a commit, fail independently, and respond after it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import product
from typing import Any

import httpx
import pytest

from api.accesslog import checkpoints
from api.db.database import is_sqlite
from api.db.sqlite import driver
from api.db.transactions import batcher, sqlite_writer
from api.enrolment import persistence, service
from api.enrolment.form import Form
from api.enrolment.idempotency import IdempotentWrite, find_idempotency_record
from api.enrolment.models import IdempotencyRecord
from api.enrolment.receipt import Line
from api.enrolment.receipt_lines import receipt_lines
from api.enrolment.scheme import Scheme
from api.settings import Settings
from tests.durability.crowd import Member, store_members
from tests.durability.faults import FAULTS, Duration, Fault, Moment, UnexpectedError, injected
from tests.durability.records import records
from tests.durability.scale import IS_FULL
from tests.durability.test_cancelled_requests import event_loop_iterations
from tests.durability.test_faults import check_response, result, submit
from tests.durability.test_outages import client_of, locked_by_another
from tests.hall import Hall, open_hall

GROUP = 3
# Each work has eight statements between its savepoint and the release; a loser is rolled back at the fourth.
BEGIN = COMMIT = 1
STATEMENTS_OF_WORK = 10
STATEMENTS_OF_LOSER = 7
STATEMENTS = BEGIN + GROUP * STATEMENTS_OF_WORK + COMMIT
TIMEOUT_SECONDS = 10
# Pairwise combinations by default, all of them in `make test-all`.
COMBINATIONS = [
    (cause, moment, duration)
    for (number, cause), (place, moment), (length, duration) in product(
        enumerate(("the disk is full", "an unexpected error")), enumerate(Moment), enumerate(Duration)
    )
    if IS_FULL or (number + place + length) % 2 == 0
]


@pytest.fixture
def fault() -> Iterator[Fault]:
    """A fault, inactive until it is planned."""
    with injected() as fault:
        yield fault


async def submit_concurrently(hall: Hall, submissions: Sequence[tuple[Member, str]]) -> list[httpx.Response]:
    """Return the responses to submissions that are all queued before the first transaction begins."""
    client = client_of(hall)
    if not is_sqlite(hall.settings):
        return list(await asyncio.gather(*(submit(hall, member, key) for member, key in submissions)))
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await client._lock.acquire()
        tasks = [asyncio.create_task(submit(hall, member, key)) for member, key in submissions]
        while len(sqlite_writer.writer_for(client)._queue) < len(submissions):
            await event_loop_iterations(1)
        client._lock.release()
        return await asyncio.gather(*tasks)


def codes(response: httpx.Response) -> set[str]:
    """Return the error codes of a submission; empty if it succeeded."""
    return {error["extensions"]["code"] for error in response.json().get("errors", ())}


async def test_fault_in_work_does_not_affect_group(empty_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault within one work stores nothing of it; the others are stored, and a retry succeeds."""
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 5))

    def fails(scheme: Scheme, person: Any, form: Form, now: Any) -> tuple[Line, ...]:
        if str(form.text("residentialAddress")).endswith("路2号"):
            raise UnexpectedError
        return receipt_lines(scheme, person, form, now)

    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        with monkeypatch.context() as patch:
            patch.setattr(persistence, "receipt_lines", fails)
            answers = await submit_concurrently(hall, [(member, "key") for member in members])
        assert [codes(answer) for answer in answers] == [set(), set(), {"INTERNAL"}, set(), set()]
        assert [await stored.count(table) for table in ("kept_answer", "consent", "access_log_entry")] == [4] * 3
        assert await stored.broken_invariants() == []
        assert not result(await submit(hall, members[2], "key"))["replayed"]


async def test_conflict_in_work_does_not_affect_group(empty_settings: Settings) -> None:
    """Two concurrent submissions of a person, under one key or two, get the same results as sequential ones."""
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 2))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        sent = [(members[0], "one"), (members[0], "two"), (members[1], "one"), (members[1], "one")]
        answers = [
            answer.json()["data"]["registerFlexibleEmployment"] for answer in await submit_concurrently(hall, sent)
        ]
        kinds = [[each["__typename"] for each in answers[:2]], [each["replayed"] for each in answers[2:]]]
        assert [sorted(each) for each in kinds] == [
            ["AlreadyEnrolled", "FlexibleEmploymentRegistered"], [False, True]
        ]  # fmt: skip
        assert answers[2]["enrolment"] == answers[3]["enrolment"]
        assert await stored.count("receipt") == len(members)
        assert await stored.broken_invariants() == []


async def test_same_key_committed_after_lookup_replays(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A submission replays even if the first one commits after the second has looked up its key."""
    [member] = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 1))
    first: list[Any] = []

    async def committed_afterwards(write: IdempotentWrite) -> IdempotencyRecord | None:
        found = await find_idempotency_record(write)
        if not first:
            first.append("begun")
            first.append(result(await submit(hall, member, "key")))
        return found

    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        monkeypatch.setattr(service, "find_idempotency_record", committed_afterwards)
        again = result(await submit(hall, member, "key"))
        assert again == first[1] | {"replayed": True}
        assert await stored.count("receipt") == 1


@pytest.mark.parametrize(("cause", "moment", "duration"), COMBINATIONS)
async def test_group_is_consistent_at_every_statement(
    empty_settings: Settings, fault: Fault, cause: str, moment: Moment, duration: Duration
) -> None:
    """With a fault at each statement in turn: confirmed enrolments are stored, and all clients can retry."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL each submission has its own transaction")
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, GROUP * (STATEMENTS + 1)))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        for at in range(1, STATEMENTS + 2):
            sent = [(member, "key") for member in members[GROUP * (at - 1) : GROUP * at]]
            before = await stored.enrolments()
            fault.plan(at, moment, duration, FAULTS[cause])
            answers = await submit_concurrently(hall, sent)
            assert bool(fault.raised) == (at <= STATEMENTS)
            if duration is Duration.FOR_GOOD:
                check_response(await submit(hall, *sent[0]), cause)
            fault.heal()
            after = await stored.enrolments()
            assert await stored.broken_invariants() == [], at
            for answer in answers:
                check_response(answer, cause)
            confirmed = [result(answer)["enrolment"]["id"] for answer in answers if not codes(answer)]
            assert {*confirmed} <= after.keys() - before.keys(), at
            if confirmed and len(confirmed) < GROUP:
                assert len(confirmed) == GROUP - 1, "a fault affects one work or the whole group"
            again = [result(await submit(hall, *each)) for each in sent]
            assert sum(each["replayed"] for each in again) == len(after) - len(before), at
            # A connection that was reopened after a failed attempt has its settings.
            [[has_foreign_keys]] = await client_of(hall)._connection.execute_fetchall("PRAGMA foreign_keys")
            assert has_foreign_keys, at
        assert await stored.count("receipt") == len(members)


async def test_failed_commit_fails_all_responses(empty_settings: Settings, fault: Fault) -> None:
    """If the commit of a group fails, all its submissions are BUSY, conflicting ones included, and can be retried."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL each submission has its own transaction")
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 2))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        sent = [(members[0], "one"), (members[0], "two"), (members[1], "one")]
        fault.plan(
            BEGIN + STATEMENTS_OF_WORK + STATEMENTS_OF_LOSER + STATEMENTS_OF_WORK + COMMIT,
            Moment.BEFORE,
            Duration.ONCE,
            FAULTS["the disk is full"],
        )
        answers = await submit_concurrently(hall, sent)
        assert fault.raised == 1
        fault.heal()
        assert [codes(answer) for answer in answers] == [{"BUSY"}] * 3
        assert await stored.count("kept_answer") == await stored.count("access_log_entry") == 0
        assert [result(await submit(hall, *each))["replayed"] for each in sent[1:]] == [False, False]


async def test_single_submission_is_committed_at_once(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A single submission is committed alone; those that arrive during a commit form groups of at most MAX_BATCH."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL each submission has its own transaction")
    sizes: list[int] = []
    commit_group = sqlite_writer.commit_group

    def counted(connection: Any, works: Sequence[Any], *more: Any) -> list[Any]:
        sizes.append(len(works))
        return commit_group(connection, works, *more)

    monkeypatch.setattr(sqlite_writer, "commit_group", counted)
    monkeypatch.setattr(batcher, "MAX_BATCH", 4)
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 10))
    async with open_hall(empty_settings) as hall:
        for member in members[:3]:
            result(await submit(hall, member, "key"))
        for answer in await submit_concurrently(hall, [(member, "key") for member in members[3:]]):
            result(answer)
    assert sizes == [1, 1, 1, 4, 3]


async def test_waiting_writer_does_not_block_reads(empty_settings: Settings) -> None:
    """While another process locks the file, reads succeed; the submission succeeds afterwards."""
    if not is_sqlite(empty_settings):
        pytest.skip("PostgreSQL has no lock on the whole database")
    [member] = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 1))
    async with open_hall(empty_settings) as hall:
        async with locked_by_another(hall):
            waiting = asyncio.create_task(submit(hall, member, "key"))
            while not client_of(hall)._lock.locked():
                await event_loop_iterations(1)
            answers = [await hall.ask("{ notice { version } }") for _ in range(20)]
            assert not waiting.done()
        assert all("errors" not in answer for answer in answers)
        result(await waiting)


async def test_shutdown_cancels_waiting_write(empty_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shutdown while the writer waits for a lock cancels the write, even if the lock is granted later."""
    if not is_sqlite(empty_settings):
        pytest.skip("PostgreSQL rolls back cancelled transactions")
    monkeypatch.setattr(checkpoints, "SHUTDOWN_TIMEOUT_SECONDS", 0.01)
    monkeypatch.setattr("api.db.transactions.transaction.DRAIN_SECONDS", 0.01)
    [member] = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 1))
    path = empty_settings.database.removeprefix("sqlite://")
    with closing(driver.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with open_hall(empty_settings) as hall:
            waiting = asyncio.create_task(submit(hall, member, "key"))
            while not client_of(hall)._lock.locked():
                await event_loop_iterations(1)
            asyncio.get_running_loop().call_later(0.3, other.execute, "COMMIT")
        await asyncio.wait({waiting})
    async with records(empty_settings) as stored:
        assert [await stored.count(table) for table in ("receipt", "kept_answer", "access_log_entry")] == [0] * 3
