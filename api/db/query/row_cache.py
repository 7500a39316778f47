"""A cache of rows that many rows refer to, by primary key; a change of their table empties it.

A page of 200 people refers to 200 employers. SQLite counts the changes of such tables (migration 0008). Where the
table is small enough, queries select the foreign key alone, and the cache supplies the columns of the row behind it.
"""

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, cast

from pypika_tortoise.dialects import SQLLiteQuery
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db import errors
from api.db.query.row_types import (
    CACHED_RELATIONS,
    MAX_ROW_CLASSES,
    Row,
    columns_of,
    joined_column,
    relation_of,
    row_class,
)
from api.db.query.statements import Condition, QueryShape, compile_sql
from api.errors import DatabaseBusy

logger = logging.getLogger("hall.reading")
# Rows that one cache miss loads.
ROWS_PER_MISS = 32
_table_numbers = count()


class RowLayout(NamedTuple):
    """The columns that a statement selects, in order, and the function that makes a row of their values."""

    columns: tuple[str, ...]
    row: Callable[[Row], Any]


class CachedTable(dict[int | None, Any]):
    """Cached rows of one table by primary key, loaded on a miss; None for a missing row or a null key.

    Callers call `begin_snapshot` before lookups, so that all rows are of the snapshot of this event-loop iteration.
    Generated code uses `name` as the variable that holds the table.
    """

    def __init__(self, begin_snapshot: Callable[[], Any], load: Callable[[int, int], dict[int, Any]]) -> None:
        super().__init__({None: None})
        self.name = f"cached_table_{next(_table_numbers)}"
        self.begin_snapshot = begin_snapshot
        self._load = load

    def __missing__(self, key: int) -> Any:
        """Load a row and its neighbours: one statement for 32 rows takes hardly longer than for one."""
        before = (key - 1) // ROWS_PER_MISS * ROWS_PER_MISS
        rows = self._load(before, before + ROWS_PER_MISS)
        self.update((each, rows.get(each)) for each in range(before + 1, before + 1 + ROWS_PER_MISS))
        return self[key]

    def evict_all(self) -> None:
        """Remove all rows."""
        self.clear()
        self[None] = None


class RowCache:
    """The cached tables of one database.

    `begin_snapshot` begins the snapshot of this event-loop iteration, and evicts rows of tables that have changed.
    `fetch` returns the rows of a statement in that snapshot, or None where it would block.
    """

    def __init__(
        self,
        tables: frozenset[str],
        begin_snapshot: Callable[[], Any],
        fetch: Callable[[str, Sequence[Any]], list[Row] | None],
    ) -> None:
        self.tables = tables
        self._begin_snapshot = begin_snapshot
        self._fetch = fetch
        self._cached: dict[type[Model], CachedTable] = {}

    def table_of(self, model: type[Model]) -> CachedTable | None:
        """Return the cached rows of a model; None where its table is not cached."""
        if meta(model).db_table not in self.tables:
            return None
        if model not in self._cached:
            self._cached[model] = CachedTable(self._begin_snapshot, self._loader(model))
        return self._cached[model]

    def evict_all(self) -> None:
        """Remove the rows of all tables."""
        for each in self._cached.values():
            each.evict_all()

    def _loader(self, model: type[Model]) -> Callable[[int, int], dict[int, Any]]:
        columns = columns_of(model)
        row = row_class(model, columns)
        shape = QueryShape(model, columns, (Condition("id", "gt"), Condition("id", "lte")))
        sql = compile_sql(shape, SQLLiteQuery)

        def load(before: int, last: int) -> dict[int, Any]:
            logger.debug(sql)
            try:
                found = self._fetch(sql, (before, last))
            except Exception as error:  # noqa: BLE001 - translates or re-raises every error
                errors.raise_translated(error)
            if found is None:
                raise DatabaseBusy("the database is busy")
            rows = [row(each) for each in found]
            return {each.id: each for each in rows}

        return load


def row_layout(model: type[Model], paths: tuple[str, ...], row_cache: RowCache | None = None) -> RowLayout:
    """Return the layout of rows with the columns at `paths`; the row cache supplies the columns of cached tables."""
    cached = {} if row_cache is None else _cached_columns(model, paths, row_cache)
    if row_cache is None or not cached:
        return RowLayout(paths, row_class(model, paths))
    columns = tuple(dict.fromkeys(cached[path].key if path in cached else path for path in paths))
    return RowLayout(columns, _row_class_with_cache(model, columns, row_cache, tuple(cached)))


class _CachedColumn(NamedTuple):
    """A column of the cached row behind the foreign key `key`."""

    key: str
    table: CachedTable
    column: str


def _cached_columns(model: type[Model], paths: tuple[str, ...], row_cache: RowCache) -> dict[str, _CachedColumn]:
    """Return the paths whose columns are cached."""
    cached = {}
    for path in paths:
        joined = joined_column(path)
        if joined is None:
            continue
        relation = relation_of(model, joined.relation)
        table = row_cache.table_of(relation.related_model)
        if table is not None:
            before = joined.relation.rpartition("__")[0]
            key = f"{before}__{relation.source_field}" if before else relation.source_field
            cached[path] = _CachedColumn(key, table, joined.column)
    return cached


@lru_cache(MAX_ROW_CLASSES)
def _row_class_with_cache(
    model: type[Model], columns: tuple[str, ...], row_cache: RowCache, paths: tuple[str, ...]
) -> Callable[[Row], Any]:
    """Return the class of rows that have `columns`, with properties that read the columns at `paths` from the cache."""
    cached = _cached_columns(model, paths, row_cache)
    attributes: dict[str, Any] = {"__slots__": ()}
    for path, each in cached.items():
        attributes[path] = property(_cached_getter(columns.index(each.key), each.table, each.column))
    attributes[CACHED_RELATIONS] = {path.rpartition("__")[0]: (each.key, each.table) for path, each in cached.items()}
    return type(f"{model.__name__}CachedRow", (cast("type", row_class(model, columns)),), attributes)


def _cached_getter(index: int, table: CachedTable, column: str) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        table.begin_snapshot()
        cached = table[row[index]]
        return None if cached is None else getattr(cached, column)

    return value
