"""The embedded database, read without leaving the event loop.

A look-up takes some microseconds, and a hop to another thread and back takes more than ten times as long. So statements
run in the loop, on a connection that can only read, and that waits for nobody: in WAL mode writers do not block it. One
that turns out to be long is stopped, and run again in a thread, so that nobody else waits for it.

Whatever is read in one turn of the loop, or looked up in what is remembered, is of one moment, by one transaction. It
ends before anybody is told of what this process has committed meanwhile: the loop keeps the order in which it was
called. Where other processes write, what arrives is answered of a moment after it was there.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import apsw
from pypika_tortoise.dialects import SQLLiteQuery
from pypika_tortoise.functions import Max
from pypika_tortoise.terms import Field

from api.db import errors
from api.db.query.row_cache import RowCache
from api.db.sqlite import driver

# Steps of SQLite's machine: some milliseconds. A page of a hundred people with an index takes a tenth of it.
STEPS_BETWEEN_LOOKS = 50_000
MOST_LOOKS = 6
BUSY_SECONDS = 5.0
# Nobody waits longer for it, and threads are few.
APART_SECONDS = 5.0
MOST_KEPT = 10_000
# uvloop looks again in the same turn where it has found a thousand.
MOST_ARRIVALS = 500
# What a reader keeps of the file, however large that is; SQLite's own two megabytes are read anew all the time. It is
# forgotten whenever somebody writes: then what is mapped into memory spares a call of the system for each page. So much
# as SQLite allows: it is the system's own cache, which the system takes back when somebody needs it.
CACHE_KILOBYTES = 32_768
MAPPED_BYTES = 2_147_418_112
# How often somebody has changed the tables whose rows are remembered; of one with more rows none is, as each is some
# hundred bytes.
CHANGES = "SELECT table_name, changes FROM counted_changes"
MOST_ROWS = 20_000


class SQLiteReader:
    """A connection of this process to the embedded database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = driver.opened_for_reading(path, 0)
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        self._connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        self._connection.set_progress_handler(self._is_long, STEPS_BETWEEN_LOOKS)
        self._looks = 0
        self._is_open = False
        self._is_arriving = self._began_arriving = False
        self._arrivals = 0
        self._kept: dict[Any, Any] = {}
        self._version: Any = None
        self._changes: Any = None
        self._large: set[str] = set()
        self.references = self._references(frozenset())

    def kept(self) -> dict[Any, Any]:
        """Return what is remembered of rows: nothing, once anybody has written to the database.

        SQLite counts the commits of other connections, those of other processes too.
        """
        try:
            self._begin()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            driver.raise_as_sqlite3(error)
        return self._kept

    def begin(self) -> None:
        """See to it that this turn of the loop has its moment, and what was changed before is forgotten.

        Raise DatabaseBusy where that may succeed later.
        """
        if not self._is_open:
            with errors.translating():
                self.kept()

    def at_once(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]] | None:
        """Return the rows of a statement; None where that takes long, or somebody has to be waited for."""
        self._looks = 0
        try:
            self._begin()
            return self._connection.execute(sql, values).fetchall()
        except (apsw.InterruptError, apsw.BusyError, apsw.LockedError):
            return None
        except Exception as error:  # noqa: BLE001 - as above
            driver.raise_as_sqlite3(error)

    def _begin(self) -> None:
        """See to it that this turn of the loop has its transaction."""
        if self._is_open:
            return
        self._looks = 0
        # guard: one-snapshot-an-iteration
        self._connection.execute("BEGIN")
        self._is_open = True
        self._began_arriving = self._is_arriving
        # guard: snapshot-ends-with-its-iteration
        asyncio.get_running_loop().call_soon(self.end)
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                self._see_changes()
        except BaseException:
            self._version, self._changes, self._kept = None, None, {}
            # guard: employer-cache-is-emptied-by-faults
            self.references.forget()
            raise
        # guard: cache-is-emptied-by-writes
        if version != self._version or len(self._kept) >= MOST_KEPT:
            self._version, self._kept = version, {}

    def _see_changes(self) -> None:
        """Forget the rows of tables that somebody has changed, as far as the database counts that."""
        try:
            changes = self._connection.execute(CHANGES).fetchall()
        except apsw.SQLError:
            # It is older.
            changes = []
        if changes == self._changes:
            return
        # guard: employer-cache-is-emptied-by-changes
        self.references.forget()
        self._changes = changes
        tables = frozenset(str(name) for name, _ in changes if self._is_small(str(name)))
        if tables != self.references.tables:
            self.references = self._references(tables)

    def _references(self, tables: frozenset[str]) -> RowCache:
        return RowCache(tables, self.begin, self.at_once)

    def _is_small(self, table: str) -> bool:
        """Return whether a table has few rows, and always had."""
        found = SQLLiteQuery.from_(table).select(Max(Field("id"))).get_sql()
        last: Any = self._connection.execute(found).fetchall()[0][0]
        if last is not None and last > MOST_ROWS:
            self._large.add(table)
        return table not in self._large

    def end(self) -> None:
        """End the transaction of this turn, if it has one: what is read next is of a later moment."""
        if self._is_open:
            self._is_open = False
            self._looks = 0
            # After some faults SQLite has ended it by itself.
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    def arrives(self) -> None:
        """Let what a client has sent be answered of a moment after it was there: it is handed on now, until `arrived`.

        Whoever sent it may have been told of what another process has committed. All that the loop finds when it looks
        is handed on before it looks again, and so a moment that began with the first of it will do for the rest.
        """
        self._arrivals += 1
        # guard: arrival-begins-a-snapshot
        if not self._began_arriving or self._arrivals > MOST_ARRIVALS:
            self.end()
            self._arrivals = 0
        self._is_arriving = True

    def arrived(self) -> None:
        """What is read from now on answers nothing that arrives."""
        self._is_arriving = False

    async def apart(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, read in a thread; raise OperationalError where the database stays busy."""
        return await asyncio.to_thread(self._fetched_apart, sql, values)

    def close(self) -> None:
        """Close the connection."""
        self.end()
        self._connection.close()

    def _is_long(self) -> bool:
        self._looks += 1
        return self._looks > MOST_LOOKS

    def _fetched_apart(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with closing(driver.opened_for_reading(self._path, BUSY_SECONDS)) as connection:
            until = monotonic() + APART_SECONDS
            connection.set_progress_handler(lambda: monotonic() > until, STEPS_BETWEEN_LOOKS)
            try:
                return connection.execute(sql, values).fetchall()
            except Exception as error:  # noqa: BLE001 - as above
                driver.raise_as_sqlite3(error)
