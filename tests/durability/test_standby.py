"""A primary whose synchronous standby does not answer: no receipt is acknowledged that a failover would erase."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from api.db import database
from api.db.database import POSTGRESQL_POOL, connected, is_sqlite, migrate
from api.db.transactions.transaction import transaction
from api.errors import DatabaseBusy
from api.http.graphql import execution
from api.people.models import Employer
from api.settings import Settings
from tests import postgres
from tests.databases import PostgreSQLDatabases, apart
from tests.durability.crowd import Member, store_members
from tests.durability.load import result
from tests.durability.records import records
from tests.durability.standby import Standby, standby
from tests.durability.test_outages import is_enrolled, submit
from tests.durability.wire import Response
from tests.hall import Hall, open_hall
from tests.opening import fronts
from tests.opening.test_servers import address, socket_of
from tests.postgres import postgresql

COMMIT_SECONDS = 1.0
RECOVERY_SECONDS = 20
pytestmark = pytest.mark.usefixtures("short_commits")


@pytest.fixture
def short_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the time-outs, those of the server included, which would cancel a COMMIT."""
    limits = {**database.SERVING_POSTGRESQL["server_settings"], "statement_timeout": "700ms", "lock_timeout": "300ms"}  # type: ignore[dict-item]  # a mapping
    monkeypatch.setitem(database.SERVING_POSTGRESQL, "server_settings", limits)
    monkeypatch.setitem(database.SERVING_POSTGRESQL, "command_timeout", COMMIT_SECONDS)
    monkeypatch.setattr("api.db.transactions.transaction.CONNECTION_SECONDS", 0.3)
    monkeypatch.setattr(execution, "REQUEST_SECONDS", 3)


@pytest.fixture
def pair(empty_settings: Settings, tmp_path: Path) -> Iterator[tuple[Settings, Standby]]:
    """A production Hall on a PostgreSQL of its own, whose transactions wait for a standby."""
    if is_sqlite(empty_settings):
        pytest.skip("SQLite has no standby")
    with postgresql(is_small=True) as server, closing(PostgreSQLDatabases(server)) as databases:
        settings = replace(empty_settings, database_url=databases.create(tmp_path))
        apart(partial(_migrate, settings))
        with standby(settings.database) as copy:
            yield settings, copy


async def _migrate(settings: Settings) -> None:
    async with connected(settings) as context:
        await migrate(context)


async def test_commit_without_standby_is_busy_until_it_answers(pair: tuple[Settings, Standby]) -> None:
    """While the standby is away, a submission and its replay are BUSY; when it is back, there is one receipt."""
    settings, copy = pair
    [member, other] = await asyncio.to_thread(asyncio.run, store_members(settings, 2))
    async with open_hall(settings) as hall, records(settings) as stored:
        await asyncio.to_thread(copy.stop)
        assert not is_enrolled(await submit(hall, member))
        # The first COMMIT still waits, and its row is invisible to all others.
        assert await stored.count("receipt") == 0
        assert not any(map(is_enrolled, await asyncio.gather(submit(hall, member), submit(hall, other))))
        await asyncio.to_thread(copy.start)
        replayed = await _retried(hall, member)
        assert result(replayed)["replayed"] is True
        result(await _retried(hall, other))
        assert await stored.count("receipt") == 2
        assert await stored.broken_invariants() == []


async def test_replay_is_answered_only_from_what_the_standby_has(pair: tuple[Settings, Standby]) -> None:
    """After a crash the primary shows a row that no standby has: it is BUSY, as a replay and to another key."""
    settings, copy = pair
    [member] = await asyncio.to_thread(asyncio.run, store_members(settings, 1))
    async with open_hall(settings) as hall, records(settings) as stored:
        await asyncio.to_thread(copy.stop)
        assert not is_enrolled(await submit(hall, member))
        await asyncio.to_thread(postgres.stop, settings.database)
        await asyncio.to_thread(postgres.start, settings.database)
    async with open_hall(settings) as hall, records(settings) as stored:
        assert await stored.count("receipt") == 1
        for key in ("key", "another-key", "key"):
            assert not is_enrolled(await submit(hall, member, key))
        await asyncio.to_thread(copy.start)
        assert result(await _retried(hall, member))["replayed"] is True
        assert await stored.count("receipt") == 1


async def test_failover_keeps_every_acknowledged_receipt(pair: tuple[Settings, Standby]) -> None:
    """The standby that becomes the primary has each acknowledged receipt, and takes the others again."""
    settings, copy = pair
    members = await asyncio.to_thread(asyncio.run, store_members(settings, 3))
    async with open_hall(settings) as hall:
        first = result(await submit(hall, members[0]))
        await asyncio.to_thread(copy.stop)
        assert not is_enrolled(await submit(hall, members[1]))
    await asyncio.to_thread(postgres.stop, settings.database)
    await asyncio.to_thread(copy.start)
    await asyncio.to_thread(copy.promote)
    failed_over = replace(settings, database_url=copy.address)
    async with open_hall(failed_over) as hall, records(failed_over) as stored:
        again = result(await _retried(hall, members[0]))
        assert again["replayed"] is True
        assert again["enrolment"] == first["enrolment"]
        for member in members[1:]:
            assert result(await _retried(hall, member))["replayed"] is False
        assert await stored.count("receipt") == len(members)
        assert await stored.broken_invariants() == []


async def test_connections_that_wait_for_the_standby_are_bounded(pair: tuple[Settings, Standby]) -> None:
    """A commit that waits keeps its connection of the pool, so that retries do not use up the server's connections."""
    settings, copy = pair
    await asyncio.to_thread(copy.stop)
    async with connected(settings, everywhere=True), records(settings) as stored:
        for _ in range(3):
            busy = await asyncio.gather(*(transaction(_written) for _ in range(4)), return_exceptions=True)
            assert [type(each) for each in busy] == [DatabaseBusy] * 4
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        assert _first(await stored.ask(waiting)) <= POSTGRESQL_POOL["maxsize"]
        await asyncio.to_thread(copy.start)
        for _ in range(RECOVERY_SECONDS * 10):
            if not _first(await stored.ask(waiting)):
                break
            await asyncio.sleep(0.1)
        await transaction(_written)


@pytest.fixture
def readable(pair: tuple[Settings, Standby]) -> tuple[Settings, Standby]:
    """A Hall that reads the standby while there is no primary."""
    settings, copy = pair
    return replace(settings, read_from=copy.address), copy


async def test_reads_go_on_without_a_primary(readable: tuple[Settings, Standby]) -> None:
    """One's own record is read from the standby, with the latest write; writes are BUSY until the primary is back."""
    settings, _ = readable
    members = await asyncio.to_thread(asyncio.run, store_members(settings, 2))
    async with open_hall(settings) as hall:
        assert await _own_status(hall, members[0]) is None
        result(await submit(hall, members[0]))
        await asyncio.to_thread(postgres.stop, settings.database)
        # Several at once: none may fail while one of them finds out.
        assert await asyncio.gather(*(_own_status(hall, members[0]) for _ in range(20))) == ["REGISTERED"] * 20
        assert not is_enrolled(await submit(hall, members[1]))
        ready = (await hall.get("/readyz")).json()
        assert (ready["reads"], ready["writes"]) == (True, False)
        await asyncio.to_thread(postgres.start, settings.database)
        result(await _retried(hall, members[1]))
        assert await _own_status(hall, members[1]) == "REGISTERED"


async def test_server_that_shuts_down_does_not_fail_a_read(readable: tuple[Settings, Standby]) -> None:
    """A server that ends a session and still has to close its connection, as in a switchover, is read no more."""
    settings, _ = readable
    [member] = await asyncio.to_thread(asyncio.run, store_members(settings, 1))
    with fronts.ending(socket_of(settings)) as (port, end):
        through = replace(settings, database_url=address(settings, f"127.0.0.1:{port}"))
        async with open_hall(through) as hall:
            # At once, so that they leave several connections.
            assert await asyncio.gather(*(_own_status(hall, member) for _ in range(20))) == [None] * 20
            await asyncio.to_thread(end)
            assert await _own_status(hall, member) is None


async def test_standby_that_lags_is_not_read(readable: tuple[Settings, Standby]) -> None:
    """A standby that has not replayed what it has received is BUSY: an ended session must not seem to live."""
    settings, copy = readable
    [member] = await asyncio.to_thread(asyncio.run, store_members(settings, 1))
    async with open_hall(settings) as hall:
        assert await _own_status(hall, member) is None
        await _execute(copy.address, "SELECT pg_wal_replay_pause()")
        await _execute(settings.database, "DELETE FROM session")
        await asyncio.to_thread(postgres.stop, settings.database)
        answer = await _own(hall, member)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "BUSY")
        await _execute(copy.address, "SELECT pg_wal_replay_resume()")
        assert (await _own(hall, member)).status_code == httpx.codes.UNAUTHORIZED
        await asyncio.to_thread(postgres.start, settings.database)


async def test_write_of_another_process_is_not_missed(
    pair: tuple[Settings, Standby], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one Hall reaches no primary and others do, it reads no standby that lacks what they were acknowledged."""
    settings, synchronous = pair
    monkeypatch.setattr("api.db.query.standby_reader.LOOK_SECONDS", 60)
    [member] = await asyncio.to_thread(asyncio.run, store_members(settings, 1))
    with standby(settings.database) as other, fronts.ending(socket_of(settings)) as (port, end):
        hosts = ",".join(parse_qs(urlsplit(copy.address).query)["host"][0] for copy in (other, synchronous))
        name = urlsplit(settings.database).path
        behind = replace(
            settings,
            database_url=address(settings, f"127.0.0.1:{port}"),
            read_from=f"postgres://postgres@{name}?host={hosts},127.0.0.1&port=5432,5432,{port}",
        )
        async with open_hall(behind) as hall:
            assert await _own_status(hall, member) is None
            await asyncio.to_thread(end)
            # Both standbys have the same, so the first is read.
            assert await _own_status(hall, member) is None
            await asyncio.to_thread(other.receive_no_more)
            await _execute(settings.database, "DELETE FROM session")
            answer = await _own(hall, member)
            assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "BUSY")


async def test_standby_is_left_alone_while_there_is_a_primary(readable: tuple[Settings, Standby]) -> None:
    """A standby that is stopped is noticed by no reader."""
    settings, copy = readable
    [member] = await asyncio.to_thread(asyncio.run, store_members(settings, 1))
    async with open_hall(settings) as hall:
        await asyncio.to_thread(copy.stop)
        assert await _own_status(hall, member) is None
        await asyncio.to_thread(postgres.stop, settings.database)
        assert (await _own(hall, member)).status_code == httpx.codes.SERVICE_UNAVAILABLE
        await asyncio.to_thread(postgres.start, settings.database)
        await asyncio.to_thread(copy.start)
        for _ in range(RECOVERY_SECONDS * 10):
            if (await _own(hall, member)).status_code == httpx.codes.OK:
                break
            await asyncio.sleep(0.1)
        assert await _own_status(hall, member) is None


async def _own(hall: Hall, member: Member) -> httpx.Response:
    own = {"query": "{ viewer { person { flexibleEmployment { current { status } } } } }"}
    return await hall.post(json=own, headers=member.headers())


async def _own_status(hall: Hall, member: Member) -> str | None:
    """Return the status of a person's enrolment, as the person reads it."""
    answer = await _own(hall, member)
    assert answer.status_code == httpx.codes.OK, answer.text
    current = answer.json()["data"]["viewer"]["person"]["flexibleEmployment"]["current"]
    return None if current is None else str(current["status"])


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(statement)
    await connection.close()


def _first(rows: list[Any]) -> int:
    [[number]] = rows
    return int(number)


async def _written() -> None:
    await Employer.create(code=uuid4().hex[:18], name="单位")


async def _retried(hall: Hall, member: Member) -> Response:
    """Return the response to a submission that is sent until it succeeds."""
    for _ in range(RECOVERY_SECONDS * 10):
        if is_enrolled(answer := await submit(hall, member)):
            return answer
        await asyncio.sleep(0.1)
    raise TimeoutError("the submission is still BUSY")
