"""PostgreSQL's read connections: reused without a reset, and discarded when they are broken."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from api.db.database import connected, is_sqlite
from api.db.postgresql.client import Client
from api.db.query import postgresql_reader
from api.db.query.postgresql_reader import MAX_CONNECTIONS, PostgreSQLReader
from api.settings import Settings

BACKEND = "SELECT pg_backend_pid()"
SLEEP = "SELECT pg_backend_pid() FROM pg_sleep($1)"


@pytest.fixture
async def reader(settings: Settings) -> AsyncIterator[PostgreSQLReader]:
    """The reader of a demo Hall's database."""
    if is_sqlite(settings):
        pytest.skip("SQLite has a reader of its own: tests/queries/test_sqlite.py")
    async with connected(settings) as context:
        client = context.connections.get("default")
        assert isinstance(client, Client)
        reader = PostgreSQLReader(client)
        yield reader
        await reader.close()


async def test_connections_are_reused(reader: PostgreSQLReader) -> None:
    """The pool opens no more connections than are used concurrently."""
    found = {(await reader.fetch(BACKEND, []))[0][0] for _ in range(10)}
    assert len(found) == 1
    at_once = await asyncio.gather(*(reader.fetch(SLEEP, [0.05]) for _ in range(3 * MAX_CONNECTIONS)))
    assert len({rows[0][0] for rows in at_once}) == MAX_CONNECTIONS


async def test_connections_are_read_only(reader: PostgreSQLReader) -> None:
    """The connections are read-only, against programming errors."""
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await reader.fetch("DELETE FROM session", [])
    assert await reader.fetch(BACKEND, [])


async def test_acquire_times_out(reader: PostgreSQLReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a release in time, acquiring raises TimeoutError; running reads go on."""
    monkeypatch.setattr(postgresql_reader, "ACQUIRE_SECONDS", 0.1)
    busy = [asyncio.create_task(reader.fetch(SLEEP, [0.5])) for _ in range(MAX_CONNECTIONS)]
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await reader.fetch(BACKEND, [])
    assert len(await asyncio.gather(*busy)) == MAX_CONNECTIONS
    assert await reader.fetch(BACKEND, [])


async def test_waiters_are_served_in_order(reader: PostgreSQLReader) -> None:
    """A released connection goes to the longest waiter."""
    soon, *late = (asyncio.create_task(reader.fetch(SLEEP, [s])) for s in (0.2, *[60] * (MAX_CONNECTIONS - 1)))
    await asyncio.sleep(0)
    order: list[int] = []

    async def wait_as(number: int) -> None:
        await reader.fetch(BACKEND, [])
        order.append(number)

    await asyncio.gather(soon, *(wait_as(number) for number in range(4)))
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    assert order == [0, 1, 2, 3]


async def test_cancelled_read_releases_slot(reader: PostgreSQLReader) -> None:
    """Cancelling a read closes its connection and hands its slot to a waiter, at any await."""
    for number in range(8):
        cancelled = [asyncio.create_task(reader.fetch(SLEEP, [0.3])) for _ in range(MAX_CONNECTIONS)]
        waiting = [asyncio.create_task(reader.fetch(BACKEND, [])) for _ in range(2)]
        await asyncio.sleep(number / 100)
        for task in (*cancelled, waiting[0]):
            task.cancel()
        async with asyncio.timeout(5):
            assert await waiting[1]
        await asyncio.gather(*cancelled, waiting[0], return_exceptions=True)


async def test_closed_connection_is_replaced(reader: PostgreSQLReader, settings: Settings) -> None:
    """After the server closed a connection, the next read opens another."""
    (before,) = await reader.fetch(BACKEND, [])
    operator = await asyncpg.connect(settings.database)
    try:
        await operator.fetchval("SELECT pg_terminate_backend($1, 1000)", before[0])
    finally:
        await operator.close()
    await asyncio.sleep(0.05)
    (after,) = await reader.fetch(BACKEND, [])
    assert after[0] != before[0]


async def test_failed_connect_releases_slot(reader: PostgreSQLReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed connection attempt frees its slot."""
    client = reader._client
    assert isinstance(client, Client)
    nowhere = replace(client.address, hosts=(("127.0.0.1", 1),))
    with monkeypatch.context() as patch:
        patch.setattr(client, "address", nowhere)
        for _ in range(2 * MAX_CONNECTIONS):
            with pytest.raises(ConnectionRefusedError):
                await reader.fetch(BACKEND, [])
    assert await reader.fetch(BACKEND, [])
