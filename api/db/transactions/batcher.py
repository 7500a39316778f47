"""Batches writes that arrive concurrently: while one batch commits, others queue and form the next batch."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from api.db.transactions.transaction import start_background

Item = TypeVar("Item")
Result = TypeVar("Result")
# Limits how long the first item of a batch takes.
MAX_BATCH = 50


@dataclass(frozen=True, slots=True)
class Failure:
    """The error of an item that was not committed."""

    error: Exception


class _Pending(NamedTuple):
    """A queued item, the future of its caller, and the timer that ends its time in the queue."""

    item: Any
    future: asyncio.Future[Any]
    timer: asyncio.TimerHandle | None


class Batcher(ABC, Generic[Item, Result]):
    """Commits items in batches of at most MAX_BATCH, one batch after the other."""

    def __init__(self) -> None:
        self._queue: list[_Pending] = []
        self._task: asyncio.Task[None] | None = None

    async def submit(self, item: Item, queue_seconds: float | None = None) -> Result:
        """Return the result of `item` once it is committed; raise TimeoutError after `queue_seconds` in the queue.

        Cancelling the caller does not withdraw the item.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        timer = None if queue_seconds is None else loop.call_later(queue_seconds, self._time_out, future)
        self._queue.append(_Pending(item, future, timer))
        if self._task is None or self._task.done():
            self._task = start_background(self._run())
        return await future

    async def drain(self) -> None:
        """Return once the queue is empty. Cancelling the caller does not stop the batcher."""
        if self._task is not None:
            await asyncio.wait([self._task])

    @asynccontextmanager
    async def before_batch(self) -> AsyncIterator[None]:
        """Surround each batch, from before it leaves the queue until it is committed."""
        yield

    @abstractmethod
    async def commit(self, items: Sequence[Item]) -> Sequence[Result | Failure]:
        """Commit items together; return the result or the failure of each."""

    def _time_out(self, future: asyncio.Future[Any]) -> None:
        self._queue = [pending for pending in self._queue if pending.future is not future]
        if not future.done():
            future.set_exception(TimeoutError("the write was not begun in time"))

    async def _run(self) -> None:
        batch: list[_Pending] = []
        try:
            while self._queue:
                async with self.before_batch():
                    batch = self._next_batch()
                    results = await self._commit(batch)
                for pending, result in zip(batch, results, strict=True):
                    _resolve(pending.future, result)
        except BaseException:
            # The event loop is closing.
            for pending in (*batch, *self._queue):
                if pending.timer is not None:
                    pending.timer.cancel()
                pending.future.cancel()
            self._queue = []
            raise

    def _next_batch(self) -> list[_Pending]:
        batch, self._queue = self._queue[:MAX_BATCH], self._queue[MAX_BATCH:]
        for pending in batch:
            if pending.timer is not None:
                pending.timer.cancel()
        return batch

    async def _commit(self, batch: Sequence[_Pending]) -> Sequence[Any]:
        try:
            return await self.commit([pending.item for pending in batch])
        except Exception as error:  # noqa: BLE001 - each caller raises it
            return [Failure(error)] * len(batch)


def _resolve(future: asyncio.Future[Any], result: Any) -> None:
    if future.done():
        return
    if isinstance(result, Failure):
        future.set_exception(result.error)
    else:
        future.set_result(result)
