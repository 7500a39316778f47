"""Statements that change a PostgreSQL database while the Hall serves: with short locks, and repeatable."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import asyncpg

# A statement that waits for a lock makes all later ones wait behind it.
LOCK_MILLISECONDS = 200
MILLISECONDS = 700
ATTEMPTS = 1_000
BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.QueryCanceledError)


async def briefly(connection: asyncpg.Connection, statements: Sequence[str], milliseconds: int = MILLISECONDS) -> None:
    """Execute statements in one transaction that gives up soon if it has to wait for locks, and tries again.

    Let the first statement take all locks: `milliseconds` limit each statement.
    """
    for _ in range(ATTEMPTS):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
                await connection.execute(f"SET LOCAL statement_timeout = {milliseconds}")
                for statement in statements:
                    await connection.execute(statement)
        except BUSY:
            await asyncio.sleep(random.uniform(0.1, 1))  # noqa: S311 - no secret
        else:
            return
    raise TimeoutError("other transactions hold locks for too long")


async def build_index(connection: asyncpg.Connection, name: str, definition: str) -> None:
    """Build an index by a CREATE INDEX CONCURRENTLY for `{name}`, unless it is there; replace an unfinished one."""
    state = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1::text)"
    found = [row[0] for row in await fetch(connection, state, name)]
    if found == [False]:
        await connection.execute(f"DROP INDEX CONCURRENTLY {name}")
    if found != [True]:
        await connection.execute(definition.format(name=name))


async def fetch(connection: asyncpg.Connection, query: str, *values: Any) -> list[asyncpg.Record]:
    """Return rows; in a transaction, because a pooler may switch servers between a statement and its values."""
    async with connection.transaction():
        rows: list[asyncpg.Record] = await connection.fetch(query, *values)
    return rows
