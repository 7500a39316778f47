"""Two rows on one way: one, and the one that foreign keys lead to from there.

To read one after the other takes twice as long where the database is a way away.
"""

from typing import Any, Generic, TypeVar

from tortoise.models import Model

from api.db.query.dispatch import CompiledQuery, fetch
from api.db.query.row_cache import RowCache, RowLayout, row_layout
from api.db.query.row_types import columns_of
from api.db.query.rows import MOST_QUESTIONS, Columns, Rows, conditions_of
from api.db.query.statements import QueryShape

One = TypeVar("One", bound=Model)
Other = TypeVar("Other", bound=Model)


class JoinedQuery(Generic[One, Other]):
    """Rows of `ones`, each with the one of `others` to which the foreign keys of `path` lead, as account__person."""

    __slots__ = ("_ones", "_others", "_path", "_questions")

    def __init__(self, ones: Rows[One], path: str, others: Rows[Other]) -> None:
        self._ones = ones
        self._path = path
        self._others = others
        self._questions: dict[Any, CompiledQuery] = {}

    async def first(self, columns: Columns, **conditions: Any) -> tuple[One, Other | None] | None:
        """Return the first pair whose one meets `conditions`, which are plain; of the other with these columns."""
        names = tuple(conditions)
        question = self._questions.get((names, columns)) or self._question(names, columns)
        values = tuple(conditions.values())
        pairs = await fetch(question, values)
        return pairs[0] if pairs else None

    def _question(self, names: tuple[str, ...], columns: Columns) -> CompiledQuery:
        one, other = self._ones.view, self._others.only(columns).view
        ones = columns_of(one.model) + one.joined if one.columns is None else one.columns
        others = columns_of(other.model) + other.joined if other.columns is None else other.columns

        def lies(references: RowCache | None) -> RowLayout:
            first, second = row_layout(one.model, ones, references), row_layout(other.model, others, references)
            along = tuple(f"{self._path}__{column}" for column in second.columns)
            return RowLayout(first.columns + along, _split(first, second))

        question = CompiledQuery(QueryShape(one.model, lies(None).columns, conditions_of(names), one.order), lies)
        if len(self._questions) >= MOST_QUESTIONS:
            self._questions.clear()
        self._questions[names, columns] = question
        return question


def _split(one: RowLayout, other: RowLayout) -> Any:
    """Return what makes a pair of a row, in which the columns of the other stand behind those of the one."""
    length = len(one.columns)
    number = length + other.columns.index("id")

    def pair(row: Any) -> tuple[Any, Any]:
        values = tuple(row)
        return one.row(values[:length]), None if values[number] is None else other.row(values[length:])

    return pair
