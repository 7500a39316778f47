"""A join of two models: one round trip to the database instead of two."""

from typing import Any, Generic, TypeVar

from tortoise.models import Model

from api.db.query.dispatch import CompiledQuery, fetch
from api.db.query.row_cache import RowCache, RowLayout, row_layout
from api.db.query.rows import MAX_QUERIES, Columns, Rows, conditions_of
from api.db.query.statements import QueryShape

Left = TypeVar("Left", bound=Model)
Right = TypeVar("Right", bound=Model)


class JoinedQuery(Generic[Left, Right]):
    """Rows of `left`, each with its row of `right` behind the foreign keys of `path`, as account__person."""

    __slots__ = ("_left", "_path", "_queries", "_right")

    def __init__(self, left: Rows[Left], path: str, right: Rows[Right]) -> None:
        self._left = left
        self._path = path
        self._right = right
        self._queries: dict[Any, CompiledQuery] = {}

    async def first(self, columns: Columns, **conditions: Any) -> tuple[Left, Right | None] | None:
        """Return the first pair whose left row meets `conditions` of single values; `columns` are the right row's."""
        names = tuple(conditions)
        query = self._queries.get((names, columns)) or self._compile(names, columns)
        pairs = await fetch(query, tuple(conditions.values()))
        return pairs[0] if pairs else None

    def _compile(self, names: tuple[str, ...], columns: Columns) -> CompiledQuery:
        left, right = self._left.projection, self._right.only(columns).projection

        def layout(row_cache: RowCache | None) -> RowLayout:
            ours = row_layout(left.model, left.selected, row_cache)
            theirs = row_layout(right.model, right.selected, row_cache)
            joined = tuple(f"{self._path}__{column}" for column in theirs.columns)
            return RowLayout(ours.columns + joined, _pair_maker(ours, theirs))

        query = CompiledQuery(QueryShape(left.model, layout(None).columns, conditions_of(names), left.order), layout)
        if len(self._queries) >= MAX_QUERIES:
            self._queries.clear()
        self._queries[names, columns] = query
        return query


def _pair_maker(left: RowLayout, right: RowLayout) -> Any:
    """Return the function that splits a row into a pair; the right columns follow the left ones."""
    length = len(left.columns)
    right_id = length + right.columns.index("id")

    def pair(row: Any) -> tuple[Any, Any]:
        values = tuple(row)
        return left.row(values[:length]), None if values[right_id] is None else right.row(values[length:])

    return pair
