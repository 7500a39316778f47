"""Requests that are given up while they are carried out: each connection comes back, and no transaction stays open."""

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
from api.db import database
from api.db.database import is_sqlite
from api.http.graphql import execution
from tests.durability.scale import many
from tests.hall import Hall
from tests.schemes.flexible_employment.test_registration import register

REVEAL = '{ viewer { person { revealed(purpose: "核对") { name } accessLog { totalCount } } } }'
ROUNDS = many(100, 1000)
AT_ONCE = 20
TIMEOUT_SECONDS = 10
STEPS = 40
IN_USE = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


async def steps(number: int) -> None:
    """Let everybody else go on so many times."""
    for _ in range(number):
        await asyncio.sleep(0)


async def in_crowds(work: Callable[[], Awaitable[Any]]) -> None:
    """Run a function many times, partly concurrently, with a time-out against deadlocks."""
    for _ in range(ROUNDS // AT_ONCE):
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def rested(hall: Hall) -> None:
    """Wait until nothing of the database is in use; fail if something stays so."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while await in_use(hall):
            await steps(STEPS)


async def in_use(hall: Hall) -> int:
    """Return how many transactions, connections or locks are in use."""
    client = hall.app.state.database.connections.get("default")
    if is_sqlite(hall.settings):
        assert isinstance(client, SqliteClient)
        assert client._connection is not None
        return len(database._tasks) + client._lock.locked() + client._connection.in_transaction
    assert isinstance(client, AsyncpgDBClient)
    assert client._pool is not None
    assert client._pool.get_size() <= database.POSTGRESQL_POOL["maxsize"]
    connection = await asyncpg.connect(hall.settings.database)
    try:
        busy: int = await connection.fetchval(IN_USE)
    finally:
        await connection.close()
    taken: int = client._pool.get_size() - client._pool.get_idle_size()
    return len(database._tasks) + taken + busy


async def everything_works(hall: Hall) -> None:
    """Check that nothing is stuck: as many people as the pool has connections are answered, and one can still enrol."""
    await rested(hall)
    await hall.browser("eligible")
    async with asyncio.timeout(TIMEOUT_SECONDS):
        answers = await asyncio.gather(*(hall.ask("{ viewer { account } }", account="eligible") for _ in range(20)))
        assert answers == [{"data": {"viewer": {"account": "eligible"}}}] * 20
        assert (await register(hall))["__typename"] == "FlexibleEmploymentRegistered"


async def test_a_failing_sibling_field_leaves_nothing_behind(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one field writes into the access log, another fails, at any moment: the first is cancelled."""

    async def fail(*_: Any, **__: Any) -> None:
        await steps(random.randrange(STEPS))
        raise LookupError

    async def ask() -> None:
        answer = await hall.ask(REVEAL, account="enrolled")
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]

    await hall.browser("enrolled")
    with monkeypatch.context() as patch:
        patch.setattr(access_log, "entries", fail)
        await in_crowds(ask)
    await everything_works(hall)


async def test_a_request_that_takes_too_long_leaves_nothing_behind(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered with 503 and when to come back; what it had begun to write is written or not."""
    seen = set()

    async def ask() -> None:
        response = await hall.post(json={"query": REVEAL}, account="enrolled")
        seen.add(response.status_code)
        if response.status_code != httpx.codes.OK:
            assert response.json()["errors"][0]["extensions"]["code"] == "BUSY"
            assert response.headers["Retry-After"] == "1"

    await hall.browser("enrolled")
    with monkeypatch.context() as patch:
        for seconds in (0, 0.001, 0.01, 0.02):
            patch.setattr(execution, "REQUEST_SECONDS", seconds)
            await in_crowds(ask)
    assert httpx.codes.SERVICE_UNAVAILABLE in seen <= {httpx.codes.OK, httpx.codes.SERVICE_UNAVAILABLE}
    await everything_works(hall)


async def test_whoever_hangs_up_leaves_nothing_behind(hall: Hall) -> None:
    """A server that cancels the request of a client that is gone cancels it anywhere."""

    async def hang_up() -> None:
        request = asyncio.create_task(hall.ask(REVEAL, account="enrolled"))
        await steps(random.randrange(STEPS * 5))
        request.cancel()
        await asyncio.wait({request})

    await hall.browser("enrolled")
    await in_crowds(hang_up)
    await everything_works(hall)
