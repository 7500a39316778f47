"""apsw's SQLite in the shape of Python's sqlite3, as far as aiosqlite, Tortoise and the Hall look at it.

apsw brings an SQLite of its own: newer than that of most machines, and with what it takes from a statement to Python's
objects twice as fast. Errors are those of sqlite3, so that whoever knows those need know no others.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, Self

import apsw

from api.db.sqlite.file_identity import FileIdentity

KEPT_STATEMENTS = 500
MOST_SHAPES = 500
# What else than an OperationalError an error of SQLite is, by its primary code.
KINDS: Mapping[int, type[sqlite3.Error]] = {
    apsw.SQLITE_CONSTRAINT: sqlite3.IntegrityError,
    apsw.SQLITE_MISMATCH: sqlite3.IntegrityError,
    apsw.SQLITE_TOOBIG: sqlite3.DataError,
    apsw.SQLITE_CORRUPT: sqlite3.DatabaseError,
    apsw.SQLITE_NOTADB: sqlite3.DatabaseError,
    apsw.SQLITE_INTERNAL: sqlite3.InternalError,
    apsw.SQLITE_MISUSE: sqlite3.ProgrammingError,
    apsw.SQLITE_RANGE: sqlite3.ProgrammingError,
}


class Row(tuple[Any, ...]):
    """A row whose columns are known by name too."""

    __slots__ = ()
    places: Mapping[str, int] = {}

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        return list(self.places)

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.places[key] if isinstance(key, str) else key)


@lru_cache(MOST_SHAPES)
def _row(names: tuple[str, ...]) -> type[Row]:
    places = {name: place for place, name in enumerate(names)}
    return type("Row", (Row,), {"__slots__": (), "places": places})


class Cursor:
    """What came of a statement: its rows, if it gives any."""

    def __init__(self, rows: apsw.Cursor, owner: apsw.Connection, *, named: bool) -> None:
        self._rows = rows
        self._row: Callable[[Any], Any] | None = None
        self.rowcount = owner.changes()
        self.lastrowid = owner.last_insert_rowid()
        if named:
            # One that gives no rows has no names for them.
            with suppress(apsw.ExecutionCompleteError):
                self._row = _row(tuple(name for name, *_ in rows.get_description()))

    def fetchall(self) -> list[Any]:
        """Return all rows."""
        try:
            found = self._rows.fetchall()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            raise_as_sqlite3(error)
        return found if self._row is None else list(map(self._row, found))

    def fetchone(self) -> Any:
        """Return the next row, None where there is no other."""
        try:
            found = self._rows.fetchone()
        except Exception as error:  # noqa: BLE001 - as above
            raise_as_sqlite3(error)
        return found if found is None or self._row is None else self._row(found)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Self:
        """Carry out another statement."""
        try:
            self._rows.execute(sql, values)
        except Exception as error:  # noqa: BLE001 - as above
            raise_as_sqlite3(error)
        return self

    def close(self) -> None:
        """Give up the rows that are left."""
        self._rows.close(force=True)


class Connection:
    """A connection that may write; a transaction begins where it is told to."""

    def __init__(self, file: str | Path) -> None:
        try:
            self._inner = apsw.Connection(str(file), statementcachesize=KEPT_STATEMENTS)
        except apsw.Error as error:
            raise_as_sqlite3(error)
        self._inner.convert_binding = _written
        self._standing = FileIdentity(self._inner, str(file))
        self.row_factory: Any = None

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """Carry out a statement."""
        try:
            rows = self._inner.execute(sql, values)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            raise_as_sqlite3(error)
        return Cursor(rows, self._inner, named=self.row_factory is not None)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> Cursor:
        """Carry out a statement for each of several rows of values."""
        try:
            rows = self._inner.executemany(sql, values)
        except Exception as error:  # noqa: BLE001 - as above
            raise_as_sqlite3(error)
        return Cursor(rows, self._inner, named=False)

    def executescript(self, script: str) -> Cursor:
        """Carry out statements one after the other; what was begun before is committed first."""
        self.commit()
        cursor = self.execute(script)
        cursor.fetchall()
        return cursor

    def commit(self) -> None:
        """Commit the transaction, if one is open."""
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if one is open."""
        if self.in_transaction:
            self.execute("ROLLBACK")

    def require_standing(self) -> None:
        """Raise OperationalError where the file was moved, deleted, replaced or overwritten since it was opened."""
        try:
            is_lost = self._standing.is_lost()
        except apsw.Error as error:
            raise_as_sqlite3(error)
        if is_lost:
            lost = sqlite3.OperationalError("the file of the database is no longer what was opened")
            lost.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
            lost.sqlite_errorname = "SQLITE_READONLY_DBMOVED"
            raise lost

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, or something is being done in another thread."""
        try:
            return self._inner.in_transaction
        except apsw.ThreadingViolationError:
            return True

    @property
    def is_read_only(self) -> bool:
        """Whether the file could be opened for reading only."""
        return self._inner.readonly("main")

    @property
    def total_changes(self) -> int:
        """How many rows were changed since the connection was opened."""
        return self._inner.total_changes()

    def copy_to(self, other: "Connection") -> None:
        """Make the other database what this one is at one moment."""
        try:
            with other._inner.backup("main", self._inner, "main") as copying:  # noqa: SLF001 - of the same class
                while not copying.done:
                    copying.step()
        except Exception as error:  # noqa: BLE001 - as above
            raise_as_sqlite3(error)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close(force=True)


def connect(file: str | Path) -> Connection:
    """Open a database, which is made where there is none; raise sqlite3.Error where that fails."""
    return Connection(file)


def connect_read_only(file: Path, busy_seconds: float) -> apsw.Connection:
    """Open a database that is there so that nothing can be written, to wait so many seconds for others.

    It takes no locks against other threads: one at a time may use it. Its plans do not depend on the values.
    """
    try:
        connection = apsw.Connection(
            str(file), apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX, statementcachesize=KEPT_STATEMENTS
        )
    except apsw.Error as error:
        raise_as_sqlite3(error)
    connection.convert_binding = _written
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.set_busy_timeout(int(busy_seconds * 1000))
    connection.execute("PRAGMA query_only = ON")
    return connection


def _written(_cursor: apsw.Cursor, _number: int, value: Any) -> str:
    """Return a value that SQLite has no type for as it is stored: days and moments as texts that can be compared."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")


def raise_as_sqlite3(error: Exception) -> NoReturn:
    """Raise the error of sqlite3 that apsw's means; any other is raised as it is."""
    if isinstance(error, UnicodeDecodeError):
        raise sqlite3.OperationalError("a text is not in UTF-8") from None
    if not isinstance(error, apsw.Error):
        raise error
    code: int = getattr(error, "extendedresult", apsw.SQLITE_MISUSE)
    meant = KINDS.get(code & 0xFF, sqlite3.OperationalError)(str(error))
    meant.sqlite_errorcode = code
    meant.sqlite_errorname = str(apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code))
    raise meant from None
