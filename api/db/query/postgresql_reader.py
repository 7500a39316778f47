"""A pool of read-only PostgreSQL connections, which are reused without a reset.

asyncpg's pool resets each connection on release: one more round trip, which doubles the time of a small read. A
read-only connection has no session state to reset.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import asyncpg

MAX_CONNECTIONS = 10
# The time-out for a connection, equal to that of the pool for writes.
ACQUIRE_SECONDS = 5
CLOSING_SECONDS = 1


class NoFreeConnection(TimeoutError):
    """No connection was released in time."""


class Server(Protocol):
    """Where connections for reading are opened."""

    is_pooled: bool
    on_dead_connection: list[Callable[[], None]]

    async def open_connection(self, **settings: str) -> asyncpg.Connection:
        """Open a connection with additional server settings."""

    async def replace_idle_connections(self) -> None:
        """Replace all idle connections after one was found dead."""


class PostgreSQLReader:
    """The connections of this process for reading from one server."""

    def __init__(self, client: Server) -> None:
        self._client = client
        # A pooler may switch servers, and named prepared statements belong to one server. PostgreSQL plans unnamed
        # statements for their values each time.
        self._prepares = not client.is_pooled
        self._idle: list[asyncpg.Connection] = []
        self._free_slots = MAX_CONNECTIONS
        self._waiters: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._is_closed = False
        client.on_dead_connection.append(self._terminate_idle)

    async def fetch(self, sql: str, values: Sequence[Any], *, needs_custom_plan: bool = False) -> list[Any]:
        """Return the rows of a statement; raise TimeoutError where no connection is released in time.

        `needs_custom_plan` plans for the values each time: PostgreSQL's generic plan takes a hundred times as long for
        some of them.
        """
        connection = await self._acquire()
        try:
            prepared = await connection.prepare(sql) if needs_custom_plan and self._prepares else None
            rows: list[Any] = await (connection.fetch(sql, *values) if prepared is None else prepared.fetch(*values))
        except (asyncio.CancelledError, TimeoutError) as error:
            # The server may still send the result, so the connection cannot be reused.
            connection.terminate()
            if isinstance(error, TimeoutError):
                await self._client.replace_idle_connections()
            raise
        finally:
            self._release(connection)
        return rows

    async def close(self) -> None:
        """Close idle connections; one in use is closed on release."""
        self._is_closed = True
        self._client.on_dead_connection.remove(self._terminate_idle)
        idle, self._idle = self._idle, []
        for connection in idle:
            try:
                await connection.close(timeout=CLOSING_SECONDS)
            except Exception:  # noqa: BLE001 - any error while closing means the connection is broken
                connection.terminate()

    async def _acquire(self) -> asyncpg.Connection:
        """Return an idle connection, a new one, or the next one that is released."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._free_slots += 1
        if self._free_slots:
            self._free_slots -= 1
            return await self._connect()
        return await self._wait_for_release() or await self._connect()

    async def _connect(self) -> asyncpg.Connection:
        """Return a new connection; the caller has taken a slot."""
        try:
            return await self._client.open_connection(default_transaction_read_only="on")
        except BaseException:
            self._hand_over(None)
            raise

    async def _wait_for_release(self) -> asyncpg.Connection | None:
        """Return a released connection, or None for the slot of a closed one."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
        self._waiters.append(waiter)
        timer = loop.call_later(ACQUIRE_SECONDS, _time_out, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._hand_over(waiter.result())
            raise
        finally:
            timer.cancel()

    def _release(self, connection: asyncpg.Connection) -> None:
        if self._is_closed:
            connection.terminate()
        self._hand_over(None if connection.is_closed() else connection)

    def _terminate_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.terminate()
        self._free_slots += len(idle)

    def _hand_over(self, connection: asyncpg.Connection | None) -> None:
        """Give a connection, or the slot of one, to the first waiter."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if connection is None:
            self._free_slots += 1
        else:
            self._idle.append(connection)


def _time_out(waiter: asyncio.Future[asyncpg.Connection | None]) -> None:
    if not waiter.done():
        waiter.set_exception(NoFreeConnection("no connection was released in time"))
