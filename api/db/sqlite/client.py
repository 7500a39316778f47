"""Tortoise's client for the embedded database, by the Hall's own driver.

Tortoise migrates as SQLite needs it where the name of the client's module has `sqlite` in it, as this one's has.
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

# How many rows aiosqlite would fetch at once, where somebody goes through them one by one.
CHUNK = 64
# Bytes that a few transactions need.
LEAST_ROOM = 1_000_000


class Client(SqliteClient):
    """Tortoise's client, whose connection comes from the driver."""

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - Tortoise calls it so
        """Open the connection, unless it is open."""
        if self._connection:
            return
        connect = partial(driver.connect, self.filename)
        connection = aiosqlite.Connection(connect, CHUNK)  # type: ignore[arg-type]  # it has the shape that is needed
        try:
            self._connection = await connection
        except BaseException:
            # aiosqlite lets its thread end then, and does not wait until it has: the loop may be closed by that time.
            await adapter.join_thread(connection)
            raise
        connection.row_factory = driver.Row
        try:
            for pragma, value in self.pragmas.items():
                await (await connection.execute(f"PRAGMA {pragma}={value}")).close()
            await self._post_connect()
        except BaseException:
            # It would be used without its pragmas, and its thread would keep the process from ending.
            await self.close()
            raise

    async def look(self) -> None:
        """See whether the database can be read and written; raise sqlite3.Error if not."""
        async with self.acquire_connection() as connection:
            await connection.execute_fetchall("SELECT count(*) FROM sqlite_master")
            if adapter.inner(connection).is_read_only:
                error = sqlite3.OperationalError("the database is read-only")
                error.sqlite_errorcode = sqlite3.SQLITE_READONLY
                raise error

    async def require_standing(self) -> None:
        """Raise sqlite3.Error where the file is no longer what was opened."""
        connection: Any = self._connection
        if connection:
            await adapter.run_in_thread(connection, adapter.inner(connection).require_standing)

    def takes_writes(self) -> bool:
        """Return whether the system lets the file grow: its disk is neither full nor read-only."""
        folder = Path(self.filename).parent
        disk = os.statvfs(folder)
        has_room = disk.f_bavail * disk.f_frsize >= LEAST_ROOM
        return has_room and os.access(self.filename, os.W_OK) and os.access(folder, os.W_OK)

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """Return the connection, for whoever has the turn."""
        return ConnectionTurn(self._lock, self)


class ConnectionTurn(ConnectionWrapper[Any]):
    """Somebody's turn on the connection, which is over when the connection cannot be opened.

    Tortoise's own would keep the lock then, and whoever came next would wait for ever.
    """

    __slots__ = ()

    async def __aenter__(self) -> Any:
        """Wait for the turn; return the connection."""
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


# Tortoise looks for it by this name.
client_class = Client
