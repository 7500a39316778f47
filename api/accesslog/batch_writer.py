"""Writing entries that belong to reads: many requests at once share one transaction.

Whoever is being answered in the same turns of the loop is waited for, which takes some microseconds where there is
nobody: each transaction is a flush of the disk, and makes readers of the embedded database forget what they know of it.
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

# The first of them is not to wait for a crowd.
MOST_TOGETHER = 50
Waiting = tuple[Entry, asyncio.Future[None]]
_writers: WeakKeyDictionary[BaseDBAsyncClient, "BatchWriter"] = WeakKeyDictionary()


async def record(entry: Entry) -> None:
    """Return once `entry` is on disk. What cannot be logged is not answered: then this raises."""
    database = get_connections().get("default")
    writer = _writers.get(database)
    if writer is None:
        writer = _writers[database] = BatchWriter()
    await writer.wrote(entry)


async def flush() -> None:
    """Return once every entry that was handed in is written, or will not be."""
    writer = _writers.get(get_connections().get("default"))
    if writer is not None:
        await writer.drained()


class BatchWriter:
    """The one who adds the entries of reads to the log of one database."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def wrote(self, entry: Entry) -> None:
        """Hand in an entry and wait for it. A caller that is cancelled leaves its entry: it will be written."""
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, outcome))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await outcome

    async def drained(self) -> None:
        """Wait until nobody waits; whoever gives that up does not stop the writing."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        batch: list[Waiting] = []
        try:
            while self._waiting:
                # guard: group-commit-of-log-entries
                await self._gather()
                batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                await _together(batch)
        except BaseException:
            # Only when the loop ends: nobody is left waiting for what will not come.
            for _, outcome in (*batch, *self._waiting):
                outcome.cancel()
            self._waiting = []
            raise

    async def _gather(self) -> None:
        """Wait for those who are being answered anyway: until a turn of the loop brings no other entry."""
        before = 0
        while before < len(self._waiting) < MOST_TOGETHER:
            before = len(self._waiting)
            await asyncio.sleep(0)


async def _together(batch: Sequence[Waiting]) -> None:
    """Write a batch in one transaction; where an entry of it cannot be stored, the others must not suffer."""
    try:
        await in_transaction(lambda: store.append([entry for entry, _ in batch]))
    except Exception as error:  # noqa: BLE001 - whoever waits for the entry is told, whatever it was
        if len(batch) == 1 or isinstance(error, DatabaseBusy):
            _tell(batch, error)
            return
        for each in batch:
            await _together([each])
    else:
        _tell(batch, None)


def _tell(batch: Sequence[Waiting], error: Exception | None) -> None:
    for _, outcome in batch:
        if outcome.done():
            continue
        if error is None:
            outcome.set_result(None)
        else:
            outcome.set_exception(error)
