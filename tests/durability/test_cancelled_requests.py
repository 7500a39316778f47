"""Cancelled requests: each connection is returned to the pool, and no transaction stays open."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient

from api.accesslog import service as access_log
from api.db.database import POSTGRESQL_POOL, is_sqlite
from api.db.transactions import transaction
from api.http.graphql import execution
from tests.durability.scale import repetitions
from tests.hall import Hall
from tests.schemes.flexible_employment.test_registration import register

REVEAL = '{ viewer { person { revealed(purpose: "核对") { name } accessLog { totalCount } } } }'
ROUNDS = repetitions(100, 1000)
CONCURRENCY = 20
TIMEOUT_SECONDS = 10
STEPS = 40
IN_USE = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


async def event_loop_iterations(number: int) -> None:
    """Yield to the event loop this number of times."""
    for _ in range(number):
        await asyncio.sleep(0)


async def repeat_concurrently(work: Callable[[], Awaitable[Any]]) -> None:
    """Run a function many times, partly concurrently, with a time-out against deadlocks."""
    for _ in range(ROUNDS // CONCURRENCY):
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await asyncio.gather(*(work() for _ in range(CONCURRENCY)))


async def wait_until_idle(hall: Hall) -> None:
    """Wait until no transaction, connection or lock is in use; fail on a time-out."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while await in_use(hall):
            await event_loop_iterations(STEPS)


async def in_use(hall: Hall) -> int:
    """Return the number of transactions, connections and locks in use."""
    client = hall.app.state.database.connections.get("default")
    if is_sqlite(hall.settings):
        assert isinstance(client, SqliteClient)
        assert client._connection is not None
        return len(transaction._tasks) + client._lock.locked() + client._connection.in_transaction
    assert isinstance(client, AsyncpgDBClient)
    assert client._pool is not None
    assert client._pool.get_size() <= POSTGRESQL_POOL["maxsize"]
    connection = await asyncpg.connect(hall.settings.database)
    try:
        busy: int = await connection.fetchval(IN_USE)
    finally:
        await connection.close()
    connections: int = client._pool.get_size() - client._pool.get_idle_size()
    return len(transaction._tasks) + connections + busy


async def check_service(hall: Hall) -> None:
    """Check that as many requests as the pool has connections are answered, and that an enrolment succeeds."""
    await wait_until_idle(hall)
    await hall.browser("eligible")
    async with asyncio.timeout(TIMEOUT_SECONDS):
        answers = await asyncio.gather(*(hall.ask("{ viewer { account } }", account="eligible") for _ in range(20)))
        assert answers == [{"data": {"viewer": {"account": "eligible"}}}] * 20
        assert (await register(hall))["__typename"] == "FlexibleEmploymentRegistered"


async def test_failing_sibling_field_cancels_write(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that fails at any point of a sibling's access-log write leaves no open transaction."""

    async def fail(*_: Any, **__: Any) -> None:
        await event_loop_iterations(random.randrange(STEPS))
        raise LookupError

    async def send_query() -> None:
        answer = await hall.ask(REVEAL, account="enrolled")
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]

    await hall.browser("enrolled")
    with monkeypatch.context() as patch:
        patch.setattr(access_log, "entries", fail)
        await repeat_concurrently(send_query)
    await check_service(hall)


async def test_timed_out_request_is_busy(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that times out returns 503 with Retry-After, and leaves no open transaction."""
    seen = set()

    async def send_query() -> None:
        response = await hall.post(json={"query": REVEAL}, account="enrolled")
        seen.add(response.status_code)
        if response.status_code != httpx.codes.OK:
            assert response.json()["errors"][0]["extensions"]["code"] == "BUSY"
            assert response.headers["Retry-After"] == "1"

    await hall.browser("enrolled")
    with monkeypatch.context() as patch:
        for seconds in (0, 0.001, 0.01, 0.02):
            patch.setattr(execution, "REQUEST_SECONDS", seconds)
            await repeat_concurrently(send_query)
    assert httpx.codes.SERVICE_UNAVAILABLE in seen <= {httpx.codes.OK, httpx.codes.SERVICE_UNAVAILABLE}
    await check_service(hall)


async def test_cancelled_request_leaves_no_transaction(hall: Hall) -> None:
    """A request cancelled at any point, as on a disconnect, leaves no open transaction."""

    async def cancel_request() -> None:
        request = asyncio.create_task(hall.ask(REVEAL, account="enrolled"))
        await event_loop_iterations(random.randrange(STEPS * 5))
        request.cancel()
        await asyncio.wait({request})

    await hall.browser("enrolled")
    await repeat_concurrently(cancel_request)
    await check_service(hall)
