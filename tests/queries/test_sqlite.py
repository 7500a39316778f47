"""SQLite's reader: short reads in the event loop, long ones in a thread, and the snapshot cache."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.db.query.sqlite_reader import MAX_ARRIVALS, SQLiteReader
from api.db.sqlite import driver
from tests.queries.busy import Busy

LONG = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one row."""
    path = tmp_path / "counted.sqlite3"
    with closing(driver.connect(path)) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        writing.executescript("CREATE TABLE counted (number INTEGER); INSERT INTO counted VALUES (1);")
    return path


@pytest.fixture
def reader(file: Path) -> Iterator[SQLiteReader]:
    """A reader of that database."""
    with closing(SQLiteReader(file)) as reader:
        yield reader


async def test_long_reads_run_in_thread(reader: SQLiteReader) -> None:
    """It is interrupted in the event loop, and returns its rows from a thread; short reads stay in the loop."""
    assert reader.fetch_inline(LONG, ()) is None
    assert await reader.fetch_in_thread(LONG, ()) == [(300_000,)]
    assert reader.fetch_inline("SELECT number FROM counted WHERE number = ?", (1,)) == [(1,)]


async def test_reads_do_not_wait_for_writers(file: Path, reader: SQLiteReader) -> None:
    """While another connection has a write transaction open, reads return the last commit."""
    with closing(driver.connect(file)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE counted SET number = 2")
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(1,)]
        writing.execute("COMMIT")
        await next_iteration()
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(2,)]


async def test_one_snapshot_per_event_loop_iteration(file: Path, reader: SQLiteReader) -> None:
    """A commit is visible from the next iteration on, and so to every callback that was notified of it."""
    with closing(driver.connect(file)) as writing:
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(1,)]
        writing.execute("UPDATE counted SET number = 2")
        notified = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(notified.set_result, None)
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(1,)]
        await notified
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(2,)]


async def test_snapshot_cache_ends_with_commit(file: Path, reader: SQLiteReader) -> None:
    """A commit of another connection, in any process, empties the cache; a rollback does not."""
    reader.snapshot_cache()["key"] = "value"
    await next_iteration()
    assert reader.snapshot_cache() == {"key": "value"}
    await next_iteration()
    with closing(driver.connect(file)) as writing:
        writing.execute("UPDATE counted SET number = 3")
        assert reader.snapshot_cache() == {}
        reader.snapshot_cache()["key"] = "value"
        await next_iteration()
        writing.execute("BEGIN IMMEDIATE")
        assert reader.snapshot_cache() == {"key": "value"}
        await next_iteration()
        writing.execute("ROLLBACK")
    assert reader.snapshot_cache() == {"key": "value"}


async def test_arrival_starts_new_snapshot(file: Path, reader: SQLiteReader) -> None:
    """Read-your-writes across processes: an arrival ends a snapshot that began before it.

    Data that arrived together shares one snapshot, which began after the arrival.
    """
    with closing(driver.connect(file)) as writing:
        reader.snapshot_cache()["key"] = "value"
        for number, seen in ((2, 2), (3, 2)):
            writing.execute("UPDATE counted SET number = ?", (number,))
            reader.begin_arrival()
            assert reader.snapshot_cache() == {}
            assert reader.fetch_inline("SELECT number FROM counted", ()) == [(seen,)]
            reader.end_arrival()
        await next_iteration()
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(3,)]
        writing.execute("UPDATE counted SET number = 4")
        reader.begin_arrival()
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(4,)]
        writing.execute("UPDATE counted SET number = 5")
        for _ in range(MAX_ARRIVALS + 1):
            reader.begin_arrival()
        assert reader.fetch_inline("SELECT number FROM counted", ()) == [(5,)]


async def test_failed_version_check_empties_cache(reader: SQLiteReader) -> None:
    """An error while reading data_version empties the cache."""
    reader.snapshot_cache()["key"] = "value"
    await next_iteration()
    inner = reader._connection
    reader._connection = Busy(inner, "data_version")  # type: ignore[assignment]  # it has the methods that are called
    with pytest.raises(sqlite3.OperationalError):
        reader.snapshot_cache()
    assert reader.snapshot_cache() == {}
    reader._connection = inner


async def test_read_in_thread_times_out(reader: SQLiteReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read in a thread has a time-out, because the number of threads is limited."""
    monkeypatch.setattr("api.db.query.sqlite_reader.THREAD_SECONDS", 0.02)
    endless = LONG.replace("300000", "300000000")
    with pytest.raises(sqlite3.OperationalError) as raised:
        await reader.fetch_in_thread(endless, ())
    assert raised.value.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT


async def next_iteration() -> None:
    """Wait for the next event-loop iteration."""
    await asyncio.sleep(0)
