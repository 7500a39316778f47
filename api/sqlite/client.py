"""Tortoise's client for the embedded database, by the Hall's own driver.

Tortoise migrates as SQLite needs it where the name of the client's module has `sqlite` in it, as this one's has.
"""

from functools import partial

import aiosqlite
from tortoise.backends.sqlite.client import SqliteClient

from api.sqlite import driver

# How many rows aiosqlite would fetch at once, where somebody goes through them one by one.
CHUNK = 64


class Client(SqliteClient):
    """Tortoise's client, whose connection comes from the driver."""

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - Tortoise calls it so
        """Open the connection, unless it is open."""
        if self._connection:
            return
        connect = partial(driver.connect, self.filename)
        connection = aiosqlite.Connection(connect, CHUNK)  # type: ignore[arg-type]  # it has the shape that is needed
        self._connection = await connection
        connection.row_factory = driver.Row
        for pragma, value in self.pragmas.items():
            await (await connection.execute(f"PRAGMA {pragma}={value}")).close()
        await self._post_connect()


# Tortoise looks for it by this name.
client_class = Client
