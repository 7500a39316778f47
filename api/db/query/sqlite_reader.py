"""Reads SQLite within the event loop.

A lookup takes some microseconds; a switch to another thread and back takes more than ten times as long. So statements
run in the event loop, on a read-only connection: in WAL mode writers do not block it. A progress handler interrupts a
long statement, which then runs again in a thread.

Each event-loop iteration reads one snapshot: its first read begins a transaction, and a callback ends it before other
callbacks can report commits that this process has made meanwhile. For read-your-writes across processes, a request is
answered from a snapshot that began after its arrival.
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

# The progress handler's interval in instructions of SQLite's virtual machine: some milliseconds. An indexed page of a
# hundred people takes a tenth of it.
PROGRESS_INSTRUCTIONS = 50_000
MAX_PROGRESS_CALLS = 6
BUSY_SECONDS = 5.0
# The time-out of a statement in a thread: the thread pool is small.
THREAD_SECONDS = 5.0
MAX_SNAPSHOT_ENTRIES = 10_000
# uvloop polls again in the same iteration once it has found 1,000 events.
MAX_ARRIVALS = 500
# The page cache. SQLite's default of 2 MB evicts pages all the time.
CACHE_KILOBYTES = 32_768
# Every write invalidates the page cache; the memory map then spares a system call for each page. This is SQLite's
# maximum. It maps the operating system's page cache, which the system reclaims under memory pressure.
MAPPED_BYTES = 2_147_418_112
CHANGES = "SELECT table_name, changes FROM counted_changes"
# Tables with more rows are not cached: a row takes some hundred bytes.
MAX_CACHED_ROWS = 20_000


class SQLiteReader:
    """The read connection of this process to a SQLite database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = driver.connect_read_only(path, 0)
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        self._connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        self._connection.set_progress_handler(self._is_too_long, PROGRESS_INSTRUCTIONS)
        self._progress_calls = 0
        self._is_open = False
        self._is_arriving = self._began_in_arrival = False
        self._arrivals = 0
        self._snapshot_cache: dict[Any, Any] = {}
        self._data_version: Any = None
        self._changes: Any = None
        self._large_tables: set[str] = set()
        self.row_cache = self._new_row_cache(frozenset())

    def snapshot_cache(self) -> dict[Any, Any]:
        """Return the cache of the current snapshot. A commit of any connection, in any process, empties it."""
        try:
            self._begin()
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            driver.raise_as_sqlite3(error)
        return self._snapshot_cache

    def begin_snapshot(self) -> None:
        """Begin the snapshot of this event-loop iteration, and evict rows that have changed before it.

        Raise DatabaseBusy where a retry may succeed.
        """
        if not self._is_open:
            with errors.translating():
                self.snapshot_cache()

    def fetch_inline(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]] | None:
        """Return the rows of a statement; None where it takes long or the database is locked."""
        self._progress_calls = 0
        try:
            self._begin()
            return self._connection.execute(sql, values).fetchall()
        except (apsw.InterruptError, apsw.BusyError, apsw.LockedError):
            return None
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            driver.raise_as_sqlite3(error)

    def _begin(self) -> None:
        """Begin the transaction of this event-loop iteration, unless it is open."""
        if self._is_open:
            return
        self._progress_calls = 0
        # guard: one-snapshot-an-iteration
        self._connection.execute("BEGIN")
        self._is_open = True
        self._began_in_arrival = self._is_arriving
        # guard: snapshot-ends-with-its-iteration
        asyncio.get_running_loop().call_soon(self.end_snapshot)
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()
            if version != self._data_version:
                self._evict_changed()
        except BaseException:
            self._data_version, self._changes, self._snapshot_cache = None, None, {}
            # guard: employer-cache-is-emptied-by-faults
            self.row_cache.evict_all()
            raise
        # guard: cache-is-emptied-by-writes
        if version != self._data_version or len(self._snapshot_cache) >= MAX_SNAPSHOT_ENTRIES:
            self._data_version, self._snapshot_cache = version, {}

    def _evict_changed(self) -> None:
        """Empty the row cache where a counted table has changed."""
        try:
            changes = self._connection.execute(CHANGES).fetchall()
        except apsw.SQLError:
            # The database lacks migration 0008.
            changes = []
        if changes == self._changes:
            return
        # guard: employer-cache-is-emptied-by-changes
        self.row_cache.evict_all()
        self._changes = changes
        tables = frozenset(str(name) for name, _ in changes if self._is_small(str(name)))
        if tables != self.row_cache.tables:
            self.row_cache = self._new_row_cache(tables)

    def _new_row_cache(self, tables: frozenset[str]) -> RowCache:
        return RowCache(tables, self.begin_snapshot, self.fetch_inline)

    def _is_small(self, table: str) -> bool:
        """Return whether a table has never had more than MAX_CACHED_ROWS rows."""
        sql = SQLLiteQuery.from_(table).select(Max(Field("id"))).get_sql()
        last: Any = self._connection.execute(sql).fetchall()[0][0]
        if last is not None and last > MAX_CACHED_ROWS:
            self._large_tables.add(table)
        return table not in self._large_tables

    def end_snapshot(self) -> None:
        """End the transaction of this event-loop iteration: the next read begins a later snapshot."""
        if self._is_open:
            self._is_open = False
            self._progress_calls = 0
            # Some errors make SQLite end the transaction itself.
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    def begin_arrival(self) -> None:
        """Begin to answer received data, until `end_arrival`, from a snapshot that began after its arrival.

        The client may have seen a commit of another process before it sent the data. The event loop handles all data
        that one poll found before it polls again, so one snapshot that began during the first arrival serves them all.
        """
        self._arrivals += 1
        # guard: arrival-begins-a-snapshot
        if not self._began_in_arrival or self._arrivals > MAX_ARRIVALS:
            self.end_snapshot()
            self._arrivals = 0
        self._is_arriving = True

    def end_arrival(self) -> None:
        """End the arrival: later reads do not answer received data."""
        self._is_arriving = False

    async def fetch_in_thread(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, read in a thread; raise OperationalError where the database stays locked."""
        return await asyncio.to_thread(self._fetch_blocking, sql, values)

    def close(self) -> None:
        """Close the connection."""
        self.end_snapshot()
        self._connection.close()

    def _is_too_long(self) -> bool:
        self._progress_calls += 1
        return self._progress_calls > MAX_PROGRESS_CALLS

    def _fetch_blocking(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with closing(driver.connect_read_only(self._path, BUSY_SECONDS)) as connection:
            deadline = monotonic() + THREAD_SECONDS
            connection.set_progress_handler(lambda: monotonic() > deadline, PROGRESS_INSTRUCTIONS)
            try:
                return connection.execute(sql, values).fetchall()
            except Exception as error:  # noqa: BLE001 - translates or re-raises every error
                driver.raise_as_sqlite3(error)
