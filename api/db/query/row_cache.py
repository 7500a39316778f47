"""Rows to which many others lead, remembered by their numbers until somebody changes one of their table.

A page of people leads to two hundred employers. Where the database counts the changes of a table (migration 0008), and
it has not too many rows, whatever leads there is read with the numbers alone.
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
from api.db.query.row_types import MOST_RECORDS, REFERRED, Row, columns_of, joined_column, relation_of, row_class
from api.db.query.statements import Condition, QueryShape, compile_sql
from api.errors import DatabaseBusy

logger = logging.getLogger("hall.reading")
# So many rows are read at once.
NEIGHBOURS = 32
_numbers = count()


class RowLayout(NamedTuple):
    """How the rows of a statement lie: their columns in order, and what makes a row of their values."""

    columns: tuple[str, ...]
    row: Callable[[Row], Any]


class CachedTable(dict[int | None, Any]):
    """The rows of one table by their numbers, read when they are asked for; None where there is none, or no number.

    Whoever looks for some calls `begin` before, so that they are all of one moment: that of this turn of the loop.
    Sources that are written know it by its `name`.
    """

    def __init__(self, begin: Callable[[], Any], read: Callable[[int, int], dict[int, Any]]) -> None:
        super().__init__({None: None})
        self.name = f"referred{next(_numbers)}"
        self.begin = begin
        self._read = read

    def __missing__(self, number: int) -> Any:
        """Read a row, and its neighbours on the way: it takes hardly longer, and somebody else leads to them."""
        before = (number - 1) // NEIGHBOURS * NEIGHBOURS
        numbers = range(before + 1, before + 1 + NEIGHBOURS)
        found = self._read(before, before + NEIGHBOURS)
        self.update((each, found.get(each)) for each in numbers)
        return self[number]

    def forget(self) -> None:
        """Remember no row any more."""
        self.clear()
        self[None] = None


class RowCache:
    """The rows of some tables of one database, remembered.

    `begin` sees to it that this turn of the loop has its moment, and that what was changed before it is forgotten;
    `read` gives the rows of a statement of that moment at once, or None where they cannot be had so.
    """

    def __init__(
        self,
        tables: frozenset[str],
        begin: Callable[[], Any],
        read: Callable[[str, Sequence[Any]], list[Row] | None],
    ) -> None:
        self.tables = tables
        self._begin = begin
        self._read = read
        self._referred: dict[type[Model], CachedTable] = {}

    def to(self, model: type[Model]) -> CachedTable | None:
        """Return the rows of a model; None where they are not remembered."""
        if meta(model).db_table not in self.tables:
            return None
        if model not in self._referred:
            self._referred[model] = CachedTable(self._begin, self._reading(model))
        return self._referred[model]

    def forget(self) -> None:
        """Remember no row any more."""
        for each in self._referred.values():
            each.forget()

    def _reading(self, model: type[Model]) -> Callable[[int, int], dict[int, Any]]:
        columns = columns_of(model)
        row = row_class(model, columns)
        shape = QueryShape(model, columns, (Condition("id", "gt"), Condition("id", "lte")))
        sql = compile_sql(shape, SQLLiteQuery)

        def read(before: int, last: int) -> dict[int, Any]:
            logger.debug(sql)
            try:
                found = self._read(sql, (before, last))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                errors.raise_translated(error)
            if found is None:
                raise DatabaseBusy("the database is busy")
            rows = [row(each) for each in found]
            return {each.id: each for each in rows}

        return read


def row_layout(model: type[Model], paths: tuple[str, ...], references: RowCache | None = None) -> RowLayout:
    """Return how rows with the columns at `paths` lie, and what is remembered in `references` is looked up there."""
    found = {} if references is None else _remembered(model, paths, references)
    if references is None or not found:
        return RowLayout(paths, row_class(model, paths))
    columns = tuple(dict.fromkeys(found[path].key if path in found else path for path in paths))
    return RowLayout(columns, _referring(model, columns, references, tuple(found)))


class _Remembered(NamedTuple):
    """A column of a row to which the foreign key `key` leads."""

    key: str
    referred: CachedTable
    column: str


def _remembered(model: type[Model], paths: tuple[str, ...], references: RowCache) -> dict[str, _Remembered]:
    """Return those of the paths that lead to what is remembered."""
    found = {}
    for path in paths:
        joined = joined_column(path)
        if joined is None:
            continue
        relation = relation_of(model, joined.relation)
        referred = references.to(relation.related_model)
        if referred is not None:
            before = joined.relation.rpartition("__")[0]
            key = f"{before}__{relation.source_field}" if before else relation.source_field
            found[path] = _Remembered(key, referred, joined.column)
    return found


@lru_cache(MOST_RECORDS)
def _referring(
    model: type[Model], columns: tuple[str, ...], references: RowCache, paths: tuple[str, ...]
) -> Callable[[Row], Any]:
    """Return the class of rows that have `columns`, and show what is remembered at `paths` as if they had that too."""
    found = _remembered(model, paths, references)
    attributes: dict[str, Any] = {"__slots__": ()}
    for path, each in found.items():
        attributes[path] = property(_looked_up(columns.index(each.key), each.referred, each.column))
    attributes[REFERRED] = {path.rpartition("__")[0]: (each.key, each.referred) for path, each in found.items()}
    return type(f"{model.__name__}Referring", (cast("type", row_class(model, columns)),), attributes)


def _looked_up(place: int, referred: CachedTable, column: str) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        referred.begin()
        found = referred[row[place]]
        return None if found is None else getattr(found, column)

    return value
