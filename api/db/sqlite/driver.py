"""apsw with the part of sqlite3's interface that aiosqlite, Tortoise and the Hall use, and with sqlite3's errors.

apsw bundles SQLite, in a newer version than most machines have, and runs a small statement in half the time.
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

STATEMENT_CACHE_SIZE = 500
MAX_ROW_CLASSES = 500
# Exception classes by primary result code; the others are OperationalError.
ERROR_CLASSES: Mapping[int, type[sqlite3.Error]] = {
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
    """A row with access by column name."""

    __slots__ = ()
    indexes: Mapping[str, int] = {}

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        return list(self.indexes)

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.indexes[key] if isinstance(key, str) else key)


@lru_cache(MAX_ROW_CLASSES)
def _row_class(names: tuple[str, ...]) -> type[Row]:
    indexes = {name: index for index, name in enumerate(names)}
    return type("Row", (Row,), {"__slots__": (), "indexes": indexes})


class Cursor:
    """The result of a statement."""

    def __init__(self, rows: apsw.Cursor, owner: apsw.Connection, *, named: bool) -> None:
        self._rows = rows
        self._row: Callable[[Any], Any] | None = None
        self.rowcount = owner.changes()
        self.lastrowid = owner.last_insert_rowid()
        if named:
            # Raised for a statement that returns no rows.
            with suppress(apsw.ExecutionCompleteError):
                self._row = _row_class(tuple(name for name, *_ in rows.get_description()))

    def fetchall(self) -> list[Any]:
        """Return all rows."""
        try:
            rows = self._rows.fetchall()
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            raise_as_sqlite3(error)
        return rows if self._row is None else list(map(self._row, rows))

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        try:
            row = self._rows.fetchone()
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            raise_as_sqlite3(error)
        return row if row is None or self._row is None else self._row(row)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Self:
        """Execute another statement."""
        try:
            self._rows.execute(sql, values)
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            raise_as_sqlite3(error)
        return self

    def close(self) -> None:
        """Discard the remaining rows."""
        self._rows.close(force=True)


class Connection:
    """A read-write connection in autocommit mode: transactions begin with an explicit BEGIN."""

    def __init__(self, file: str | Path) -> None:
        try:
            self._inner = apsw.Connection(str(file), statementcachesize=STATEMENT_CACHE_SIZE)
        except apsw.Error as error:
            raise_as_sqlite3(error)
        self._inner.convert_binding = _to_text
        self._file_identity = FileIdentity(self._inner, str(file))
        self.row_factory: Any = None

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """Execute a statement."""
        try:
            rows = self._inner.execute(sql, values)
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            raise_as_sqlite3(error)
        return Cursor(rows, self._inner, named=self.row_factory is not None)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> Cursor:
        """Execute a statement for each row of values."""
        try:
            rows = self._inner.executemany(sql, values)
        except Exception as error:  # noqa: BLE001 - translates or re-raises every error
            raise_as_sqlite3(error)
        return Cursor(rows, self._inner, named=False)

    def executescript(self, script: str) -> Cursor:
        """Commit an open transaction, then execute several statements."""
        self.commit()
        cursor = self.execute(script)
        cursor.fetchall()
        return cursor

    def commit(self) -> None:
        """Commit the transaction, if one is open."""
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Roll the transaction back, if one is open."""
        if self.in_transaction:
            self.execute("ROLLBACK")

    def require_same_file(self) -> None:
        """Raise OperationalError where the file was moved, deleted, replaced or overwritten since it was opened."""
        try:
            is_lost = self._file_identity.is_lost()
        except apsw.Error as error:
            raise_as_sqlite3(error)
        if is_lost:
            lost = sqlite3.OperationalError("the file of the database is no longer what was opened")
            lost.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
            lost.sqlite_errorname = "SQLITE_READONLY_DBMOVED"
            raise lost

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, or another thread uses the connection."""
        try:
            return self._inner.in_transaction
        except apsw.ThreadingViolationError:
            return True

    @property
    def is_read_only(self) -> bool:
        """Whether the file was opened read-only."""
        return self._inner.readonly("main")

    @property
    def total_changes(self) -> int:
        """The number of rows changed since the connection was opened."""
        return self._inner.total_changes()

    def close(self) -> None:
        """Close the connection."""
        self._inner.close(force=True)


def connect(file: str | Path) -> Connection:
    """Open or create a database; raise sqlite3.Error where that fails."""
    return Connection(file)


def connect_read_only(file: Path, busy_seconds: float) -> apsw.Connection:
    """Open an existing database read-only, with a busy time-out.

    The connection has no mutex: one thread at a time may use it. Query plans do not depend on the values.
    """
    try:
        connection = apsw.Connection(
            str(file), apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX, statementcachesize=STATEMENT_CACHE_SIZE
        )
    except apsw.Error as error:
        raise_as_sqlite3(error)
    connection.convert_binding = _to_text
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.set_busy_timeout(int(busy_seconds * 1000))
    connection.execute("PRAGMA query_only = ON")
    return connection


def _to_text(_cursor: apsw.Cursor, _number: int, value: Any) -> str:
    """Convert dates and datetimes to text whose order is theirs: SQLite has no type for them."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")


def raise_as_sqlite3(error: Exception) -> NoReturn:
    """Raise an error of apsw as the one of sqlite3; raise any other unchanged."""
    if isinstance(error, UnicodeDecodeError):
        raise sqlite3.OperationalError("a text is not in UTF-8") from None
    if not isinstance(error, apsw.Error):
        raise error
    code: int = getattr(error, "extendedresult", apsw.SQLITE_MISUSE)
    translated = ERROR_CLASSES.get(code & 0xFF, sqlite3.OperationalError)(str(error))
    translated.sqlite_errorcode = code
    translated.sqlite_errorname = str(
        apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code)
    )
    raise translated from None
