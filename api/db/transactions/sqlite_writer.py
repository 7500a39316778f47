"""The embedded database's writer: a transaction goes from BEGIN to COMMIT in the connection's thread, in one go.

A hop to that thread and back takes longer than most statements. Whoever comes while it writes waits for its turn, and
all who wait are committed together, by one flush of the disk; whoever comes alone waits for nobody.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from pypika_tortoise.dialects import SQLLiteQuery
from tortoise.backends.sqlite.client import SqliteClient

from api.adapters import aiosqlite
from api.adapters.tortoise import lock_of
from api.db import database
from api.db.sqlite.driver import Connection
from api.db.transactions.statements import ResultRows, Statement
from api.db.transactions.unit_of_work import Work

Answer = TypeVar("Answer")
# So many share a transaction at most, so that the first of them need not wait for a crowd.
MOST_TOGETHER = 50
# One line for each statement, at DEBUG, never with its values.
logger = logging.getLogger("hall.writing")
_writers: WeakKeyDictionary[SqliteClient, "GroupCommitWriter"] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Failure:
    """What came of work that could not be carried out."""

    error: Exception


@dataclass(frozen=True, slots=True)
class PendingWork:
    """Somebody's work that waits, what will come of it, and what ends the waiting when it takes too long."""

    work: Callable[[], Work[Any]]
    outcome: asyncio.Future[Any]
    limit: asyncio.TimerHandle

    def tell(self, outcome: Any) -> None:
        """Tell whoever waits, unless they have given up."""
        if self.outcome.done():
            return
        if isinstance(outcome, Failure):
            self.outcome.set_exception(outcome.error)
        else:
            self.outcome.set_result(outcome)

    def end(self) -> None:
        """Let nobody wait for what will not come."""
        self.limit.cancel()
        self.outcome.cancel()


def writer_for(client: SqliteClient) -> "GroupCommitWriter":
    """Return the one who writes through a client."""
    writer = _writers.get(client)
    if writer is None:
        writer = _writers[client] = GroupCommitWriter(client)
    return writer


class GroupCommitWriter:
    """Carries out work on the connection that writes, which it shares with whoever uses Tortoise's models."""

    def __init__(self, client: SqliteClient) -> None:
        self._client = client
        self._waiting: list[PendingWork] = []
        self._writing: asyncio.Task[None] | None = None

    async def written(self, work: Callable[[], Work[Answer]]) -> Answer:
        """Return the answer of `work` once it is on the disk. Whoever is cancelled meanwhile leaves it: it is done."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Answer] = loop.create_future()
        limit = loop.call_later(database.CONNECTION_SECONDS, self._give_up, outcome)
        self._waiting.append(PendingWork(work, outcome, limit))
        if self._writing is None or self._writing.done():
            self._writing = database.start_background(self._write())
        return await outcome

    def _give_up(self, outcome: asyncio.Future[Any]) -> None:
        self._waiting = [turn for turn in self._waiting if turn.outcome is not outcome]
        if not outcome.done():
            outcome.set_exception(TimeoutError("it was not its turn in time"))

    async def _write(self) -> None:
        turns: list[PendingWork] = []
        try:
            while self._waiting:
                async with lock_of(self._client):
                    turns = self._next()
                    outcomes = await self._outcomes([turn.work for turn in turns])
                for turn, outcome in zip(turns, outcomes, strict=True):
                    turn.tell(outcome)
        except BaseException:
            # Only when the loop ends.
            for turn in (*turns, *self._waiting):
                turn.end()
            self._waiting = []
            raise

    def _next(self) -> list[PendingWork]:
        turns, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        for turn in turns:
            turn.limit.cancel()
        return turns

    async def _outcomes(self, works: Sequence[Callable[[], Work[Any]]]) -> list[Any]:
        """Return what came of each; where they cannot be committed, that came of them all."""
        try:
            return await self._committed(works)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it was
            return [Failure(error)] * len(works)

    async def _committed(self, works: Sequence[Callable[[], Work[Any]]]) -> list[Any]:
        connection = await database.connection_of(self._client)
        inner = aiosqlite.inner(connection)
        is_wanted = Event()
        is_wanted.set()
        try:
            outcomes: list[Any] = await aiosqlite.run_in_thread(connection, commit_group, inner, works, is_wanted)
        except asyncio.CancelledError:
            is_wanted.clear()
            raise
        except Exception:
            # guard: failed-rollback-closes-the-connection
            if inner.in_transaction:
                # It could not even be rolled back, and the next transaction must not commit it.
                await self._client.close()
            raise
        return outcomes


def commit_group(connection: Connection, works: Sequence[Callable[[], Work[Any]]], is_wanted: Event) -> list[Any]:
    """Return what came of each, all on the disk; where that fails, nothing of any of them is.

    Where the file was moved or overwritten, nothing is written; where that happens meanwhile, nothing is acknowledged.
    """
    # guard: lost-file-is-not-written
    connection.require_standing()
    # The lock on the file is taken here, and not between two statements.
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_apart(connection, work) for work in works]
        _commit(connection, is_wanted)
        connection.require_standing()
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def _commit(connection: Connection, is_wanted: Event) -> None:
    # guard: abandoned-write-is-not-committed
    if not is_wanted.is_set():
        raise InterruptedError("nobody would be told of it")
    connection.execute("COMMIT")


def _apart(connection: Connection, work: Callable[[], Work[Any]]) -> Any:
    """Return what came of one of several: where it fails, what it did is undone, and what the others did is not."""
    connection.execute("SAVEPOINT one")
    try:
        answer = _answer(connection, work())
    except Exception as error:
        if not connection.in_transaction:
            # SQLite has undone everything, as it does when the disk is full.
            raise
        # guard: fault-is-rolled-back
        connection.execute("ROLLBACK TO one")
        answer = Failure(error)
    connection.execute("RELEASE one")
    return answer


def _answer(connection: Connection, work: Work[Answer]) -> Answer:
    given: ResultRows | None = None
    try:
        while True:
            given = _given(connection, work.send(cast("ResultRows", given)))
    except StopIteration as done:
        answer: Answer = done.value
        return answer


def _given(connection: Connection, statement: Statement) -> ResultRows:
    sql = statement.template.sql(SQLLiteQuery)
    if not sql:
        return ()
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(sql)
    if statement.many is not None:
        connection.executemany(sql, statement.many)
        return ()
    return connection.execute(sql, statement.values).fetchall()
