"""A locked, full, exhausted or unavailable database: responses have Retry-After, and service recovers."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.exceptions import IntegrityError, OperationalError

from api.accounts.models import Account
from api.db import database
from api.db.database import is_sqlite
from api.db.errors import translate
from api.db.query.rows import Rows
from api.db.sqlite import driver
from api.db.transactions.transaction import transaction
from api.enrolment.models import IdempotencyRecord
from api.errors import Conflict, DatabaseBusy
from api.http.graphql import execution
from api.settings import Settings
from tests import postgres
from tests.databases import database_name
from tests.durability.crowd import UNLIMITED, Member, store_members
from tests.durability.load import result
from tests.durability.records import records
from tests.durability.scale import repetitions
from tests.durability.wire import Connection, Response, connection_to
from tests.hall import Hall, open_hall
from tests.http.serving import serving
from tests.opening import fronts

PEOPLE = 40
RESTARTS = repetitions(2, 10)
# The promise is one second; the default allows for a machine that is busy with other tests.
RECOVERY_SECONDS = repetitions(10, 1)
TIMEOUT_SECONDS = 30
Outage = Callable[[Hall], AbstractAsyncContextManager[None]]


def client_of(hall: Hall) -> Any:
    """Return Tortoise's client of a running Hall."""
    return hall.app.state.database.connections.get("default")


@asynccontextmanager
async def locked_by_another(hall: Hall) -> AsyncIterator[None]:
    """Lock the rows that an enrolment writes in another transaction."""
    if is_sqlite(hall.settings):
        with closing(driver.connect(hall.settings.database.removeprefix("sqlite://"))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    other = await asyncpg.connect(hall.settings.database)
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE kept_answer IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await other.close()


@asynccontextmanager
async def full(hall: Hall) -> AsyncIterator[None]:
    """Limit the size of the SQLite file, which causes a real SQLITE_FULL."""
    client = client_of(hall)
    if not isinstance(client, SqliteClient):
        pytest.skip("a full disk of PostgreSQL would need its own file system; its error is tested below")
    [[pages]] = await client._connection.execute_fetchall("PRAGMA page_count")  # type: ignore[union-attr]  # it is open
    await client._connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[union-attr]  # as above
    yield
    await client._connection.execute("PRAGMA max_page_count = 4294967294")  # type: ignore[union-attr]  # as above


@asynccontextmanager
async def exhausted(hall: Hall) -> AsyncIterator[None]:
    """Acquire every writing connection."""
    client = client_of(hall)
    if isinstance(client, AsyncpgDBClient):
        assert client._pool is not None
        taken = [await client._pool.acquire() for _ in range(client._pool.get_max_size())]
        yield
        for connection in taken:
            await client._pool.release(connection)
        return
    async with client._lock:
        yield


@asynccontextmanager
async def read_only(hall: Hall) -> AsyncIterator[None]:
    """Make a standby of PostgreSQL, as after a failover, or keep SQLite's connection from writing."""
    client = client_of(hall)
    if not isinstance(client, AsyncpgDBClient):
        await client._connection.execute("PRAGMA query_only = ON")
        yield
        await client._connection.execute("PRAGMA query_only = OFF")
        return
    await _alter_database(hall, "SET default_transaction_read_only = on")
    yield
    await _alter_database(hall, "RESET default_transaction_read_only")


async def _alter_database(hall: Hall, change: str) -> None:
    """Change a database setting, and replace the Hall's idle connections."""
    writable = {"default_transaction_read_only": "off"}
    operator = await asyncpg.connect(hall.settings.database, server_settings=writable)
    try:
        await operator.execute(f'ALTER DATABASE "{database_name(hall.settings.database)}" {change}')
    finally:
        await operator.close()
    await client_of(hall).replace_idle_connections()


async def submit(hall: Hall, member: Member, key: str = "key") -> Response:
    """Return the response to a submission, sent without a socket."""
    browser = await hall.browser()
    sent = await browser.post("/graphql", content=member.body(key), headers=member.headers())
    return Response(sent.status_code, dict(sent.headers), sent.content)


def is_enrolled(response: Response) -> bool:
    """Return whether a submission succeeded; a failed one must be BUSY with Retry-After."""
    if response.status == httpx.codes.OK:
        result(response)
        return True
    assert response.status == httpx.codes.SERVICE_UNAVAILABLE, response
    assert response.headers["retry-after"] == "1"
    assert [error["extensions"]["code"] for error in response.content["errors"]] == ["BUSY"]
    return False


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the time-outs without changing their order."""
    monkeypatch.setitem(database.SQLITE_PRAGMAS, "busy_timeout", 100)
    limits = {**database.SERVING_POSTGRESQL["server_settings"], "lock_timeout": "100ms"}  # type: ignore[dict-item]  # a mapping
    monkeypatch.setitem(database.SERVING_POSTGRESQL, "server_settings", limits)
    monkeypatch.setattr("api.db.transactions.transaction.CONNECTION_SECONDS", 0.2)
    monkeypatch.setattr(execution, "REQUEST_SECONDS", 0.5)


@pytest.mark.usefixtures("short_timeouts")
@pytest.mark.parametrize("outage", [locked_by_another, full, exhausted, read_only])
async def test_outage_is_busy_and_recovers(empty_settings: Settings, outage: Outage) -> None:
    """During an outage each request is answered with BUSY; afterwards retries under the same key succeed."""
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, PEOPLE))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        result(await submit(hall, members[0]))
        async with asyncio.timeout(TIMEOUT_SECONDS), outage(hall):
            answers = await asyncio.gather(*(submit(hall, member) for member in members))
            were_enrolled = [is_enrolled(answer) for answer in answers]
            assert not all(were_enrolled)
            assert (await hall.get("/healthz")).status_code == httpx.codes.OK
        for member in members:
            # The shortened time-outs may end a request on a busy machine.
            async with asyncio.timeout(TIMEOUT_SECONDS):
                while not is_enrolled(await submit(hall, member)):
                    pass
        assert await stored.broken_invariants() == []
        assert await stored.count("receipt") == PEOPLE


async def test_read_only_database_serves_reads(
    hall: Hall, later: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only database serves reads, also if the session's last use is due; /readyz reports `writes: false`."""
    viewer = {"query": "{ viewer { account } }"}
    assert (await hall.post(json=viewer, account="eligible")).json() == {"data": {"viewer": {"account": "eligible"}}}
    assert (await hall.get("/readyz")).json() == {"status": "ready", "reads": True, "writes": True}
    async with read_only(hall):
        later(timedelta(minutes=5))
        answer = await hall.post(json=viewer, account="eligible")
        assert answer.json() == {"data": {"viewer": {"account": "eligible"}}}
        if is_sqlite(hall.settings):
            monkeypatch.setattr(os, "access", lambda *_: False)
        ready = await hall.get("/readyz")
        assert ready.status_code == httpx.codes.OK
        assert ready.json()["writes"] is False


def test_postgresql_restarts_under_load(empty_settings: Settings) -> None:
    """The database stops repeatedly: each response is a receipt or has a Retry-After, and soon all are enrolled."""
    if is_sqlite(empty_settings):
        pytest.skip("SQLite has no server that could restart")
    settings = replace(empty_settings, public_url="https://hall.example")
    members = asyncio.run(store_members(settings, PEOPLE * (RESTARTS + 1)))
    with ExitStack() as stack:
        stack.callback(postgres.start, settings.database)
        address = stack.enter_context(serving(settings, **UNLIMITED)).address
        asyncio.run(_restart_under_load(settings, address, members))


async def _restart_under_load(settings: Settings, address: str, members: list[Member]) -> None:
    unused = iter(members)
    busy = 0

    async def enrol(connection: Connection, member: Member) -> None:
        nonlocal busy
        while not is_enrolled(await connection.post(member.body("key"), member.headers())):
            busy += 1

    async def client() -> None:
        async with connection_to(address) as connection:
            for member in unused:
                await enrol(connection, member)

    async def restart() -> None:
        async with connection_to(address) as connection:
            for _ in range(RESTARTS):
                await asyncio.to_thread(postgres.stop, settings.database)
                await asyncio.to_thread(postgres.start, settings.database)
                async with asyncio.timeout(RECOVERY_SECONDS):
                    await enrol(connection, next(unused))

    await asyncio.gather(restart(), *(client() for _ in range(4)))
    assert busy
    async with records(settings) as stored:
        assert await stored.broken_invariants() == []
        assert await stored.count("receipt") == len(members)


async def test_connections_dropped_by_firewall_fail_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a firewall drops connections, one request fails, and later ones use new connections."""
    if is_sqlite(settings):
        pytest.skip("SQLite has no connections over a network")
    socket = parse_qs(urlsplit(settings.database).query)["host"][0] + "/.s.PGSQL.5432"
    monkeypatch.setitem(database.SERVING_POSTGRESQL, "command_timeout", 1)
    with fronts.dropping(socket) as (port, forget):
        url = f"postgres://postgres@127.0.0.1:{port}/{database_name(settings.database)}"
        async with database.connected(replace(settings, database_url=url), everywhere=True):
            read = Rows(Account, order=("id",)).all
            write = partial(transaction, _written)
            for first in (read, write):
                await asyncio.gather(*(work() for work in (read, write) for _ in range(4)))
                forget()
                with pytest.raises(DatabaseBusy):
                    await first()
                for work in (read, write, read, write):
                    await work()


async def _written() -> None:
    await IdempotencyRecord.filter(id=0).delete()


TRANSIENT = (
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    ConnectionRefusedError,
    FileNotFoundError,
    TimeoutError,
)


@pytest.mark.parametrize("kind", TRANSIENT)
def test_transient_errors_are_busy(kind: type[Exception]) -> None:
    """Transient errors, raised by the driver or wrapped by Tortoise, become DatabaseBusy without the driver's text."""
    for error in (kind("120101199003070013"), OperationalError(kind("120101199003070013"))):
        translated = translate(error)
        assert isinstance(translated, DatabaseBusy)
        assert "1201" not in str(translated)


def test_other_errors_are_not_busy() -> None:
    """A constraint violation becomes Conflict; other errors are unchanged."""
    assert isinstance(translate(IntegrityError("…")), Conflict)
    for error in (OperationalError(asyncpg.UndefinedTableError("…")), sqlite3.OperationalError("…"), ValueError("…")):
        assert translate(error) is error
