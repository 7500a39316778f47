"""The SQLite driver behaves like Python's sqlite3."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import apsw
import pytest

from api.db.database import connected
from api.db.sqlite import driver
from api.settings import Settings

TABLE = "CREATE TABLE visit (number INTEGER PRIMARY KEY, day DATE NOT NULL, at TEXT, name TEXT UNIQUE)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a table."""
    path = tmp_path / "visits.sqlite3"
    with closing(driver.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(TABLE)
    return path


@pytest.fixture
def connection(file: Path) -> Iterator[driver.Connection]:
    """A read-write connection."""
    with closing(driver.connect(file)) as connection:
        yield connection


def test_rows_by_position_and_name(connection: driver.Connection) -> None:
    """Rows can be read by position and by name like sqlite3.Row, and turned into dictionaries."""
    connection.execute("INSERT INTO visit (number, day, name) VALUES (?, ?, ?)", (1, "2026-11-25", "王"))
    assert connection.execute("SELECT number, name FROM visit").fetchall() == [(1, "王")]
    connection.row_factory = driver.Row
    row = connection.execute("SELECT number, name FROM visit").fetchone()
    assert (row[0], row["name"], dict(row)) == (1, "王", {"number": 1, "name": "王"})
    assert connection.execute("SELECT number FROM visit WHERE number > 1").fetchall() == []
    assert connection.execute("DELETE FROM visit").fetchall() == []


def test_dates_are_stored_as_text(connection: driver.Connection) -> None:
    """Dates and datetimes are stored as Python's sqlite3 stored them, so that older databases stay readable."""
    moment = datetime(2026, 11, 25, 18, 47, tzinfo=UTC)
    connection.execute("INSERT INTO visit (day, at) VALUES (?, ?)", (date(2026, 11, 25), moment))
    assert connection.execute("SELECT day, at FROM visit").fetchall() == [("2026-11-25", "2026-11-25 18:47:00+00:00")]
    with pytest.raises(TypeError, match="object cannot be stored"):
        connection.execute("INSERT INTO visit (day) VALUES (?)", (object(),))


@pytest.mark.parametrize(
    ("statement", "kind", "code"),
    [
        ("INSERT INTO visit (number) VALUES (1)", sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_NOTNULL),
        ("SELECT nothing FROM nowhere", sqlite3.OperationalError, sqlite3.SQLITE_ERROR),
        ("SELECT zeroblob(2000000000)", sqlite3.DataError, sqlite3.SQLITE_TOOBIG),
    ],
)
def test_errors_equal_sqlite3(
    connection: driver.Connection, statement: str, kind: type[sqlite3.Error], code: int
) -> None:
    """Errors have sqlite3's classes and codes."""
    with pytest.raises(kind) as raised:
        connection.execute(statement).fetchall()
    assert (type(raised.value), raised.value.sqlite_errorcode) == (kind, code)
    assert raised.value.sqlite_errorname.startswith("SQLITE_")


def test_locked_database_is_busy(file: Path, connection: driver.Connection) -> None:
    """A write transaction of another connection causes BUSY."""
    connection.execute("BEGIN IMMEDIATE")
    with closing(driver.connect(file)) as other, pytest.raises(sqlite3.OperationalError) as raised:
        other.execute("BEGIN IMMEDIATE")
    assert raised.value.sqlite_errorcode == sqlite3.SQLITE_BUSY


def test_invalid_utf8_is_an_error(connection: driver.Connection) -> None:
    """Bytes that are not UTF-8 are an error of the statement, as in sqlite3."""
    connection.execute("INSERT INTO visit (day, name) VALUES ('2026-11-25', CAST(x'ff' AS TEXT))")
    with pytest.raises(sqlite3.OperationalError, match="UTF-8"):
        connection.execute("SELECT name FROM visit").fetchall()


def test_transactions_are_explicit(connection: driver.Connection) -> None:
    """Transactions begin explicitly; ending none is harmless; a script first commits an open one."""
    connection.rollback()
    connection.execute("BEGIN")
    assert connection.in_transaction
    assert (
        connection.executemany("INSERT INTO visit (day) VALUES (?)", [("2026-11-24",), ("2026-11-25",)]).fetchall()
        == []
    )
    connection.rollback()
    assert not connection.in_transaction
    connection.execute("BEGIN")
    connection.execute("INSERT INTO visit (day) VALUES ('2026-11-25')")
    connection.executescript("CREATE TABLE a (b); CREATE TABLE c (d);")
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    assert connection.total_changes == 3


def test_read_only_connection(file: Path, connection: driver.Connection) -> None:
    """Writes fail, and commits of other connections are visible."""
    with closing(driver.connect_read_only(file, 0)) as reading:
        connection.execute("INSERT INTO visit (day) VALUES ('2026-11-25')")
        assert reading.execute("SELECT count(*) FROM visit").fetchone() == (1,)
        with pytest.raises(apsw.ReadOnlyError) as raised:
            reading.execute("DELETE FROM visit")
    with pytest.raises(sqlite3.OperationalError) as converted:
        driver.raise_as_sqlite3(raised.value)
    assert converted.value.sqlite_errorcode == sqlite3.SQLITE_READONLY


def test_read_only_connection_needs_file(tmp_path: Path) -> None:
    """A read-only connection creates no database."""
    with pytest.raises(sqlite3.OperationalError) as raised:
        driver.connect_read_only(tmp_path / "none.sqlite3", 0)
    assert raised.value.sqlite_errorcode == sqlite3.SQLITE_CANTOPEN


async def test_opening_waits_for_lock(tmp_path: Path) -> None:
    """Opening waits while another process opens, closes or recovers the database."""
    file = tmp_path / "hall.sqlite3"
    with closing(driver.connect(file)) as other:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA locking_mode = EXCLUSIVE", "CREATE TABLE held (it)"):
            other.execute(statement).fetchall()
        asyncio.get_running_loop().call_later(0.2, other.close)
        async with connected(Settings(data=tmp_path, database_url=f"sqlite://{file}")) as context:
            _, rows = await context.connections.get("default").execute_query("SELECT count(*) AS held FROM held")
    assert [tuple(row) for row in rows] == [(0,)]
