"""PostgreSQL, read by connections that do nothing else.

A pool resets each connection before the next one may have it, which takes another round trip to the server and twice as
long as a small read. What only reads leaves nothing behind; so these go from hand to hand as they are.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import asyncpg

from api.db.postgresql.client import Client

MOST_CONNECTIONS = 10
# For one's turn; as long as for a connection that writes.
TURN_SECONDS = 5
CLOSING_SECONDS = 1


class PostgreSQLReader:
    """The connections of this process that read what `client` writes to."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # A pooler may have another server for what was prepared; and what is not prepared by name, PostgreSQL plans
        # anew each time.
        self._prepares = not client.is_pooled
        self._idle: list[asyncpg.Connection] = []
        self._places = MOST_CONNECTIONS
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._is_closed = False
        client.on_dead_connection.append(self._give_up_idle)

    async def fetched(self, sql: str, values: Sequence[Any], *, is_uneven: bool = False) -> list[Any]:
        """Return the rows of a statement; raise TimeoutError where nobody gives a connection back in time.

        One that is uneven is planned anew for its values: PostgreSQL would soon plan it once for all, and come to some
        of them a hundred times as slowly.
        """
        connection = await self._taken()
        try:
            asked = await connection.prepare(sql) if is_uneven and self._prepares else None
            rows: list[Any] = await (connection.fetch(sql, *values) if asked is None else asked.fetch(*values))
        except (asyncio.CancelledError, TimeoutError) as error:
            # It still waits for an answer that nobody wants.
            connection.terminate()
            if isinstance(error, TimeoutError):
                await self._client.replace_idle_connections()
            raise
        finally:
            self._give_back(connection)
        return rows

    async def close(self) -> None:
        """Close the connections; one that somebody still has is closed when it is given back."""
        self._is_closed = True
        self._client.on_dead_connection.remove(self._give_up_idle)
        idle, self._idle = self._idle, []
        for connection in idle:
            try:
                await connection.close(timeout=CLOSING_SECONDS)
            except Exception:  # noqa: BLE001 - whatever keeps it from taking its leave
                connection.terminate()

    async def _taken(self) -> asyncpg.Connection:
        """Return a connection that nobody has: an idle one, a new one, or the next that somebody gives back."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._places += 1
        if self._places:
            self._places -= 1
            return await self._opened()
        return await self._turn() or await self._opened()

    async def _opened(self) -> asyncpg.Connection:
        """Return a new connection, for which there is a place."""
        try:
            return await self._client.opened(default_transaction_read_only="on")
        except BaseException:
            self._pass_on(None)
            raise

    async def _turn(self) -> asyncpg.Connection | None:
        """Return what somebody gives back: a connection, or the place of one that was closed."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
        self._waiting.append(turn)
        limit = loop.call_later(TURN_SECONDS, _give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._pass_on(turn.result())
            raise
        finally:
            limit.cancel()

    def _give_back(self, connection: asyncpg.Connection) -> None:
        if self._is_closed:
            connection.terminate()
        self._pass_on(None if connection.is_closed() else connection)

    def _give_up_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.terminate()
        self._places += len(idle)

    def _pass_on(self, given: asyncpg.Connection | None) -> None:
        """Give a connection, or the place for one, to whoever has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(given)
                return
        if given is None:
            self._places += 1
        else:
            self._idle.append(given)


def _give_up(turn: asyncio.Future[asyncpg.Connection | None]) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError("it was nobody's turn in time"))
