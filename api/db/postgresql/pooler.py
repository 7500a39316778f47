"""A connection through a pooler such as pgbouncer, which in transaction mode may change servers after each transaction.

What a session remembers is lost there, or found by a stranger: prepared statements, settings, what `SET` has changed.
So every statement goes in a transaction, within which the server stays the same; no statement is prepared by name; and
settings are given to each transaction instead of the connection, which a pooler refuses to open with most of them.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import asyncpg

from api.db.postgresql.connect import Connection

# What holds for a session has another name where it holds for one transaction.
OF_A_TRANSACTION = {"default_transaction_read_only": "transaction_read_only"}


async def is_behind(connection: asyncpg.Connection) -> bool:
    """Return whether a pooler is in between: the process that answers is not the one that said hello."""
    async with connection.transaction():
        process = await connection.fetchval("SELECT pg_catalog.pg_backend_pid()")
    return bool(process != connection.get_server_pid())


def connection_with(settings: Mapping[str, str]) -> type["PooledConnection"]:
    """Return the kind of connection whose transactions have these settings."""
    names = {OF_A_TRANSACTION.get(name, name): value.replace("'", "''") for name, value in settings.items()}
    local = "".join(f" SET LOCAL {name} = '{value}';" for name, value in names.items())
    return type("PooledConnection", (PooledConnection,), {"local_settings": local})


class PooledConnection(Connection):
    """A connection each of whose statements is in a transaction."""

    local_settings: ClassVar[str] = ""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Carry out a statement, or several without values, which are a transaction by themselves."""
        if query.startswith("BEGIN"):
            # In the same round trip.
            query += self.local_settings
        if not args:
            return str(await super().execute(query, timeout=timeout))
        async with self._one_server():
            return str(await super().execute(query, *args, timeout=timeout))

    async def executemany(self, command: str, args: Any, **options: Any) -> Any:
        """Carry out a statement for each of several rows of values."""
        async with self._one_server():
            return await super().executemany(command, args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        """Return the rows of a statement."""
        async with self._one_server():
            return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        """Return the first row of a statement."""
        async with self._one_server():
            return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        """Return one value of the first row of a statement."""
        async with self._one_server():
            return await super().fetchval(query, *args, **options)

    def get_reset_query(self) -> str:
        """Return nothing: what a reset would undo is over with the transaction, and would reach any server."""
        return ""

    @asynccontextmanager
    async def _one_server(self) -> AsyncIterator[None]:
        if self.is_in_transaction():
            yield
            return
        async with self.transaction():
            yield
