"""Runs a compiled query: inside the open transaction, or by the reader of SQLite or PostgreSQL."""

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
from api.db.postgresql.standbys import Standbys
from api.db.query.postgresql_reader import PostgreSQLReader
from api.db.query.row_cache import RowCache, RowLayout
from api.db.query.sqlite_reader import SQLiteReader
from api.db.query.standby_reader import StandbyReader
from api.db.query.statements import QueryShape, compile_sql
from api.timeouts import holds_event_loop, yield_to_event_loop

# Logs the SQL of each statement at DEBUG, never its values.
logger = logging.getLogger("hall.reading")
_sqlite_readers: dict[BaseDBAsyncClient, SQLiteReader] = {}
_postgresql_readers: dict[BaseDBAsyncClient, PostgreSQLReader | StandbyReader] = {}


class DialectQuery(NamedTuple):
    """A query in one SQL dialect, and the function that makes a row of a result tuple."""

    sql: str
    row: Callable[[Any], Any]


@dataclass(slots=True, eq=False)
class CompiledQuery:
    """A parameterized query. It compiles to SQL once per dialect, and once per row cache.

    `layout` returns the columns to select: with a row cache, cached columns are replaced by their foreign keys.
    """

    shape: QueryShape
    layout: Callable[[RowCache | None], RowLayout]
    needs_custom_plan: bool = field(init=False)
    _by_dialect: dict[type[Query], DialectQuery] = field(default_factory=dict)
    # The query for the row cache that was used last.
    _cached: DialectQuery | None = None
    _row_cache: RowCache | None = None

    def __post_init__(self) -> None:
        self.needs_custom_plan = self.shape.needs_custom_plan

    def for_dialect(self, dialect: type[Query]) -> DialectQuery:
        """Return the query for a database without a row cache."""
        query = self._by_dialect.get(dialect)
        if query is None:
            query = self._by_dialect[dialect] = self._compile(dialect, None)
        return query

    def for_cache(self, dialect: type[Query], row_cache: RowCache) -> DialectQuery:
        """Return the query for a database with a row cache."""
        query = self._cached
        if query is None or self._row_cache is not row_cache:
            query = self._cached = self._compile(dialect, row_cache)
            self._row_cache = row_cache
        return query

    def _compile(self, dialect: type[Query], row_cache: RowCache | None) -> DialectQuery:
        columns, row = self.layout(row_cache)
        return DialectQuery(compile_sql(replace(self.shape, columns=columns), dialect), row)


async def fetch(query: CompiledQuery, values: Sequence[Any]) -> list[Any]:
    """Return the rows of a query; raise DatabaseBusy where a retry may succeed."""
    rows = _fetch_inline(query, values)
    if rows is None:
        return await _fetch(query, values)
    if holds_event_loop():
        await yield_to_event_loop()
    return rows


def _fetch_inline(query: CompiledQuery, values: Sequence[Any]) -> list[Any] | None:
    """Return the rows of a query on SQLite; None for other databases, a slow query or a lock."""
    if not _sqlite_readers:
        return None
    client = current_client()
    reader = _sqlite_readers.get(client)
    if reader is None:
        return None
    compiled = query.for_cache(client.query_class, reader.row_cache)
    _log(compiled)
    try:
        rows = reader.fetch_inline(compiled.sql, values)
    except Exception as error:  # noqa: BLE001 - translates or re-raises every error
        errors.raise_translated(error)
    return None if rows is None else list(map(compiled.row, rows))


def snapshot_cache() -> dict[Any, Any] | None:
    """Return a cache for the caller's entries that is emptied by the next commit of any process.

    None on PostgreSQL, which does not report other processes' commits.
    """
    if not _sqlite_readers:
        return None
    reader = _sqlite_readers.get(current_client())
    try:
        return None if reader is None else reader.snapshot_cache()
    except Exception as error:  # noqa: BLE001 - translates or re-raises every error
        errors.raise_translated(error)


def begin_snapshot() -> None:
    """Begin the snapshot of this event-loop iteration before lookups in caches; raise DatabaseBusy as `fetch`."""
    for reader in _sqlite_readers.values():
        reader.begin_snapshot()


async def _fetch(query: CompiledQuery, values: Sequence[Any]) -> list[Any]:
    client = current_client()
    compiled = query.for_dialect(client.query_class)
    _log(compiled)
    try:
        return list(map(compiled.row, await _execute(query, compiled.sql, client, values)))
    except Exception as error:  # noqa: BLE001 - translates or re-raises every error
        errors.raise_translated(error)


def _log(query: DialectQuery) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(query.sql)


async def _execute(query: CompiledQuery, sql: str, client: BaseDBAsyncClient, values: Sequence[Any]) -> Iterable[Any]:
    if isinstance(client, TransactionalDBClient):
        _, rows = await client.execute_query(sql, list(values))
        return map(tuple, rows)
    if isinstance(client, SqliteClient):
        reader = _sqlite_readers.get(client)
        if reader is None:
            reader = _sqlite_readers[client] = SQLiteReader(Path(client.filename))
        return await reader.fetch_in_thread(sql, values)
    pool = _postgresql_readers.get(client)
    if pool is None:
        pool = _postgresql_readers[client] = _reader_of(cast("Client", client))
    return await pool.fetch(sql, values, needs_custom_plan=query.needs_custom_plan)


def _reader_of(client: Client) -> PostgreSQLReader | StandbyReader:
    if client.read_from is None:
        return PostgreSQLReader(client)
    return StandbyReader(client, Standbys(client, client.read_from))


def reads_standby(client: BaseDBAsyncClient) -> bool:
    """Return whether a standby answers reads, because the primary cannot be reached."""
    reader = _postgresql_readers.get(client)
    return isinstance(reader, StandbyReader) and reader.reads_standby


@contextmanager
def read_your_writes() -> Iterator[None]:
    """Run requests that arrive within the block on a snapshot that began after their arrival."""
    readers = list(_sqlite_readers.values())
    for reader in readers:
        reader.begin_arrival()
    try:
        yield
    finally:
        for reader in readers:
            reader.end_arrival()


async def close_readers(client: BaseDBAsyncClient) -> None:
    """Close the read connections that belong to a client."""
    reader, pool = _sqlite_readers.pop(client, None), _postgresql_readers.pop(client, None)
    if reader is not None:
        reader.close()
    if pool is not None:
        await pool.close()
