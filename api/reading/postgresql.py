"""PostgreSQL, read by connections that do nothing else.

A pool resets each connection before the next one may have it, which takes another round trip to the server and twice as
long as a small read. What only reads leaves nothing behind; so these go from hand to hand as they are.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

MOST_CONNECTIONS = 10
# For one's turn; as long as for a connection that writes.
TURN_SECONDS = 5
# What a pool understands, and a connection does not.
POOLS = frozenset({"max_queries", "max_inactive_connection_lifetime", "setup", "init", "reset", "connect"})


class Reader:
    """The connections of this process that read what `client` writes to."""

    def __init__(self, client: AsyncpgDBClient) -> None:
        self._options: dict[str, Any] = {
            **{name: value for name, value in client.extra.items() if name not in POOLS},
            "host": client.host,
            "port": client.port,
            "user": client.user,
            "password": client.password,
            "database": client.database,
            "server_settings": {**client.server_settings, "default_transaction_read_only": "on"},
        }
        self._idle: list[asyncpg.Connection] = []
        self._open = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def fetched(self, sql: str, values: Sequence[Any], *, is_uneven: bool = False) -> list[Any]:
        """Return the rows of a statement; raise TimeoutError where nobody gives a connection back in time.

        One that is uneven is planned anew for its values: PostgreSQL would soon plan it once for all, and come to some
        of them a hundred times as slowly.
        """
        connection = self._idle.pop() if self._idle else await self._taken()
        while connection.is_closed():
            self._open -= 1
            connection = await self._taken()
        try:
            asked = await connection.prepare(sql) if is_uneven else None
            rows: list[Any] = await (connection.fetch(sql, *values) if asked is None else asked.fetch(*values))
        except (asyncio.CancelledError, TimeoutError):
            # It still waits for an answer that nobody wants.
            connection.terminate()
            raise
        finally:
            self._give_back(connection)
        return rows

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._open -= 1
            await self._idle.pop().close()

    async def _taken(self) -> asyncpg.Connection:
        while not self._idle:
            if self._open < MOST_CONNECTIONS:
                return await self._opened()
            await self._turn()
        return self._idle.pop()

    async def _opened(self) -> asyncpg.Connection:
        self._open += 1
        try:
            return await asyncpg.connect(**self._options)
        except BaseException:
            self._open -= 1
            self._call_next()
            raise

    async def _turn(self) -> None:
        """Wait until somebody has given a connection back."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        limit = loop.call_later(TURN_SECONDS, _give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._call_next()
            raise
        finally:
            limit.cancel()

    def _give_back(self, connection: asyncpg.Connection) -> None:
        if connection.is_closed():
            self._open -= 1
        else:
            self._idle.append(connection)
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError("it was nobody's turn in time"))
