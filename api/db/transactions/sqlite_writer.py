"""Group commit on SQLite: concurrent units of work share one transaction, each in a savepoint.

The transaction runs from BEGIN to COMMIT in the connection's thread, since a switch to that thread and back takes
longer than most statements. The units of work that queue meanwhile form the next transaction, with one fsync.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from threading import Event
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from pypika_tortoise.dialects import SQLLiteQuery
from tortoise.backends.sqlite.client import SqliteClient

from api.adapters import aiosqlite
from api.adapters.tortoise import lock_of
from api.db.sqlite.driver import Connection
from api.db.transactions import transaction
from api.db.transactions.batcher import Batcher, Failure
from api.db.transactions.statements import ResultRows, Statement
from api.db.transactions.unit_of_work import Work

Result = TypeVar("Result")
# Logs the SQL of each statement at DEBUG, never its values.
logger = logging.getLogger("hall.writing")
_writers: WeakKeyDictionary[SqliteClient, "GroupCommitWriter"] = WeakKeyDictionary()


def writer_for(client: SqliteClient) -> "GroupCommitWriter":
    """Return the writer of a client."""
    writer = _writers.get(client)
    if writer is None:
        writer = _writers[client] = GroupCommitWriter(client)
    return writer


class GroupCommitWriter(Batcher[Callable[[], Work[Any]], Any]):
    """Runs units of work on the write connection, which it shares with Tortoise's models."""

    def __init__(self, client: SqliteClient) -> None:
        super().__init__()
        self._client = client

    async def run(self, work: Callable[[], Work[Result]]) -> Result:
        """Return the result of `work` once it is on disk."""
        result: Result = await self.submit(work, transaction.CONNECTION_SECONDS)
        return result

    @asynccontextmanager
    async def before_batch(self) -> AsyncIterator[None]:
        """Hold the lock on the write connection."""
        async with lock_of(self._client):
            yield

    async def commit(self, items: Sequence[Callable[[], Work[Any]]]) -> Sequence[Any]:
        """Commit units of work in one transaction."""
        connection = await transaction.connection_of(self._client)
        inner = aiosqlite.inner(connection)
        is_wanted = Event()
        is_wanted.set()
        try:
            results: list[Any] = await aiosqlite.run_in_thread(connection, commit_group, inner, items, is_wanted)
        except asyncio.CancelledError:
            is_wanted.clear()
            raise
        except Exception:
            # guard: failed-rollback-closes-the-connection
            if inner.in_transaction:
                # The rollback failed, and the next COMMIT would commit this transaction too.
                await self._client.close()
            raise
        return results


def commit_group(connection: Connection, works: Sequence[Callable[[], Work[Any]]], is_wanted: Event) -> list[Any]:
    """Commit units of work in one transaction; return the result of each, or its Failure.

    Raises where nothing was committed, or where the file was moved or overwritten before the commit could be confirmed.
    """
    # guard: lost-file-is-not-written
    connection.require_same_file()
    # Takes the write lock now: a later upgrade from a read lock could fail with SQLITE_BUSY.
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = [_run_in_savepoint(connection, work) for work in works]
        _commit(connection, is_wanted)
        connection.require_same_file()
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return results


def _commit(connection: Connection, is_wanted: Event) -> None:
    # guard: abandoned-write-is-not-committed
    if not is_wanted.is_set():
        raise InterruptedError("the caller was cancelled before the commit")
    connection.execute("COMMIT")


def _run_in_savepoint(connection: Connection, work: Callable[[], Work[Any]]) -> Any:
    """Return the result of a unit of work; where it fails, roll back its statements and no others."""
    connection.execute("SAVEPOINT one")
    try:
        result = _run(connection, work())
    except Exception as error:
        if not connection.in_transaction:
            # SQLite has rolled back the whole transaction, as it does when the disk is full.
            raise
        # guard: fault-is-rolled-back
        connection.execute("ROLLBACK TO one")
        result = Failure(error)
    connection.execute("RELEASE one")
    return result


def _run(connection: Connection, work: Work[Result]) -> Result:
    rows: ResultRows | None = None
    try:
        while True:
            rows = _execute(connection, work.send(cast("ResultRows", rows)))
    except StopIteration as done:
        result: Result = done.value
        return result


def _execute(connection: Connection, statement: Statement) -> ResultRows:
    sql = statement.template.sql(SQLLiteQuery)
    if not sql:
        return ()
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(sql)
    if statement.many is not None:
        connection.executemany(sql, statement.many)
        return ()
    return connection.execute(sql, statement.values).fetchall()
