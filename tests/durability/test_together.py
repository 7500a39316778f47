"""Group commit on SQLite: concurrent submissions share a commit, fail independently, and respond after it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import product
from typing import Any

import httpx
import pytest

from api.accesslog import checkpoints
from api.db import database
from api.db.database import is_sqlite
from api.db.sqlite import driver
from api.db.transactions import batcher, sqlite_writer
from api.enrolment import service as schemes
from api.enrolment.models import KeptAnswer
from api.enrolment.receipt import Line
from api.enrolment.service import IdempotentWrite
from api.schemes.flexible_employment import persistence
from api.schemes.flexible_employment.form import Form
from api.schemes.flexible_employment.receipt_lines import receipt_lines
from api.settings import Settings
from tests.durability.crowd import Member, invite
from tests.durability.faults import FAULTS, Fault, Lasting, Moment, OursToBlame, injected
from tests.durability.records import records
from tests.durability.scale import IS_FULL
from tests.durability.test_abandoned import steps
from tests.durability.test_faults import is_honest, result, submit
from tests.durability.test_outages import client_of, locked_by_another
from tests.hall import Hall, open_hall

TOGETHER = 3
# Each has seven statements between a savepoint and its release; a loser is taken back at the fourth.
BEGIN = COMMIT = 1
OF_EACH = 9
OF_A_LOSER = 7
STATEMENTS = BEGIN + TOGETHER * OF_EACH + COMMIT
PATIENCE = 10
# Any two choices meet in the ordinary run, and all three in `make test-all`.
COMBINATIONS = [
    (cause, moment, lasting)
    for (number, cause), (place, moment), (length, lasting) in product(
        enumerate(("the disk is full", "a mistake of ours")), enumerate(Moment), enumerate(Lasting)
    )
    if IS_FULL or (number + place + length) % 2 == 0
]


@pytest.fixture
def fault() -> Iterator[Fault]:
    """What fails, once it is planned."""
    with injected() as fault:
        yield fault


async def at_once(hall: Hall, submissions: Sequence[tuple[Member, str]]) -> list[httpx.Response]:
    """Return the responses to submissions that are all queued before the first transaction begins."""
    client = client_of(hall)
    if not is_sqlite(hall.settings):
        return list(await asyncio.gather(*(submit(hall, member, key) for member, key in submissions)))
    async with asyncio.timeout(PATIENCE):
        await client._lock.acquire()
        tasks = [asyncio.create_task(submit(hall, member, key)) for member, key in submissions]
        while len(sqlite_writer.writer_for(client)._queue) < len(submissions):
            await steps(1)
        client._lock.release()
        return await asyncio.gather(*tasks)


def codes(response: httpx.Response) -> set[str]:
    """Return why nothing came of a submission; nothing, where something did."""
    return {error["extensions"]["code"] for error in response.json().get("errors", ())}


async def test_a_fault_in_one_is_nobody_elses(empty_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of its statements: nothing of it is stored, the others are enrolled, and it may be sent again."""
    members = await asyncio.to_thread(asyncio.run, invite(empty_settings, 5))

    def fails(person: Any, form: Form, now: Any) -> tuple[Line, ...]:
        if form.residential_address.endswith("路2号"):
            raise OursToBlame
        return receipt_lines(person, form, now)

    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        with monkeypatch.context() as patch:
            patch.setattr(persistence, "receipt_lines", fails)
            answers = await at_once(hall, [(member, "key") for member in members])
        assert [codes(answer) for answer in answers] == [set(), set(), {"INTERNAL"}, set(), set()]
        assert [await stored.count(table) for table in ("kept_answer", "consent", "access_log_entry")] == [4] * 3
        assert await stored.broken_invariants() == []
        assert not result(await submit(hall, members[2], "key"))["replayed"]


async def test_a_conflict_in_one_is_nobody_elses(empty_settings: Settings) -> None:
    """Two concurrent submissions of a person, under one key or two, get the same results as sequential ones."""
    members = await asyncio.to_thread(asyncio.run, invite(empty_settings, 2))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        sent = [(members[0], "one"), (members[0], "two"), (members[1], "one"), (members[1], "one")]
        answers = [answer.json()["data"]["registerFlexibleEmployment"] for answer in await at_once(hall, sent)]
        kinds = [[each["__typename"] for each in answers[:2]], [each["replayed"] for each in answers[2:]]]
        assert [sorted(each) for each in kinds] == [
            ["AlreadyEnrolled", "FlexibleEmploymentRegistered"], [False, True]
        ]  # fmt: skip
        assert answers[2]["enrolment"] == answers[3]["enrolment"]
        assert await stored.count("receipt") == len(members)
        assert await stored.broken_invariants() == []


async def test_the_same_key_gets_the_same_answer_at_any_moment(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the first submission is committed after the second has looked for its answer, and found none."""
    [member] = await asyncio.to_thread(asyncio.run, invite(empty_settings, 1))
    look = schemes.find_idempotency_record
    first: list[Any] = []

    async def committed_afterwards(write: IdempotentWrite) -> KeptAnswer | None:
        found = await look(write)
        if not first:
            first.append("begun")
            first.append(result(await submit(hall, member, "key")))
        return found

    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        monkeypatch.setattr(schemes, "find_idempotency_record", committed_afterwards)
        again = result(await submit(hall, member, "key"))
        assert again == first[1] | {"replayed": True}
        assert await stored.count("receipt") == 1


@pytest.mark.parametrize(("cause", "moment", "lasting"), COMBINATIONS)
async def test_those_together_are_whole_wherever_it_fails(
    empty_settings: Settings, fault: Fault, cause: str, moment: Moment, lasting: Lasting
) -> None:
    """With a fault at each statement in turn: confirmed enrolments are stored, and all clients can retry."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL each has a transaction of its own")
    members = await asyncio.to_thread(asyncio.run, invite(empty_settings, TOGETHER * (STATEMENTS + 1)))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        for at in range(1, STATEMENTS + 2):
            sent = [(member, "key") for member in members[TOGETHER * (at - 1) : TOGETHER * at]]
            before = await stored.enrolments()
            fault.plan(at, moment, lasting, FAULTS[cause])
            answers = await at_once(hall, sent)
            assert bool(fault.raised) == (at <= STATEMENTS)
            if lasting is Lasting.FOR_GOOD:
                is_honest(await submit(hall, *sent[0]), cause)
            fault.heal()
            after = await stored.enrolments()
            assert await stored.broken_invariants() == [], at
            for answer in answers:
                is_honest(answer, cause)
            told = [result(answer)["enrolment"]["id"] for answer in answers if not codes(answer)]
            assert {*told} <= after.keys() - before.keys(), at
            if told and len(told) < TOGETHER:
                assert len(told) == TOGETHER - 1, "a fault is one's own or everybody's"
            again = [result(await submit(hall, *each)) for each in sent]
            assert sum(each["replayed"] for each in again) == len(after) - len(before), at
            # A connection that was given up, and could not be opened at first, is as it should be.
            [[has_foreign_keys]] = await client_of(hall)._connection.execute_fetchall("PRAGMA foreign_keys")
            assert has_foreign_keys, at
        assert await stored.count("receipt") == len(members)


async def test_nobody_is_told_what_was_not_committed(empty_settings: Settings, fault: Fault) -> None:
    """Neither the winner fails, nor a loser that would have succeeded alone."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL each has a transaction of its own")
    members = await asyncio.to_thread(asyncio.run, invite(empty_settings, 2))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        sent = [(members[0], "one"), (members[0], "two"), (members[1], "one")]
        fault.plan(
            BEGIN + OF_EACH + OF_A_LOSER + OF_EACH + COMMIT, Moment.BEFORE, Lasting.ONCE, FAULTS["the disk is full"]
        )
        answers = await at_once(hall, sent)
        assert fault.raised == 1
        fault.heal()
        assert [codes(answer) for answer in answers] == [{"BUSY"}] * 3
        assert await stored.count("kept_answer") == await stored.count("access_log_entry") == 0
        assert [result(await submit(hall, *each))["replayed"] for each in sent[1:]] == [False, False]


async def test_whoever_comes_alone_waits_for_nobody(empty_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that come while one is written follow together, as many as may share a transaction."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL each has a transaction of its own")
    sizes: list[int] = []
    together = sqlite_writer.commit_group

    def counted(connection: Any, works: Sequence[Any], *more: Any) -> list[Any]:
        sizes.append(len(works))
        return together(connection, works, *more)

    monkeypatch.setattr(sqlite_writer, "commit_group", counted)
    monkeypatch.setattr(batcher, "MAX_BATCH", 4)
    members = await asyncio.to_thread(asyncio.run, invite(empty_settings, 10))
    async with open_hall(empty_settings) as hall:
        for member in members[:3]:
            result(await submit(hall, member, "key"))
        for answer in await at_once(hall, [(member, "key") for member in members[3:]]):
            result(answer)
    assert sizes == [1, 1, 1, 4, 3]


async def test_a_writer_that_waits_keeps_nobody_else_waiting(empty_settings: Settings) -> None:
    """While another process locks the file, reads succeed; the submission succeeds afterwards."""
    if not is_sqlite(empty_settings):
        pytest.skip("on PostgreSQL nobody has a lock on everything")
    [member] = await asyncio.to_thread(asyncio.run, invite(empty_settings, 1))
    async with open_hall(empty_settings) as hall:
        async with locked_by_another(hall):
            waiting = asyncio.create_task(submit(hall, member, "key"))
            while not client_of(hall)._lock.locked():
                await steps(1)
            answers = [await hall.ask("{ notice { version } }") for _ in range(20)]
            assert not waiting.done()
        assert all("errors" not in answer for answer in answers)
        result(await waiting)


async def test_what_nobody_would_be_told_is_not_stored(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shutdown while the writer waits for a lock cancels the write, even if the lock is granted later."""
    if not is_sqlite(empty_settings):
        pytest.skip("PostgreSQL rolls back what is given up")
    monkeypatch.setattr(checkpoints, "SHUTDOWN_TIMEOUT_SECONDS", 0.01)
    monkeypatch.setattr(database, "DRAIN_SECONDS", 0.01)
    [member] = await asyncio.to_thread(asyncio.run, invite(empty_settings, 1))
    path = empty_settings.database.removeprefix("sqlite://")
    with closing(driver.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with open_hall(empty_settings) as hall:
            waiting = asyncio.create_task(submit(hall, member, "key"))
            while not client_of(hall)._lock.locked():
                await steps(1)
            asyncio.get_running_loop().call_later(0.3, other.execute, "COMMIT")
        await asyncio.wait({waiting})
    async with records(empty_settings) as stored:
        assert [await stored.count(table) for table in ("receipt", "kept_answer", "access_log_entry")] == [0] * 3
