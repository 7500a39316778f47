"""Two rows on one way: one, and the one that foreign keys lead to from there.

To read one after the other takes twice as long where the database is a way away.
"""

from typing import Any, Generic, TypeVar

from tortoise.models import Model

from api.reading.records import columns_of, record_of
from api.reading.rows import MOST_QUESTIONS, Columns, Rows, conditions_of
from api.reading.sources import Question, read
from api.reading.statements import Shape

One = TypeVar("One", bound=Model)
Other = TypeVar("Other", bound=Model)


class Pairs(Generic[One, Other]):
    """Rows of `ones`, each with the one of `others` to which the foreign keys of `path` lead, as account__person."""

    __slots__ = ("_ones", "_others", "_path", "_questions")

    def __init__(self, ones: Rows[One], path: str, others: Rows[Other]) -> None:
        self._ones = ones
        self._path = path
        self._others = others
        self._questions: dict[Any, Question] = {}

    async def first(self, columns: Columns, **conditions: Any) -> tuple[One, Other | None] | None:
        """Return the first pair whose one meets `conditions`, which are plain; of the other with these columns."""
        names = tuple(conditions)
        question = self._questions.get((names, columns)) or self._question(names, columns)
        values = tuple(conditions.values())
        pairs = await read(question, values)
        return pairs[0] if pairs else None

    def _question(self, names: tuple[str, ...], columns: Columns) -> Question:
        one, other = self._ones.view, self._others.only(columns).view
        ones = columns_of(one.model) + one.joined if one.columns is None else one.columns
        others = columns_of(other.model) + other.joined if other.columns is None else other.columns
        along = tuple(f"{self._path}__{column}" for column in others)
        shape = Shape(one.model, ones + along, conditions_of(names), one.order)
        if len(self._questions) >= MOST_QUESTIONS:
            self._questions.clear()
        question = self._questions[names, columns] = Question(shape, _split(one.model, ones, other.model, others))
        return question


def _split(one: type[Model], ones: tuple[str, ...], other: type[Model], others: tuple[str, ...]) -> Any:
    """Return what makes a pair of a row, in which the columns of the other stand behind those of the one."""
    first, second, length = record_of(one, ones), record_of(other, others), len(ones)
    number = length + others.index("id")

    def pair(row: Any) -> tuple[Any, Any]:
        values = tuple(row)
        return first(values[:length]), None if values[number] is None else second(values[length:])

    return pair
