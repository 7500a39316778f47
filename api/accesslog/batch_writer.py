"""Group commit of the log entries of reads: concurrent requests share one transaction.

The writer lets the event loop run until an iteration adds no entry, which takes microseconds without load. Each
transaction costs a disk flush and invalidates the cached rows of all SQLite readers.
"""

import asyncio
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connections

from api.accesslog import store
from api.accesslog.chain import Entry
from api.db.transactions.dispatch import in_transaction
from api.errors import DatabaseBusy

# Bounds the latency of the first entry of a batch.
MAX_BATCH = 50
Pending = tuple[Entry, asyncio.Future[None]]
_writers: WeakKeyDictionary[BaseDBAsyncClient, "BatchWriter"] = WeakKeyDictionary()


async def record(entry: Entry) -> None:
    """Return once `entry` is on disk, or raise: a read that cannot be logged is not answered."""
    database = get_connections().get("default")
    writer = _writers.get(database)
    if writer is None:
        writer = _writers[database] = BatchWriter()
    await writer.write(entry)


async def flush() -> None:
    """Return once every pending entry is written or has failed."""
    writer = _writers.get(get_connections().get("default"))
    if writer is not None:
        await writer.drain()


class BatchWriter:
    """Appends the log entries of reads to one database."""

    def __init__(self) -> None:
        self._pending: list[Pending] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, entry: Entry) -> None:
        """Return once `entry` is on disk, or raise. The entry of a cancelled caller is still written."""
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((entry, outcome))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_batches())
        await outcome

    async def drain(self) -> None:
        """Return once no entry is pending. Cancelling the caller does not cancel the writing."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _write_batches(self) -> None:
        batch: list[Pending] = []
        try:
            while self._pending:
                # guard: group-commit-of-log-entries
                await self._collect()
                batch, self._pending = self._pending[:MAX_BATCH], self._pending[MAX_BATCH:]
                await _write_batch(batch)
        except BaseException:
            # Only at shutdown of the event loop: no caller may be left with a future that never completes.
            for _, outcome in (*batch, *self._pending):
                outcome.cancel()
            self._pending = []
            raise

    async def _collect(self) -> None:
        """Return once an event-loop iteration adds no entry, or the batch is full."""
        before = 0
        while before < len(self._pending) < MAX_BATCH:
            before = len(self._pending)
            await asyncio.sleep(0)


async def _write_batch(batch: Sequence[Pending]) -> None:
    """Write a batch in one transaction. If an entry cannot be stored, write each one in its own transaction."""
    try:
        await in_transaction(lambda: store.append([entry for entry, _ in batch]))
    except Exception as error:  # noqa: BLE001 - every error is passed on to the caller that awaits the entry
        if len(batch) == 1 or isinstance(error, DatabaseBusy):
            _resolve(batch, error)
            return
        for each in batch:
            await _write_batch([each])
    else:
        _resolve(batch, None)


def _resolve(batch: Sequence[Pending], error: Exception | None) -> None:
    for _, outcome in batch:
        if outcome.done():
            continue
        if error is None:
            outcome.set_result(None)
        else:
            outcome.set_exception(error)
