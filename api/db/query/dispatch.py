"""Where a statement is sent: to the reader of the embedded database, to PostgreSQL's, or into a transaction."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, cast

from pypika_tortoise.queries import Query
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.backends.sqlite.client import SqliteClient

from api.adapters.tortoise import current_client
from api.db import errors
from api.db.postgresql.client import Client
from api.db.query import postgresql_reader
from api.db.query.row_cache import RowCache, RowLayout
from api.db.query.sqlite_reader import SQLiteReader
from api.db.query.statements import QueryShape, compile_sql
from api.timeouts import holds_event_loop, yield_to_event_loop

# One line for each statement, at DEBUG, never with its values.
logger = logging.getLogger("hall.reading")
_readers: dict[BaseDBAsyncClient, SQLiteReader] = {}
_lines: dict[BaseDBAsyncClient, postgresql_reader.PostgreSQLReader] = {}


class DialectQuery(NamedTuple):
    """A question as one database is asked: its SQL, and what makes a row of what that gives."""

    sql: str
    row: Callable[[Any], Any]


@dataclass(slots=True, eq=False)
class CompiledQuery:
    """A question without its values, how its columns lie, and its forms once they were needed.

    They lie otherwise than in the shape where some can be looked up in references.
    """

    shape: QueryShape
    lies: Callable[[RowCache | None], RowLayout]
    is_uneven: bool = field(init=False)
    _forms: dict[type[Query], DialectQuery] = field(default_factory=dict)
    # Of the references that were there last.
    _referring: DialectQuery | None = None
    _references: RowCache | None = None

    def __post_init__(self) -> None:
        self.is_uneven = self.shape.is_uneven

    def form(self, dialect: type[Query]) -> DialectQuery:
        """Return how a database is asked by which nothing is remembered."""
        found = self._forms.get(dialect)
        if found is None:
            found = self._forms[dialect] = self._laid_out(dialect, None)
        return found

    def referring(self, dialect: type[Query], references: RowCache) -> DialectQuery:
        """Return how a database is asked whose `references` are remembered."""
        found = self._referring
        if found is None or self._references is not references:
            found = self._referring = self._laid_out(dialect, references)
            self._references = references
        return found

    def _laid_out(self, dialect: type[Query], references: RowCache | None) -> DialectQuery:
        columns, row = self.lies(references)
        return DialectQuery(compile_sql(replace(self.shape, columns=columns), dialect), row)


async def fetch(question: CompiledQuery, values: Sequence[Any]) -> list[Any]:
    """Return the rows of a question, wherever they are; raise DatabaseBusy where the same may succeed in a moment."""
    found = _at_once(question, values)
    if found is None:
        return await _fetched(question, values)
    if holds_event_loop():
        await yield_to_event_loop()
    return found


def _at_once(question: CompiledQuery, values: Sequence[Any]) -> list[Any] | None:
    """Return the rows of a question to the embedded database; None where somebody or something has to be waited for."""
    if not _readers:
        return None
    client = current_client()
    reader = _readers.get(client)
    if reader is None:
        return None
    form = question.referring(client.query_class, reader.references)
    _log(form)
    try:
        found = reader.at_once(form.sql, values)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        errors.raise_translated(error)
    return None if found is None else list(map(form.row, found))


def snapshot_cache() -> dict[Any, Any] | None:
    """Return what is remembered of the embedded database until anybody writes to it, for the caller to add to.

    None where nobody tells when somebody has written: then everything has to be read each time.
    """
    if not _readers:
        return None
    reader = _readers.get(current_client())
    try:
        return None if reader is None else reader.kept()
    except Exception as error:  # noqa: BLE001 - as above
        errors.raise_translated(error)


def begin_snapshot() -> None:
    """See to it that whatever is looked up in this turn of the loop is of one moment; raise DatabaseBusy as `fetch`."""
    for reader in _readers.values():
        reader.begin()


async def _fetched(question: CompiledQuery, values: Sequence[Any]) -> list[Any]:
    client = current_client()
    form = question.form(client.query_class)
    _log(form)
    try:
        return list(map(form.row, await _found(question, form.sql, client, values)))
    except Exception as error:  # noqa: BLE001 - as above
        errors.raise_translated(error)


def current_database() -> BaseDBAsyncClient:
    """Return the client of the database just now, as a key for what is cached of each database."""
    return current_client()


def _log(form: DialectQuery) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(form.sql)


async def _found(question: CompiledQuery, sql: str, client: BaseDBAsyncClient, values: Sequence[Any]) -> Iterable[Any]:
    if isinstance(client, TransactionalDBClient):
        _, found = await client.execute_query(sql, list(values))
        return map(tuple, found)
    if isinstance(client, SqliteClient):
        reader = _readers.get(client)
        if reader is None:
            reader = _readers[client] = SQLiteReader(Path(client.filename))
        return await reader.apart(sql, values)
    lines = _lines.get(client)
    if lines is None:
        lines = _lines[client] = postgresql_reader.PostgreSQLReader(cast("Client", client))
    return await lines.fetched(sql, values, is_uneven=question.is_uneven)


@contextmanager
def read_your_writes() -> Iterator[None]:
    """Let what a client has sent, and is handed on meanwhile, be answered of a moment after it was there."""
    readers = list(_readers.values())
    for reader in readers:
        reader.arrives()
    try:
        yield
    finally:
        for reader in readers:
            reader.arrived()


async def close_readers(client: BaseDBAsyncClient) -> None:
    """Close what was opened beside a client."""
    reader, lines = _readers.pop(client, None), _lines.pop(client, None)
    if reader is not None:
        reader.close()
    if lines is not None:
        await lines.close()
