"""Group commit of access-log entries: the entries of concurrent reads share one transaction.

A transaction costs one fsync, and it empties the caches of SQLite's readers. So a batch first waits for the requests
that the event loop is answering already, which takes some microseconds where there are none.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connections

from api.accesslog import store
from api.accesslog.chain import Entry
from api.db.transactions.batcher import MAX_BATCH, Batcher, Failure
from api.db.transactions.dispatch import in_transaction
from api.errors import DatabaseBusy

_writers: WeakKeyDictionary[BaseDBAsyncClient, "BatchWriter"] = WeakKeyDictionary()


async def record(entry: Entry) -> None:
    """Return once `entry` is on disk; raise where it cannot be stored: the read is then not answered."""
    database = get_connections().get("default")
    writer = _writers.get(database)
    if writer is None:
        writer = _writers[database] = BatchWriter()
    await writer.submit(entry)


async def flush() -> None:
    """Return once every recorded entry is stored or has failed."""
    writer = _writers.get(get_connections().get("default"))
    if writer is not None:
        await writer.drain()


class BatchWriter(Batcher[Entry, None]):
    """Appends the entries of reads to the access log of one database."""

    @asynccontextmanager
    async def before_batch(self) -> AsyncIterator[None]:
        """Wait for entries of concurrent requests."""
        # guard: group-commit-of-log-entries
        await self._wait_for_entries()
        yield

    async def _wait_for_entries(self) -> None:
        """Return after the first event-loop iteration without a new entry."""
        before = 0
        while before < len(self._queue) < MAX_BATCH:
            before = len(self._queue)
            await asyncio.sleep(0)

    async def commit(self, items: Sequence[Entry]) -> Sequence[Failure | None]:
        """Store entries in one transaction; where one of them cannot be stored, each in its own."""
        try:
            await in_transaction(lambda: store.append(items))
        except Exception as error:  # noqa: BLE001 - the caller of each entry raises it
            if len(items) == 1 or isinstance(error, DatabaseBusy):
                return [Failure(error)] * len(items)
            return [result for each in items for result in await self.commit([each])]
        return [None] * len(items)
