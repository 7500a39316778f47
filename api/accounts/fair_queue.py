"""A queue before work that takes a processor for long: one at a time for each account and each address.

Somebody who sends many at once waits for themselves; others pass by. It is of this process: each of several has one.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

# For a turn; then there was no room.
WAITING_SECONDS = 5.0
# So many wait at once for one account or one address, and in all.
MOST_FOR_ONE = 50
MOST_IN_ALL = 1000


class QueueFull(Exception):
    """Too many wait already, or it took too long until it was one's turn."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    keys: frozenset[str]
    called: asyncio.Future[None]


class FairQueue:
    """Gives turns, in the order in which they were asked for as far as keys that are taken allow it."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._taken: set[str] = set()
        self._waiting: list[_Waiting] = []
        self._in_line: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, *keys: str) -> AsyncIterator[None]:
        """Keep a turn for as long as the block lasts, one at a time for each key; raise Crowded if there is no room."""
        wanted = frozenset(keys)
        if self._is_free(wanted):
            self._take(wanted)
        else:
            await self._wait(wanted)
        try:
            yield
        finally:
            self._give_back(wanted)

    def _is_free(self, keys: frozenset[str]) -> bool:
        # guard: sign-ins-take-turns
        return self._free > 0 and self._taken.isdisjoint(keys)

    def _take(self, keys: frozenset[str]) -> None:
        self._free -= 1
        self._taken |= keys

    async def _wait(self, keys: frozenset[str]) -> None:
        if len(self._waiting) >= MOST_IN_ALL or any(self._in_line[key] >= MOST_FOR_ONE for key in keys):
            raise QueueFull
        waiting = _Waiting(keys, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._in_line.update(keys)
        try:
            async with asyncio.timeout(WAITING_SECONDS):
                await waiting.called
        except BaseException as error:
            if waiting in self._waiting:
                self._leave(waiting)
            else:
                # It was called while it gave up.
                self._give_back(keys)
            if isinstance(error, TimeoutError):
                raise QueueFull from None
            raise

    def _give_back(self, keys: frozenset[str]) -> None:
        self._free += 1
        self._taken -= keys
        for waiting in [*self._waiting]:
            if self._free == 0:
                break
            # One that was cancelled leaves by itself.
            if self._is_free(waiting.keys) and not waiting.called.done():
                self._leave(waiting)
                self._take(waiting.keys)
                waiting.called.set_result(None)

    def _leave(self, waiting: _Waiting) -> None:
        self._waiting.remove(waiting)
        self._in_line.subtract(waiting.keys)
        self._in_line += Counter()
