"""Rate limits that several machines share: each counts by itself, and adds its counts to a Redis each moment.

A request never waits for the network: it is counted here, and judged by what all machines together had counted a moment
ago. So machines may exceed a limit together by what they count in that moment. While the Redis cannot be reached, each
machine limits by its own counts.
"""

import asyncio
import logging
from hashlib import blake2b
from typing import Any, cast

from limits.aio.storage import Storage as AsyncStorage
from limits.storage import Storage, storage_from_string

from api.adapters import limits as adapters
from api.http.graphql.rate_limit_storage import MAX_COUNTS

# The time between two exchanges, and until the next attempt after a failed one.
EXCHANGE_SECONDS = 0.5
RETRY_SECONDS = 1.0
TIMEOUT_SECONDS = 2.0
CONNECTION_SECONDS = 1.0
# How many counters are exchanged at once, the largest first, and on how many connections.
MAX_EXCHANGED = 500
CONNECTIONS = 4
logger = logging.getLogger("hall")


def connect(url: str) -> AsyncStorage:
    """Return the storage of the library `limits` for the address of a Redis or a Valkey, or of its sentinels."""
    # Valkey speaks the same protocol.
    address = url.replace("valkey", "redis", 1)
    timeouts: dict[str, Any] = {"socket_timeout": CONNECTION_SECONDS, "socket_connect_timeout": CONNECTION_SECONDS}
    options = timeouts | ({"sentinel_kwargs": timeouts} if "+sentinel://" in address else {})
    return cast("AsyncStorage", storage_from_string(f"async+{address}", implementation="redispy", **options))


class SharedStorage(Storage):
    """The counters of this process, `local`, together with those of all processes, `everywhere`."""

    STORAGE_SCHEME = None

    def __init__(self, local: Storage, everywhere: AsyncStorage) -> None:
        super().__init__()
        self._local = local
        self._everywhere = everywhere
        # What was counted since the last exchange, with the length of the window; and all counts as of then.
        self._pending: dict[str, tuple[int, int]] = {}
        self._seen: dict[str, int] = {}
        self._is_shared = True

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """The exceptions of the storage."""
        return self._local.base_exceptions

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which expires after `expiry` seconds; return its value."""
        count = self._local.incr(key, expiry, amount)
        if count <= amount:
            # The first count of a window: what is known is of an earlier one.
            self._forget(key)
        waiting = amount + self._pending.get(key, (0, 0))[0]
        self._pending[key] = waiting, expiry
        return max(count, self._seen.get(key, 0) + waiting)

    def get(self, key: str) -> int:
        """Return the value of a counter."""
        count = self._local.get(key)
        return max(count, self._seen.get(key, 0) + self._pending.get(key, (0, 0))[0]) if count else 0

    def get_expiry(self, key: str) -> float:
        """Return when a counter expires, in seconds since the epoch."""
        return self._local.get_expiry(key)

    def check(self) -> bool:
        """Return whether counting works."""
        return self._local.check()

    def reset(self) -> int | None:
        """Delete the counters of this process."""
        self._pending.clear()
        self._seen.clear()
        return self._local.reset()

    def clear(self, key: str) -> None:
        """Delete a counter of this process."""
        self._forget(key)
        self._local.clear(key)

    def _forget(self, key: str) -> None:
        self._pending.pop(key, None)
        self._seen.pop(key, None)

    async def share(self) -> None:
        """Exchange counts with the other processes, for as long as the Hall is open."""
        try:
            while True:
                await asyncio.sleep(EXCHANGE_SECONDS if self._is_shared else RETRY_SECONDS)
                await self._try_exchange()
        finally:
            await adapters.close(self._everywhere)

    async def _try_exchange(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._exchange()
        except Exception as error:  # noqa: BLE001 - whatever it is, requests are served, and counted here
            self._pending.clear()
            self._seen.clear()
            self._say(is_shared=False, cause=_kind(error))
        else:
            self._say(is_shared=True)

    async def _exchange(self) -> None:
        if not (self._is_shared and self._pending) and not await self._everywhere.check():
            raise ConnectionError
        if len(self._seen) > MAX_COUNTS:
            self._seen.clear()
        pending, self._pending = self._pending, {}
        largest = sorted(pending, key=lambda key: pending[key][0], reverse=True)
        # Smaller ones follow the next time.
        self._pending |= {key: pending[key] for key in largest[MAX_EXCHANGED:MAX_COUNTS]}
        exchanged = [(key, *pending[key]) for key in largest[:MAX_EXCHANGED]]
        async with asyncio.TaskGroup() as tasks:
            for begin in range(CONNECTIONS):
                tasks.create_task(self._exchange_each(exchanged[begin::CONNECTIONS]))

    async def _exchange_each(self, counters: list[tuple[str, int, int]]) -> None:
        for key, amount, expiry in counters:
            self._seen[key] = await self._everywhere.incr(_hidden(key), expiry, amount)

    def _say(self, *, is_shared: bool, cause: str = "") -> None:
        """Log once that the counts are not shared any more, and once that they are again."""
        if is_shared != self._is_shared:
            self._is_shared = is_shared
            said = (
                "rate limits are shared again"
                if is_shared
                else f"rate limits are counted by each machine alone: HALL_LIMITS_URL does not answer ({cause})"
            )
            logger.warning(said)


def _hidden(key: str) -> str:
    """Return the name of a counter for the Redis: addresses and accounts do not leave the Hall."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def _kind(error: Exception) -> str:
    """Return the type of an error, or of the first one in a group."""
    return _kind(error.exceptions[0]) if isinstance(error, ExceptionGroup) else type(error).__name__
