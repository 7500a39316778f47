"""Which rows of a table are meant; nothing is read before somebody asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from tortoise.models import Model

from api.reading.records import columns_of, record_of
from api.reading.sources import Question, fetched
from api.reading.statements import Condition, Inner, Shape

Of = TypeVar("Of", bound=Model)
# The columns of a table that somebody needs, of joined ones as `employer__code`; None are all.
Columns = tuple[str, ...] | None
# So many values a list is filled up to, with its last one: there are few statements, and each is made once.
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
# The code's own questions: there are some dozens, and lists of so many sizes.
MOST_QUESTIONS = 2000
_questions: dict[Any, Question] = {}


class Rows(Generic[Of]):
    """Rows of a model that meet conditions, in an order. What it gives has the model's attributes and can only be read.

    Conditions are written as Tortoise writes them: `id=5`, `id__gt=5`, `id__not=5`, `id__in=[5, 6]`, or `id__in=` a
    `Column` of other rows. `joined` are columns of a table that a foreign key leads to, as `employer__code`.
    """

    __slots__ = ("always", "columns", "conditions", "joined", "limit", "model", "order")

    def __init__(
        self,
        model: type[Of],
        joined: tuple[str, ...] = (),
        order: tuple[str, ...] = (),
        always: tuple[str, ...] = ("id",),
    ) -> None:
        self.model = model
        self.always = always
        self.joined = joined
        self.columns: Columns = None
        self.conditions: tuple[tuple[str, Any], ...] = ()
        self.order = order
        self.limit: int | None = None

    def where(self, **conditions: Any) -> "Rows[Of]":
        """Return those of the rows that meet `conditions` too."""
        other = self._copied()
        other.conditions = (*self.conditions, *conditions.items())
        return other

    def only(self, columns: Columns) -> "Rows[Of]":
        """Return the rows with some of their columns, and those that it always has; with all where there are None."""
        if columns is None:
            return self
        other = self._copied()
        other.columns = (*self.always, *(column for column in columns if column not in self.always))
        return other

    def ordered(self, *columns: str) -> "Rows[Of]":
        """Return the rows in the order of `columns`; -column is descending."""
        other = self._copied()
        other.order = columns
        return other

    def first(self, limit: int) -> "Rows[Of]":
        """Return the first of the rows."""
        other = self._copied()
        other.limit = limit
        return other

    def column(self, name: str) -> "Column":
        """Return the values that a column has in these rows, for `__in` of other rows."""
        return Column(self, name)

    def _copied(self) -> "Rows[Of]":
        other: Rows[Of] = Rows.__new__(Rows)
        other.model, other.joined, other.columns, other.always = self.model, self.joined, self.columns, self.always
        other.conditions, other.order, other.limit = self.conditions, self.order, self.limit
        return other

    async def all(self) -> list[Of]:
        """Return the rows."""
        given = self.given()
        if given is None:
            return []
        sizes, values = given
        key = (self.model, self.joined, self.columns, sizes, self.order, self.limit is None)
        question = _questions.get(key) or _kept(key, self._question(sizes))
        if self.limit is not None:
            values.append(self.limit)
        return cast("list[Of]", await fetched(question, values))

    async def one(self) -> Of | None:
        """Return the first row, or None where there is none."""
        rows = await self.all()
        return rows[0] if rows else None

    async def count(self) -> int:
        """Return how many rows there are, without regard to `first`."""
        given = self.given()
        if given is None:
            return 0
        sizes, values = given
        key = (self.model, sizes)
        question = _questions.get(key) or _kept(key, Question(self._shape((), sizes, is_counted=True), tuple))
        [(number,)] = await fetched(question, values)
        return cast("int", number)

    def given(self) -> tuple[tuple[Any, ...], list[Any]] | None:
        """Return the conditions without their values, and the values; None where one of them holds for no row."""
        sizes: list[Any] = []
        values: list[Any] = []
        for name, value in self.conditions:
            if isinstance(value, Column):
                inner = value.rows.given()
                if inner is None:
                    return None
                sizes.append((name, value.rows.model, value.name, inner[0]))
                values += inner[1]
            elif name.endswith("__in"):
                listed = _filled(value)
                if not listed:
                    return None
                sizes.append((name, len(listed)))
                values += listed
            else:
                sizes.append(name)
                values.append(value)
        return tuple(sizes), values

    def _question(self, sizes: tuple[Any, ...]) -> Question:
        columns = columns_of(self.model) + self.joined if self.columns is None else self.columns
        return Question(self._shape(columns, sizes, is_counted=False), record_of(self.model, columns))

    def _shape(self, paths: tuple[str, ...], sizes: tuple[Any, ...], *, is_counted: bool) -> Shape:
        order, limited = ((), False) if is_counted else (self.order, self.limit is not None)
        return Shape(self.model, paths, _conditions(sizes), order, is_limited=limited, is_counted=is_counted)


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one column in some rows."""

    rows: Rows[Any]
    name: str


def _filled(values: Iterable[Any]) -> list[Any]:
    listed = list(values)
    size = next((size for size in SIZES if size >= len(listed)), len(listed))
    return listed + listed[-1:] * (size - len(listed))


def _conditions(sizes: tuple[Any, ...]) -> tuple[Condition, ...]:
    """Return what `Rows.given` wrote shortly."""
    conditions = []
    for each in sizes:
        name, *rest = (each,) if isinstance(each, str) else each
        column, _, comparison = name.partition("__")
        match rest:
            case []:
                conditions.append(Condition(column, comparison))
            case [int(size)]:
                conditions.append(Condition(column, comparison, size))
            case [model, other, inner]:
                shape = Shape(model, (other,), _conditions(inner))
                conditions.append(Condition(column, comparison, inner=Inner(shape, other)))
    return tuple(conditions)


def _kept(key: Any, question: Question) -> Question:
    if len(_questions) >= MOST_QUESTIONS:
        _questions.clear()
    _questions[key] = question
    return question
