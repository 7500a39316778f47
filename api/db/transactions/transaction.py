"""One transaction on one connection, in a task that outlives its caller.

On PostgreSQL every write of the Hall runs through `transaction`; on SQLite only those of commands do, which use
Tortoise's models: `sqlite_writer.py` writes for requests.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections

from api.adapters import tortoise
from api.db import errors
from api.db.postgresql.client import Client as PostgreSQLClient
from api.db.postgresql.connect import UncertainCommit

# The time-out for a connection of the pool, or for the lock on SQLite's write connection.
CONNECTION_SECONDS = 5
DRAIN_SECONDS = 1

Result = TypeVar("Result")
Wrapper = TransactionWrapper | SqliteTransactionWrapper
_tasks: set[asyncio.Task[Any]] = set()


async def wait_for_transactions() -> None:
    """Wait until open transactions have ended, and cancel those that take longer than DRAIN_SECONDS."""
    if _tasks:
        await asyncio.wait(set(_tasks), timeout=DRAIN_SECONDS)
    for task in _tasks:
        task.cancel()
    await asyncio.gather(*_tasks, return_exceptions=True)


async def transaction(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run `work` in one transaction, and return its result.

    The transaction has its own task: when a sibling field fails or the client disconnects, the caller is cancelled, but
    the transaction ends normally and releases its connection. Raises Conflict for a violated constraint, and
    DatabaseBusy where a retry may succeed.
    """
    task = start_background(_transaction(work))
    # guard: transaction-is-shielded
    return await asyncio.shield(task)


def start_background(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Start a task that outlives its caller; closing the database waits for it."""
    task = asyncio.create_task(work)
    _tasks.add(task)
    task.add_done_callback(_discard)
    return task


async def _transaction(work: Callable[[], Awaitable[Result]]) -> Result:
    with errors.translating():
        async with _open():
            return await work()


@asynccontextmanager
async def _open() -> AsyncIterator[None]:
    """Open a transaction for the block; commit it at the end, and roll it back after an error.

    Tortoise's own context manager has no time-out for the connection, leaks the connection or SQLite's lock when BEGIN
    fails, and leaves the transaction open when COMMIT fails: the next COMMIT on SQLite would commit it too.
    """
    client = cast("SqliteClient | AsyncpgDBClient", get_connections().get("default"))
    lease = client.acquire_connection()
    async with asyncio.timeout(CONNECTION_SECONDS):
        connection = await lease.__aenter__()
    uncertain: UncertainCommit | None = None
    try:
        async with _on(client, connection):
            yield
    except UncertainCommit as error:
        uncertain = error
        raise
    finally:
        if uncertain is None:
            await lease.__aexit__(None, None, None)
        else:
            start_background(_release_after(uncertain.commit, connection, lease))


@asynccontextmanager
async def _on(client: SqliteClient | AsyncpgDBClient, connection: Any) -> AsyncIterator[None]:
    """Run the block in a transaction on `connection`."""
    wrapper = await _wrap(client, connection)
    token = get_connections().set("default", wrapper)
    try:
        await _begin(wrapper)
        yield
        await wrapper.commit()
    except UncertainCommit:
        raise
    except BaseException as error:
        if isinstance(error, TimeoutError) and isinstance(client, PostgreSQLClient):
            # The server's own limit is shorter, so the connection is dead.
            await client.replace_idle_connections()
        await _roll_back(client, wrapper)
        raise
    finally:
        get_connections().reset(token)


async def _release_after(commit: asyncio.Future[str], connection: Any, lease: Any) -> None:
    """Release a connection once its COMMIT has ended, however it ends; terminate it when the Hall closes.

    Until then it counts as one of the pool's. Otherwise, while the standby does not answer, each write would leave one
    more connection waiting at the server.
    """
    try:
        await asyncio.wait({commit})
    except asyncio.CancelledError:
        connection.terminate()
        raise
    finally:
        await lease.__aexit__(None, None, None)


async def _wrap(client: SqliteClient | AsyncpgDBClient, connection: Any) -> Wrapper:
    """Return the client through which Tortoise executes the statements of a transaction on `connection`."""
    if isinstance(client, SqliteClient):
        await connection_of(client)
        return SqliteTransactionWrapper(client)
    wrapper = TransactionWrapper(client)
    tortoise.set_connection(wrapper, connection)
    return wrapper


async def connection_of(client: SqliteClient) -> Any:
    """Return the write connection, reopened after it was closed; the caller holds its lock."""
    if tortoise.connection_of(client) is None:
        try:
            await client.create_connection(with_db=True)
        except BaseException:
            # Otherwise it would be used without its pragmas.
            await client.close()
            raise
    return tortoise.connection_of(client)


async def _begin(wrapper: Wrapper) -> None:
    if isinstance(wrapper, SqliteTransactionWrapper):
        # Takes the write lock now, which Tortoise's BEGIN does not: a later upgrade could fail with SQLITE_BUSY.
        await tortoise.connection_of(wrapper).execute("BEGIN IMMEDIATE")
    else:
        await wrapper.begin()


async def _roll_back(client: BaseDBAsyncClient, wrapper: Wrapper) -> None:
    """Roll back; close SQLite's connection where that fails."""
    try:
        await wrapper.rollback()
    except Exception:  # noqa: BLE001 - the caller raises the first error; asyncpg's pool resets its connections
        if isinstance(client, SqliteClient):
            await client.close()


def _discard(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled():
        task.exception()  # retrieves it, so that asyncio does not log it
