"""Tortoise's PostgreSQL client, with the Hall's own parsing of addresses and support for poolers."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from api.db.postgresql import pooler
from api.db.postgresql.connect import Connection, connect
from api.db.postgresql.dsn import Address, parse_dsn
from api.errors import SettingsError

CLOSING_SECONDS = 1


class Client(AsyncpgDBClient):
    """Tortoise's client for a libpq address, directly or through a pooler."""

    def __init__(
        self, url: str, timeout: float, command_timeout: float | None = None, read_from: str = "", **options: Any
    ) -> None:
        super().__init__(**options)
        self.address = parse_dsn(url)
        self.database = self.address.database
        self.is_pooled = False
        # The address of the servers that may be read while there is no primary.
        self.read_from = _parse_read_from(read_from) if read_from else None
        # Callbacks that terminate idle connections outside the pool once a connection is found dead.
        self.on_dead_connection: list[Callable[[], None]] = []
        self._limits: dict[str, Any] = {"timeout": timeout, "command_timeout": command_timeout}

    async def check(self) -> None:
        """Detect a pooler; raise asyncpg's error where the database does not answer."""
        connection = await connect(
            self.address, server_settings=self.address.settings, statement_cache_size=0, **self._limits
        )
        try:
            self.is_pooled = await pooler.is_behind(connection)
        finally:
            await connection.close(timeout=CLOSING_SECONDS)

    async def open_connection(self, **settings: str) -> asyncpg.Connection:
        """Open a connection outside the pool, with additional server settings."""
        return await self.open_connection_to(self.address, **settings)

    async def open_connection_to(self, address: Address, **settings: str) -> asyncpg.Connection:
        """Open a connection to another server, with the settings of this client."""
        return await connect(address, **self._options(settings))

    async def open_command_connection(self) -> asyncpg.Connection:
        """Open a connection on which each statement is its own transaction, as CREATE INDEX CONCURRENTLY requires."""
        return await connect(
            self.address,
            timeout=self._limits["timeout"],
            connection_class=Connection,
            server_settings=self.address.settings,
            statement_cache_size=0,
        )

    async def replace_idle_connections(self) -> None:
        """Replace all idle connections after one was found dead: a firewall drops them together."""
        if self._pool is not None:
            await self._pool.expire_connections()
        for terminate_idle in self.on_dead_connection:
            terminate_idle()

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - Tortoise's signature
        """Open the pool."""
        self._pool = await asyncpg.create_pool(
            connect=self._connect_for_pool,
            min_size=self.pool_minsize,
            max_size=self.pool_maxsize,
            **self._options({}),
        )
        await self._post_connect()

    async def _connect_for_pool(self, _: None, **options: Any) -> asyncpg.Connection:
        """Open a connection for the pool, which passes no address."""
        return await connect(self.address, **options)

    async def _close(self) -> None:
        """Close the pool; terminate connections that are leaked or do not answer."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    def _options(self, settings: dict[str, str]) -> dict[str, Any]:
        combined = self.server_settings | settings
        if not self.is_pooled:
            return {
                **self._limits,
                "connection_class": Connection,
                "server_settings": {**self.address.settings, **combined},
            }
        return {
            **self._limits,
            "connection_class": pooler.connection_with(combined),
            "server_settings": self.address.settings,
            "statement_cache_size": 0,
        }


def _parse_read_from(url: str) -> Address:
    try:
        return parse_dsn(url)
    except SettingsError as error:
        raise SettingsError(str(error).replace("HALL_DATABASE_URL", "HALL_READ_FROM")) from None


# Tortoise imports this name.
client_class = Client
