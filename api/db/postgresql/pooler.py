"""Connections through a pooler such as pgbouncer, which in transaction mode may switch servers after a transaction.

Session state is then lost, or leaks to another client: named prepared statements, settings, effects of SET. So every
statement runs in a transaction, statements are not prepared by name, and each transaction sets its settings with SET
LOCAL: poolers reject most of them as startup parameters.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import asyncpg

from api.db.postgresql.connect import Connection

# Session settings by the names that they have for one transaction.
TRANSACTION_NAMES = {"default_transaction_read_only": "transaction_read_only"}


async def is_behind(connection: asyncpg.Connection) -> bool:
    """Return whether the connection goes through a pooler: the backend's process id differs from the handshake's."""
    async with connection.transaction():
        process = await connection.fetchval("SELECT pg_catalog.pg_backend_pid()")
    return bool(process != connection.get_server_pid())


def connection_with(settings: Mapping[str, str]) -> type["PooledConnection"]:
    """Return a class of connections whose transactions have these settings."""
    names = {TRANSACTION_NAMES.get(name, name): value.replace("'", "''") for name, value in settings.items()}
    local = "".join(f" SET LOCAL {name} = '{value}';" for name, value in names.items())
    return type("PooledConnection", (PooledConnection,), {"local_settings": local})


class PooledConnection(Connection):
    """A connection that runs each statement in a transaction."""

    local_settings: ClassVar[str] = ""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Execute a statement, or several without values, which form an implicit transaction."""
        if query.startswith("BEGIN"):
            # Saves a round trip.
            query += self.local_settings
        if not args:
            return str(await super().execute(query, timeout=timeout))
        async with self._single_transaction():
            return str(await super().execute(query, *args, timeout=timeout))

    async def executemany(self, command: str, args: Any, **options: Any) -> Any:
        """Execute a statement for each row of values."""
        async with self._single_transaction():
            return await super().executemany(command, args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        """Return the rows of a statement."""
        async with self._single_transaction():
            return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        """Return the first row of a statement."""
        async with self._single_transaction():
            return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        """Return one value of the first row of a statement."""
        async with self._single_transaction():
            return await super().fetchval(query, *args, **options)

    def get_reset_query(self) -> str:
        """Return no reset: session state ends with the transaction, and a reset could reach another server."""
        return ""

    @asynccontextmanager
    async def _single_transaction(self) -> AsyncIterator[None]:
        if self.is_in_transaction():
            yield
            return
        async with self.transaction():
            yield
