"""Statements that write: their SQL is made once, by Tortoise's query builder from Tortoise's models."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import Parameter
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.query.rows import Projection, Rows, conditions_of
from api.db.query.statements import QueryShape, compile_sql, criterion_of

# Rows that a statement gives, each with its columns in order.
Given = Sequence[Sequence[Any]]
# As many statements as the code has, times the lengths of lists in their conditions.
MOST_STATEMENTS = 500


class SqlByDialect:
    """The words of a statement, which each dialect has of its own; where one needs none, they are empty."""

    __slots__ = ("_made", "_words")

    def __init__(self, words: Callable[[type[Query]], str]) -> None:
        self._words = words
        self._made: dict[type[Query], str] = {}

    def sql(self, dialect: type[Query]) -> str:
        """Return them in a dialect."""
        made = self._made.get(dialect)
        if made is None:
            made = self._made[dialect] = self._words(dialect)
        return made


class Statement(NamedTuple):
    """One statement and its values; `each` has those of many rows, for each of which it is carried out."""

    wording: SqlByDialect
    values: Sequence[Any] = ()
    each: Sequence[Sequence[Any]] | None = None


def insert(model: type[Model], values: Mapping[str, Any], *, unless_there: bool = False) -> Statement:
    """Return the statement that stores a row, or `unless_there` does nothing where a unique constraint forbids it."""
    return Statement(_insert(model, tuple(values), unless_there=unless_there), stored(model, values))


def update(rows: Rows[Any], values: Mapping[str, Any]) -> Statement | None:
    """Return the statement that changes rows, or None where there can be none; `column__plus` adds to what is there."""
    given = rows.given()
    if given is None:
        return None
    model, (sizes, meant) = rows.view.model, given
    return Statement(_update(model, tuple(values), sizes), stored(model, values) + _moments(meant))


def delete(rows: Rows[Any]) -> Statement | None:
    """Return the statement that deletes rows, or None where there can be none."""
    given = rows.given()
    return None if given is None else Statement(_delete(rows.view.model, given[0]), _moments(given[1]))


def select(rows: Rows[Any]) -> Statement | None:
    """Return the statement that reads rows, or None where there can be none."""
    given = rows.given()
    return None if given is None else Statement(_select(rows.view, given[0]), _moments(given[1]))


def stored(model: type[Model], values: Mapping[str, Any]) -> list[Any]:
    """Return values of columns as they are stored; raise ValidationError where a column could not hold one."""
    columns = meta(model).fields_map
    return _moments(columns[name.partition("__")[0]].to_db_value(value, model) for name, value in values.items())


def _moments(values: Iterable[Any]) -> list[Any]:
    """Return the values, with moments in UTC: SQLite has them as texts, which it compares."""
    # guard: moments-in-one-zone
    return [value.astimezone(UTC) if isinstance(value, datetime) else value for value in values]


@lru_cache(MOST_STATEMENTS)
def _insert(model: type[Model], columns: tuple[str, ...], *, unless_there: bool) -> SqlByDialect:
    def words(dialect: type[Query]) -> str:
        gaps = [Parameter(idx=place) for place, _ in enumerate(columns, start=1)]
        query = dialect.into(_table(model)).columns(*(_column(model, name) for name in columns)).insert(*gaps)
        return _numbered(query.on_conflict().do_nothing() if unless_there else query, model)

    return SqlByDialect(words)


@lru_cache(MOST_STATEMENTS)
def _update(model: type[Model], columns: tuple[str, ...], sizes: tuple[Any, ...]) -> SqlByDialect:
    def words(dialect: type[Query]) -> str:
        places = count(1)
        query = dialect.update(_table(model))
        for each in columns:
            name, is_added, _ = each.partition("__")
            column, gap = _table(model).field(_column(model, name)), Parameter(idx=next(places))
            query = query.set(column, column + gap if is_added else gap)
        return _numbered(_restricted(query, model, sizes, dialect, places), model)

    return SqlByDialect(words)


@lru_cache(MOST_STATEMENTS)
def _delete(model: type[Model], sizes: tuple[Any, ...]) -> SqlByDialect:
    def words(dialect: type[Query]) -> str:
        query = dialect.from_(_table(model)).delete()
        return _numbered(_restricted(query, model, sizes, dialect, count(1)), model)

    return SqlByDialect(words)


@lru_cache(MOST_STATEMENTS)
def _select(view: Projection, sizes: tuple[Any, ...]) -> SqlByDialect:
    return SqlByDialect(lambda dialect: compile_sql(view.question(sizes, is_limited=False).shape, dialect))


def _restricted(
    query: Any, model: type[Model], sizes: tuple[Any, ...], dialect: type[Query], places: Iterator[int]
) -> Any:
    shape = QueryShape(model, (), conditions_of(sizes))
    for condition in shape.conditions:
        column = _table(model).field(condition.column)
        query = query.where(criterion_of(condition, column, shape, dialect, places))
    return query


def _numbered(query: Any, model: type[Model]) -> str:
    """Return a statement that gives the number of each row it touches."""
    return f'{query.get_sql()} RETURNING "{meta(model).db_pk_column}"'


def _column(model: type[Model], name: str) -> str:
    return meta(model).fields_db_projection[name]


def _table(model: type[Model]) -> Table:
    return meta(model).basetable
