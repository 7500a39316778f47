"""Tortoise's client for PostgreSQL, whose connections are opened by the Hall's own reading of the address.

Tortoise migrates as asyncpg needs it where the name of the client's module has `asyncpg` in it, as this one's has.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from api.db.postgresql import pooler
from api.db.postgresql.connect import Connection, connect
from api.db.postgresql.dsn import parse_dsn

CLOSING_SECONDS = 1


class Client(AsyncpgDBClient):
    """Tortoise's client, for an address as libpq has it, with a pooler in between or not."""

    def __init__(self, url: str, timeout: float, command_timeout: float | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.address = parse_dsn(url)
        self.database = self.address.database
        self.is_pooled = False
        # Called when a connection was found dead: whoever keeps connections outside the pool gives up the idle ones.
        self.on_dead_connection: list[Callable[[], None]] = []
        self._limits: dict[str, Any] = {"timeout": timeout, "command_timeout": command_timeout}

    async def look(self) -> None:
        """See whether the database answers, and whether a pooler is in between; raise what asyncpg raises if not."""
        connection = await connect(
            self.address, server_settings=self.address.settings, statement_cache_size=0, **self._limits
        )
        try:
            self.is_pooled = await pooler.is_behind(connection)
        finally:
            await connection.close(timeout=CLOSING_SECONDS)

    async def open_connection(self, **settings: str) -> asyncpg.Connection:
        """Return a connection outside the pool, with these settings of the server beside the client's."""
        return await connect(self.address, **self._options(settings))

    async def replace_idle_connections(self) -> None:
        """Let no idle connection be used again, after one was found dead: a firewall forgets all of them together."""
        if self._pool is not None:
            await self._pool.expire_connections()
        for give_up in self.on_dead_connection:
            give_up()

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - Tortoise calls it so
        """Open the pool."""
        self._pool = await asyncpg.create_pool(
            connect=self._connected,
            min_size=self.pool_minsize,
            max_size=self.pool_maxsize,
            **self._options({}),
        )
        await self._post_connect()

    async def _connected(self, _: None, **options: Any) -> asyncpg.Connection:
        """Return a connection for the pool, which hands on an address that it has not got."""
        return await connect(self.address, **options)

    async def _close(self) -> None:
        """Close the pool; soon, also where a connection of it was never given back, or its server says nothing."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    def _options(self, settings: dict[str, str]) -> dict[str, Any]:
        wanted = self.server_settings | settings
        if not self.is_pooled:
            return {
                **self._limits,
                "connection_class": Connection,
                "server_settings": {**self.address.settings, **wanted},
            }
        return {
            **self._limits,
            "connection_class": pooler.connection_with(wanted),
            "server_settings": self.address.settings,
            "statement_cache_size": 0,
        }


# Tortoise looks for it by this name.
client_class = Client
