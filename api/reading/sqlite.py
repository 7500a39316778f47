"""The embedded database, read without leaving the event loop.

A look-up takes some microseconds, and a hop to another thread and back takes more than ten times as long. So statements
run in the loop, on a connection that can only read, and that waits for nobody: in WAL mode writers do not block it. One
that turns out to be long is stopped, and run again in a thread, so that nobody else waits for it.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

# Steps of SQLite's machine: some milliseconds. A page of a hundred people with an index takes a tenth of it.
STEPS_BETWEEN_LOOKS = 50_000
MOST_LOOKS = 6
BUSY_SECONDS = 5.0
KEPT_STATEMENTS = 500
MOST_KEPT = 10_000
# What a reader keeps of the file, however large that is; SQLite's own two megabytes are read anew all the time.
CACHE_KILOBYTES = 32_768


class Reader:
    """A connection of this process to the embedded database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = self._connected(waiting=0)
        self._connection.set_progress_handler(self._is_long, STEPS_BETWEEN_LOOKS)
        self._looks = 0
        self._kept: dict[Any, Any] = {}
        self._version = 0

    def kept(self) -> dict[Any, Any]:
        """Return what is remembered of rows: nothing, once anybody has written to the database.

        SQLite counts the commits of other connections, those of other processes too. What is read after this call may
        be newer than what it was asked for, never older.
        """
        [(version,)] = self._connection.execute("PRAGMA data_version").fetchall()
        if version != self._version or len(self._kept) >= MOST_KEPT:
            self._version, self._kept = version, {}
        return self._kept

    def at_once(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]] | None:
        """Return the rows of a statement; None where that takes long, or somebody has to be waited for."""
        self._looks = 0
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
        return None

    async def apart(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, read in a thread; raise OperationalError where the database stays busy."""
        return await asyncio.to_thread(self._fetched_apart, sql, values)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _is_long(self) -> bool:
        self._looks += 1
        return self._looks > MOST_LOOKS

    def _fetched_apart(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with closing(self._connected(waiting=BUSY_SECONDS)) as connection:
            return connection.execute(sql, values).fetchall()

    def _connected(self, waiting: float) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(
            address, waiting, uri=True, isolation_level=None, cached_statements=KEPT_STATEMENTS, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        connection.execute("PRAGMA mmap_size = 2147418112")
        return connection
