"""A fair queue for CPU-bound work: one job at a time for each key, such as an account or an address.

A client that sends many requests at once delays only itself. Each worker process has its own queue.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

# How long a job may be queued.
TIMEOUT_SECONDS = 5.0
MAX_WAITING_PER_KEY = 50
MAX_WAITING = 1000


class QueueFull(Exception):
    """Too many jobs are queued, or the job was queued for too long."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    keys: frozenset[str]
    ready: asyncio.Future[None]


class FairQueue:
    """Hands out slots in order of arrival, skipping jobs whose keys are in use."""

    def __init__(self, concurrency: int) -> None:
        self._free_slots = concurrency
        self._used_keys: set[str] = set()
        self._queue: list[_Job] = []
        self._queued_keys: Counter[str] = Counter()

    @asynccontextmanager
    async def slot(self, *keys: str) -> AsyncIterator[None]:
        """Hold a slot and these keys while the block runs; raise QueueFull on overload."""
        wanted = frozenset(keys)
        if self._is_free(wanted):
            self._acquire(wanted)
        else:
            await self._wait(wanted)
        try:
            yield
        finally:
            self._release(wanted)

    def _is_free(self, keys: frozenset[str]) -> bool:
        # guard: sign-ins-take-turns
        return self._free_slots > 0 and self._used_keys.isdisjoint(keys)

    def _acquire(self, keys: frozenset[str]) -> None:
        self._free_slots -= 1
        self._used_keys |= keys

    async def _wait(self, keys: frozenset[str]) -> None:
        if len(self._queue) >= MAX_WAITING or any(self._queued_keys[key] >= MAX_WAITING_PER_KEY for key in keys):
            raise QueueFull
        job = _Job(keys, asyncio.get_running_loop().create_future())
        self._queue.append(job)
        self._queued_keys.update(keys)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await job.ready
        except BaseException as error:
            if job in self._queue:
                self._remove(job)
            else:
                # It got a slot in the same moment in which it was cancelled.
                self._release(keys)
            if isinstance(error, TimeoutError):
                raise QueueFull from None
            raise

    def _release(self, keys: frozenset[str]) -> None:
        self._free_slots += 1
        self._used_keys -= keys
        for job in [*self._queue]:
            if self._free_slots == 0:
                break
            # A cancelled job removes itself.
            if self._is_free(job.keys) and not job.ready.done():
                self._remove(job)
                self._acquire(job.keys)
                job.ready.set_result(None)

    def _remove(self, job: _Job) -> None:
        self._queue.remove(job)
        self._queued_keys.subtract(job.keys)
        self._queued_keys += Counter()
