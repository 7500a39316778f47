"""Tortoise's SQLite client on the Hall's driver.

Tortoise chooses SQLite's schema editor for migrations because the module's name contains `sqlite`.
"""

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper
from tortoise.backends.sqlite.client import SqliteClient

from api.adapters import aiosqlite as adapter
from api.db.sqlite import driver

# Rows that aiosqlite prefetches when it iterates over a cursor.
PREFETCHED_ROWS = 64
# Enough for a few transactions.
MIN_FREE_BYTES = 1_000_000


class Client(SqliteClient):
    """Tortoise's client, with connections of `driver`."""

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - Tortoise's signature
        """Open the connection, unless it is open."""
        if self._connection:
            return
        connect = partial(driver.connect, self.filename)
        connection = aiosqlite.Connection(connect, PREFETCHED_ROWS)  # type: ignore[arg-type]  # it has the methods that aiosqlite calls
        try:
            self._connection = await connection
        except BaseException:
            # aiosqlite does not join its thread, which could outlive the event loop.
            await adapter.join_thread(connection)
            raise
        connection.row_factory = driver.Row
        try:
            for pragma, value in self.pragmas.items():
                await (await connection.execute(f"PRAGMA {pragma}={value}")).close()
            await self._post_connect()
        except BaseException:
            # Otherwise it would be used without its pragmas, and its thread would keep the process alive.
            await self.close()
            raise

    async def check(self) -> None:
        """Raise sqlite3.Error unless the database can be read and written."""
        async with self.acquire_connection() as connection:
            await connection.execute_fetchall("SELECT count(*) FROM sqlite_master")
            if adapter.inner(connection).is_read_only:
                error = sqlite3.OperationalError("the database is read-only")
                error.sqlite_errorcode = sqlite3.SQLITE_READONLY
                raise error

    async def require_same_file(self) -> None:
        """Raise sqlite3.Error where the file was moved, deleted, replaced or overwritten."""
        connection: Any = self._connection
        if connection:
            await adapter.run_in_thread(connection, adapter.inner(connection).require_same_file)

    def accepts_writes(self) -> bool:
        """Return whether the file can grow: its disk is neither full nor read-only."""
        folder = Path(self.filename).parent
        disk = os.statvfs(folder)
        has_space = disk.f_bavail * disk.f_frsize >= MIN_FREE_BYTES
        return has_space and os.access(self.filename, os.W_OK) and os.access(folder, os.W_OK)

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """Return the context manager that locks the connection."""
        return ConnectionLock(self._lock, self)


class ConnectionLock(ConnectionWrapper[Any]):
    """The lock on the connection, released where the connection cannot be opened: Tortoise's own would deadlock."""

    __slots__ = ()

    async def __aenter__(self) -> Any:
        """Acquire the lock; return the connection."""
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


# Tortoise imports this name.
client_class = Client
