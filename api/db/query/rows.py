"""Which rows of a table are meant; nothing is read before somebody asks."""

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar, cast

from tortoise.models import Model

from api.db.query.dispatch import CompiledQuery, fetch
from api.db.query.row_cache import RowLayout, row_layout
from api.db.query.row_types import columns_of, rows_named
from api.db.query.statements import Condition, Inner, QueryShape, containing

Of = TypeVar("Of", bound=Model)
# The columns of a table that somebody needs, of joined ones as `employer__code`; None are all.
Columns = tuple[str, ...] | None
# So many values a list is filled up to, with its last one: there are few statements, and each is made once.
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
# Views differ by what clients select, and questions of one view by the code's own conditions and lengths of lists.
MOST_VIEWS = 1000
MOST_QUESTIONS = 200


class Projection:
    """What is read of a table, in which order; and the questions that were asked of it, without their values."""

    __slots__ = ("always", "columns", "joined", "model", "order", "questions")

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
        self.columns: Columns = None if columns is None else columns + rows_named(model, columns)
        self.questions: dict[Any, CompiledQuery] = {}

    def question(self, sizes: tuple[Any, ...], *, is_limited: bool) -> CompiledQuery:
        """Return the question for rows under conditions of these shapes."""
        columns = columns_of(self.model) + self.joined if self.columns is None else self.columns
        shape = QueryShape(self.model, columns, conditions_of(sizes), self.order, is_limited=is_limited)
        return self._kept((sizes, is_limited), CompiledQuery(shape, partial(row_layout, self.model, columns)))

    def counting(self, sizes: tuple[Any, ...]) -> CompiledQuery:
        """Return the question for their number."""
        shape = QueryShape(self.model, (), conditions_of(sizes), is_counted=True)
        return self._kept((sizes, None), CompiledQuery(shape, lambda _: RowLayout((), tuple)))

    def _kept(self, key: Any, question: CompiledQuery) -> CompiledQuery:
        if len(self.questions) >= MOST_QUESTIONS:
            self.questions.clear()
        self.questions[key] = question
        return question


_view = lru_cache(MOST_VIEWS)(Projection)


class Rows(Generic[Of]):
    """Rows of a model that meet conditions, in an order. What it gives has the model's attributes and can only be read.

    Conditions are written as Tortoise writes them: `id=5`, `id__gt=5`, `id__not=5`, `id__in=[5, 6]`, or `id__in=` a
    `SubqueryColumn` of other rows; `name__contains="a"` where the column has an index of signs. `joined` are columns
    of a table that a foreign key leads to, as `employer__code`.
    """

    __slots__ = ("limit", "names", "values", "view")

    def __init__(
        self,
        model: type[Of],
        joined: tuple[str, ...] = (),
        order: tuple[str, ...] = (),
        always: tuple[str, ...] = ("id",),
    ) -> None:
        self.view = _view(model, joined, order, always, None)
        self.names: tuple[str, ...] = ()
        self.values: tuple[Any, ...] = ()
        self.limit: int | None = None

    def where(self, **conditions: Any) -> "Rows[Of]":
        """Return those of the rows that meet `conditions` too."""
        other = self._copied()
        other.names = (*self.names, *conditions)
        other.values = (*self.values, *conditions.values())
        return other

    def only(self, columns: Columns) -> "Rows[Of]":
        """Return the rows with some of their columns, and those that it always has; with all where there are None."""
        if columns is None:
            return self
        view, other = self.view, self._copied()
        other.view = _view(view.model, view.joined, view.order, view.always, columns)
        return other

    def ordered(self, *columns: str) -> "Rows[Of]":
        """Return the rows in the order of `columns`; -column is descending."""
        view, other = self.view, self._copied()
        other.view = _view(view.model, view.joined, columns, view.always, view.columns)
        return other

    def first(self, limit: int) -> "Rows[Of]":
        """Return the first of the rows."""
        other = self._copied()
        other.limit = limit
        return other

    def column(self, name: str) -> "SubqueryColumn":
        """Return the values that a column has in these rows, for `__in` of other rows."""
        return SubqueryColumn(self, name)

    def _copied(self) -> "Rows[Of]":
        other: Rows[Of] = Rows.__new__(Rows)
        other.view, other.names, other.values, other.limit = self.view, self.names, self.values, self.limit
        return other

    async def all(self) -> list[Of]:
        """Return the rows."""
        given = self._given()
        if given is None:
            return []
        return cast("list[Of]", await fetch(*given))

    async def one(self) -> Of | None:
        """Return the first row, or None where there is none."""
        rows = await self.all()
        return rows[0] if rows else None

    def _given(self) -> tuple[CompiledQuery, list[Any]] | None:
        """Return the question and its values; None where there can be no row."""
        given = self.given()
        if given is None:
            return None
        sizes, values = given
        view, is_limited = self.view, self.limit is not None
        question = view.questions.get((sizes, is_limited)) or view.question(sizes, is_limited=is_limited)
        if is_limited:
            values.append(self.limit)
        return question, values

    async def count(self) -> int:
        """Return how many rows there are, without regard to `first`."""
        given = self.given()
        if given is None:
            return 0
        sizes, values = given
        question = self.view.questions.get((sizes, None)) or self.view.counting(sizes)
        [(number,)] = await fetch(question, values)
        return cast("int", number)

    def given(self) -> tuple[tuple[Any, ...], list[Any]] | None:
        """Return the conditions without their values, and the values; None where one of them holds for no row."""
        if _is_plain(self.names):
            return self.names, list(self.values)
        sizes: list[Any] = []
        values: list[Any] = []
        for name, value in zip(self.names, self.values, strict=True):
            if isinstance(value, SubqueryColumn):
                inner = value.rows.given()
                if inner is None:
                    return None
                sizes.append((name, value.rows.view.model, value.name, inner[0]))
                values += inner[1]
            elif name.endswith("__in"):
                listed = _filled(value)
                if not listed:
                    return None
                sizes.append((name, len(listed)))
                values += listed
            else:
                sizes.append(name)
                values.append(containing(value, self.view.model) if name.endswith("__contains") else value)
        return tuple(sizes), values


class KeyedQuery(Generic[Of]):
    """Rows that are asked for again and again by the value of one column: the question is put together once."""

    __slots__ = ("_column", "_questions", "_rows")

    def __init__(self, rows: Rows[Of], column: str) -> None:
        self._rows = rows
        self._column = column
        self._questions: dict[Columns, CompiledQuery] = {}

    def all(self, value: Any, columns: Columns = None) -> Awaitable[list[Of]]:
        """Return the rows that have `value`, with these columns; with all where there are None."""
        question = self._questions.get(columns) or self._question(columns)
        return fetch(question, (value,))

    def _question(self, columns: Columns) -> CompiledQuery:
        if len(self._questions) >= MOST_QUESTIONS:
            self._questions.clear()
        question = self._questions[columns] = self._rows.only(columns).view.question((self._column,), is_limited=False)
        return question


@dataclass(frozen=True, slots=True)
class SubqueryColumn:
    """The values of one column in some rows."""

    rows: Rows[Any]
    name: str


@lru_cache(MOST_QUESTIONS)
def _is_plain(names: tuple[str, ...]) -> bool:
    return not any(name.endswith(("__in", "__contains")) for name in names)


def _filled(values: Iterable[Any]) -> list[Any]:
    listed = list(values)
    if len(listed) == 1:
        return listed
    size = next((size for size in SIZES if size >= len(listed)), len(listed))
    return listed + listed[-1:] * (size - len(listed))


def conditions_of(sizes: tuple[Any, ...]) -> tuple[Condition, ...]:
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
                shape = QueryShape(model, (other,), conditions_of(inner))
                conditions.append(Condition(column, comparison, inner=Inner(shape, other)))
    return tuple(conditions)


def by_key(rows: Iterable[Of], name: str, keys: Sequence[int]) -> list[list[Of]]:
    """Return for each of the keys, in their order, the rows whose column `name` has it; no row has any other."""
    if len(keys) == 1:
        return [list(rows)]
    found: dict[int, list[Of]] = {key: [] for key in keys}
    for row in rows:
        found[getattr(row, name)].append(row)
    return [found[key] for key in keys]
