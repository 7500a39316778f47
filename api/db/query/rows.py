"""Lazy queries: `Rows` describes rows, columns and order, and reads them on `all`, `one` or `count`."""

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar, cast

from tortoise.models import Model

from api.db.query.dispatch import CompiledQuery, fetch
from api.db.query.row_cache import RowLayout, row_layout
from api.db.query.row_types import columns_for_decryption, columns_of
from api.db.query.statements import Condition, QueryShape, Subquery, contains_value

Of = TypeVar("Of", bound=Model)
# Columns to read, those of joined tables as `employer__code`; None for all.
Columns = tuple[str, ...] | None
# Lists of `__in` are padded to these sizes with their last value, which limits the number of different statements.
LIST_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
# Projections vary with clients' selections; the queries of one vary with conditions in the code and list sizes.
MAX_PROJECTIONS = 1000
MAX_QUERIES = 200
# Marks the queries of a projection that count.
COUNT = "count"


class Projection:
    """A model with the columns to read and their order, and a cache of its compiled queries."""

    __slots__ = ("always", "columns", "joined", "model", "order", "queries")

    def __init__(
        self,
        model: type[Model],
        joined: tuple[str, ...],
        order: tuple[str, ...],
        always: tuple[str, ...],
        only: Columns,
    ) -> None:
        self.model = model
        self.joined = joined
        self.order = order
        self.always = always
        columns: Columns = None if only is None else (*always, *(each for each in only if each not in always))
        self.columns: Columns = None if columns is None else columns + columns_for_decryption(model, columns)
        self.queries: dict[Any, CompiledQuery] = {}

    @property
    def selected(self) -> tuple[str, ...]:
        """The columns to select: all of the model and the joined ones, unless some are named."""
        return columns_of(self.model) + self.joined if self.columns is None else self.columns

    def select_query(self, shapes: tuple[Any, ...], *, is_limited: bool, has_offset: bool = False) -> CompiledQuery:
        """Compile the query for rows under conditions of these shapes."""
        columns, conditions = self.selected, conditions_of(shapes)
        shape = QueryShape(self.model, columns, conditions, self.order, is_limited, has_offset=has_offset)
        query = CompiledQuery(shape, partial(row_layout, self.model, columns))
        return self._cache((shapes, is_limited, has_offset), query)

    def count_query(
        self, shapes: tuple[Any, ...], *, is_limited: bool, distinct: tuple[str, ...] = ()
    ) -> CompiledQuery:
        """Compile the query for the number of rows, and of the different values of columns in them."""
        shape = QueryShape(self.model, distinct, conditions_of(shapes), is_limited=is_limited, is_counted=True)
        query = CompiledQuery(shape, lambda _: RowLayout(distinct, tuple))
        return self._cache((shapes, is_limited, COUNT, distinct), query)

    def _cache(self, key: Any, query: CompiledQuery) -> CompiledQuery:
        if len(self.queries) >= MAX_QUERIES:
            self.queries.clear()
        self.queries[key] = query
        return query


_projection = lru_cache(MAX_PROJECTIONS)(Projection)


class Rows(Generic[Of]):
    """Rows of a model that meet conditions, in an order. They have the model's attributes and are read-only.

    Conditions have Tortoise's syntax: `id=5`, `id__gt=5`, `id__not=5`, `id__in=[5, 6]`, or `id__in=` a
    `SubqueryColumn` of other rows; `district__merged=["a", "b"]` is `__in` of different values, each read along its
    index; `name__contains="a"` requires an index of the column's substrings, `name__has="a"` reads the column;
    `at__lt_with_id=(at, 5)` compares the pair of a column and the id. `joined` names columns of a table behind a
    foreign key, as `employer__code`.
    """

    __slots__ = ("limit", "names", "projection", "values")

    def __init__(
        self,
        model: type[Of],
        joined: tuple[str, ...] = (),
        order: tuple[str, ...] = (),
        always: tuple[str, ...] = ("id",),
    ) -> None:
        self.projection = _projection(model, joined, order, always, None)
        self.names: tuple[str, ...] = ()
        self.values: tuple[Any, ...] = ()
        self.limit: int | None = None

    def where(self, **conditions: Any) -> "Rows[Of]":
        """Add conditions."""
        rows = self._copy()
        rows.names = (*self.names, *conditions)
        rows.values = (*self.values, *conditions.values())
        return rows

    def only(self, columns: Columns) -> "Rows[Of]":
        """Read these columns and those of `always`; all where `columns` is None."""
        if columns is None:
            return self
        before, rows = self.projection, self._copy()
        rows.projection = _projection(before.model, before.joined, before.order, before.always, columns)
        return rows

    def ordered(self, *columns: str) -> "Rows[Of]":
        """Order by `columns`; -column is descending."""
        before, rows = self.projection, self._copy()
        rows.projection = _projection(before.model, before.joined, columns, before.always, before.columns)
        return rows

    def first(self, limit: int) -> "Rows[Of]":
        """Limit the number of rows."""
        rows = self._copy()
        rows.limit = limit
        return rows

    def column(self, name: str, *, is_small: bool = False) -> "SubqueryColumn":
        """Return a column of these rows, for `__in` of other rows; a page reads all of a small one."""
        return SubqueryColumn(self, name, is_small)

    def _copy(self) -> "Rows[Of]":
        rows: Rows[Of] = Rows.__new__(Rows)
        rows.projection, rows.names, rows.values, rows.limit = self.projection, self.names, self.values, self.limit
        return rows

    async def all(self) -> list[Of]:
        """Return the rows."""
        selection = self._selection()
        return [] if selection is None else cast("list[Of]", await fetch(*selection))

    async def one(self) -> Of | None:
        """Return the first row, or None."""
        rows = await self.all()
        return rows[0] if rows else None

    async def nth(self, number: int) -> Of | None:
        """Return the row of a number, from 1; None if there are fewer."""
        rows = self.first(1)
        selection = rows._selection(number - 1)  # noqa: SLF001 - of the same class
        found = [] if selection is None else await fetch(*selection)
        return found[0] if found else None

    def _selection(self, *offset: int) -> tuple[CompiledQuery, list[Any]] | None:
        """Return the query and its values; None where no row can match."""
        parameterized = self.parameterize()
        if parameterized is None:
            return None
        shapes, values = parameterized
        projection, is_limited, has_offset = self.projection, self.limit is not None, bool(offset)
        query = projection.queries.get((shapes, is_limited, has_offset))
        query = query or projection.select_query(shapes, is_limited=is_limited, has_offset=has_offset)
        if is_limited:
            values += (self.limit, *offset)
        return query, values

    async def count(self, at_most: int | None = None) -> int:
        """Return the number of rows, `at_most` if there are as many or more."""
        number, *_ = await self._count(at_most, ())
        return number

    async def count_distinct(self, column: str, among: int) -> tuple[int, int]:
        """Return the number of rows, `among` if there are as many or more, and of a column's values in them."""
        number, different = await self._count(among, (column,))
        return number, different

    async def _count(self, at_most: int | None, distinct: tuple[str, ...]) -> tuple[int, ...]:
        parameterized = self.parameterize()
        if parameterized is None:
            return (0, *(0 for _ in distinct))
        shapes, values = parameterized
        is_limited = at_most is not None
        query = self.projection.queries.get((shapes, is_limited, COUNT, distinct))
        query = query or self.projection.count_query(shapes, is_limited=is_limited, distinct=distinct)
        [numbers] = await fetch(query, [*values, at_most] if is_limited else values)
        return cast("tuple[int, ...]", numbers)

    def parameterize(self) -> tuple[tuple[Any, ...], list[Any]] | None:
        """Return the shapes of the conditions, and their values; None where an empty list matches no row."""
        if _has_single_values(self.names):
            return self.names, list(self.values)
        shapes: list[Any] = []
        values: list[Any] = []
        for name, value in zip(self.names, self.values, strict=True):
            if isinstance(value, SubqueryColumn):
                inner = value.rows.parameterize()
                if inner is None:
                    return None
                shapes.append((name, value.rows.projection.model, value.name, inner[0], value.is_small))
                values += inner[1]
            elif name.endswith("__in"):
                padded = _pad(value)
                if not padded:
                    return None
                shapes.append((name, len(padded)))
                values += padded
            elif name.endswith(("__merged", "_with_id")):
                if not value:
                    return None
                shapes.append((name, len(value)))
                values += value
            else:
                shapes.append(name)
                is_search = name.endswith("__contains")
                values.append(contains_value(value, self.projection.model) if is_search else value)
        return tuple(shapes), values


class KeyedQuery(Generic[Of]):
    """Rows looked up by one column; the compiled query is cached for each selection of columns."""

    __slots__ = ("_column", "_queries", "_rows")

    def __init__(self, rows: Rows[Of], column: str) -> None:
        self._rows = rows
        self._column = column
        self._queries: dict[Columns, CompiledQuery] = {}

    def all(self, value: Any, columns: Columns = None) -> Awaitable[list[Of]]:
        """Return the rows whose column has `value`, with these columns; with all where `columns` is None."""
        query = self._queries.get(columns) or self._compile(columns)
        return fetch(query, (value,))

    def _compile(self, columns: Columns) -> CompiledQuery:
        if len(self._queries) >= MAX_QUERIES:
            self._queries.clear()
        projection = self._rows.only(columns).projection
        query = self._queries[columns] = projection.select_query((self._column,), is_limited=False)
        return query


@dataclass(frozen=True, slots=True)
class SubqueryColumn:
    """The values of one column in some rows, which are few if it `is_small`."""

    rows: Rows[Any]
    name: str
    is_small: bool = False


@lru_cache(MAX_QUERIES)
def _has_single_values(names: tuple[str, ...]) -> bool:
    return not any(name.endswith(("__in", "__merged", "__contains", "_with_id")) for name in names)


def _pad(values: Iterable[Any]) -> list[Any]:
    listed = list(values)
    if len(listed) == 1:
        return listed
    size = next((size for size in LIST_SIZES if size >= len(listed)), len(listed))
    return listed + listed[-1:] * (size - len(listed))


def conditions_of(shapes: tuple[Any, ...]) -> tuple[Condition, ...]:
    """Return the conditions whose shapes `Rows.parameterize` gave."""
    conditions = []
    for each in shapes:
        name, *rest = (each,) if isinstance(each, str) else each
        column, _, comparison = name.partition("__")
        match rest:
            case []:
                conditions.append(Condition(column, comparison))
            case [int(size)]:
                conditions.append(Condition(column, comparison, size))
            case [model, selected, inner, is_small]:
                shape = QueryShape(model, (selected,), conditions_of(inner))
                conditions.append(Condition(column, comparison, subquery=Subquery(shape, selected, is_small)))
    return tuple(conditions)


def by_key(rows: Iterable[Of], name: str, keys: Sequence[int]) -> list[list[Of]]:
    """Group rows by the column `name`, in the order of `keys`; each row must have one of them."""
    if len(keys) == 1:
        return [list(rows)]
    groups: dict[int, list[Of]] = {key: [] for key in keys}
    for row in rows:
        groups[getattr(row, name)].append(row)
    return [groups[key] for key in keys]
