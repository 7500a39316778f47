"""Statements that write: their SQL is made once, by Tortoise's query builder from Tortoise's models."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from pypika_tortoise.queries import Query, Table
from pypika_tortoise.terms import Parameter
from tortoise.models import Model

from api.reading.rows import Rows, conditions_of
from api.reading.statements import criterion_of

# Rows that a statement gives, each with its columns in order.
Given = Sequence[Sequence[Any]]
# As many statements as the code has, times the lengths of lists in their conditions.
MOST_STATEMENTS = 500


class Wording:
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

    wording: Wording
    values: Sequence[Any] = ()
    each: Sequence[Sequence[Any]] | None = None


def insert(model: type[Model], values: Mapping[str, Any]) -> Statement:
    """Return the statement that stores a row; it gives the row's number."""
    return Statement(_insert(model, tuple(values)), stored(model, values))


def update(rows: Rows[Any], values: Mapping[str, Any]) -> Statement | None:
    """Return the statement that changes rows; it gives their numbers. None where there can be no such rows."""
    given = rows.given()
    if given is None:
        return None
    model, (sizes, meant) = rows.view.model, given
    return Statement(_update(model, tuple(values), sizes), stored(model, values) + meant)


def delete(rows: Rows[Any]) -> Statement | None:
    """Return the statement that deletes rows; it gives their numbers. None where there can be no such rows."""
    given = rows.given()
    return None if given is None else Statement(_delete(rows.view.model, given[0]), given[1])


def stored(model: type[Model], values: Mapping[str, Any]) -> list[Any]:
    """Return values of columns as they are stored; raise ValidationError where a column could not hold one."""
    columns = model._meta.fields_map  # noqa: SLF001 - Tortoise's description of its models
    return [columns[name].to_db_value(value, model) for name, value in values.items()]


@lru_cache(MOST_STATEMENTS)
def _insert(model: type[Model], columns: tuple[str, ...]) -> Wording:
    def words(dialect: type[Query]) -> str:
        gaps = [Parameter(idx=place) for place, _ in enumerate(columns, start=1)]
        return _numbered(dialect.into(_table(model)).columns(*_named(model, columns)).insert(*gaps), model)

    return Wording(words)


@lru_cache(MOST_STATEMENTS)
def _update(model: type[Model], columns: tuple[str, ...], sizes: tuple[Any, ...]) -> Wording:
    def words(dialect: type[Query]) -> str:
        places = count(1)
        query = dialect.update(_table(model))
        for column in _named(model, columns):
            query = query.set(column, Parameter(idx=next(places)))
        for condition in conditions_of(sizes):
            query = query.where(criterion_of(condition, _table(model), dialect, places))
        return _numbered(query, model)

    return Wording(words)


@lru_cache(MOST_STATEMENTS)
def _delete(model: type[Model], sizes: tuple[Any, ...]) -> Wording:
    def words(dialect: type[Query]) -> str:
        places = count(1)
        query = dialect.from_(_table(model)).delete()
        for condition in conditions_of(sizes):
            query = query.where(criterion_of(condition, _table(model), dialect, places))
        return _numbered(query, model)

    return Wording(words)


def _numbered(query: Any, model: type[Model]) -> str:
    """Return a statement that gives the number of each row it touches."""
    return f'{query.get_sql()} RETURNING "{model._meta.db_pk_column}"'  # noqa: SLF001 - as above


def _named(model: type[Model], columns: Sequence[str]) -> list[str]:
    projection = model._meta.fields_db_projection  # noqa: SLF001 - as above
    return [projection[name] for name in columns]


def _table(model: type[Model]) -> Table:
    return model._meta.basetable  # noqa: SLF001 - as above
