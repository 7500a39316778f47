"""Compiles statements that write, by Tortoise's query builder."""

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

# The rows that a statement returns, each with its columns in order.
ResultRows = Sequence[Sequence[Any]]
# The statements of the code, times the list shapes of their conditions.
MAX_STATEMENTS = 500


class SqlByDialect:
    """The SQL of a statement, compiled once per dialect; empty in dialects that do not need the statement."""

    __slots__ = ("_cache", "_compile")

    def __init__(self, compile_for: Callable[[type[Query]], str]) -> None:
        self._compile = compile_for
        self._cache: dict[type[Query], str] = {}

    def sql(self, dialect: type[Query]) -> str:
        """Return the SQL in a dialect."""
        sql = self._cache.get(dialect)
        if sql is None:
            sql = self._cache[dialect] = self._compile(dialect)
        return sql


class Statement(NamedTuple):
    """A statement and its values, or the values of many rows for executemany."""

    template: SqlByDialect
    values: Sequence[Any] = ()
    many: Sequence[Sequence[Any]] | None = None


def insert(model: type[Model], values: Mapping[str, Any], *, unless_exists: bool = False) -> Statement:
    """Return the INSERT of a row; `unless_exists` ignores a row that violates a unique constraint."""
    return Statement(_insert(model, tuple(values), unless_exists=unless_exists), to_db_values(model, values))


def update(rows: Rows[Any], values: Mapping[str, Any]) -> Statement | None:
    """Return the UPDATE of rows, or None where no row can match; `column__plus` increments a column."""
    parameterized = rows.parameterize()
    if parameterized is None:
        return None
    model, (shapes, parameters) = rows.projection.model, parameterized
    return Statement(_update(model, tuple(values), shapes), to_db_values(model, values) + _in_utc(parameters))


def delete(rows: Rows[Any]) -> Statement | None:
    """Return the DELETE of rows, or None where no row can match."""
    parameterized = rows.parameterize()
    if parameterized is None:
        return None
    shapes, parameters = parameterized
    return Statement(_delete(rows.projection.model, shapes), _in_utc(parameters))


def select(rows: Rows[Any]) -> Statement | None:
    """Return the SELECT of rows, or None where no row can match."""
    parameterized = rows.parameterize()
    if parameterized is None:
        return None
    shapes, parameters = parameterized
    return Statement(_select(rows.projection, shapes), _in_utc(parameters))


def to_db_values(model: type[Model], values: Mapping[str, Any]) -> list[Any]:
    """Convert values for the driver; raise ValidationError where a value does not fit its column."""
    columns = meta(model).fields_map
    return _in_utc(columns[name.partition("__")[0]].to_db_value(value, model) for name, value in values.items())


def _in_utc(values: Iterable[Any]) -> list[Any]:
    """Convert datetimes to UTC: SQLite stores and compares them as text."""
    # guard: moments-in-one-zone
    return [value.astimezone(UTC) if isinstance(value, datetime) else value for value in values]


@lru_cache(MAX_STATEMENTS)
def _insert(model: type[Model], columns: tuple[str, ...], *, unless_exists: bool) -> SqlByDialect:
    def compile_for(dialect: type[Query]) -> str:
        parameters = [Parameter(idx=index) for index, _ in enumerate(columns, start=1)]
        query = dialect.into(_table(model)).columns(*(_column(model, name) for name in columns)).insert(*parameters)
        return _returning_id(query.on_conflict().do_nothing() if unless_exists else query, model)

    return SqlByDialect(compile_for)


@lru_cache(MAX_STATEMENTS)
def _update(model: type[Model], columns: tuple[str, ...], shapes: tuple[Any, ...]) -> SqlByDialect:
    def compile_for(dialect: type[Query]) -> str:
        indexes = count(1)
        query = dialect.update(_table(model))
        for each in columns:
            name, is_increment, _ = each.partition("__")
            column, parameter = _table(model).field(_column(model, name)), Parameter(idx=next(indexes))
            query = query.set(column, column + parameter if is_increment else parameter)
        return _returning_id(_where(query, model, shapes, dialect, indexes), model)

    return SqlByDialect(compile_for)


@lru_cache(MAX_STATEMENTS)
def _delete(model: type[Model], shapes: tuple[Any, ...]) -> SqlByDialect:
    def compile_for(dialect: type[Query]) -> str:
        query = dialect.from_(_table(model)).delete()
        return _returning_id(_where(query, model, shapes, dialect, count(1)), model)

    return SqlByDialect(compile_for)


@lru_cache(MAX_STATEMENTS)
def _select(projection: Projection, shapes: tuple[Any, ...]) -> SqlByDialect:
    return SqlByDialect(lambda dialect: compile_sql(projection.select_query(shapes, is_limited=False).shape, dialect))


def _where(
    query: Any, model: type[Model], shapes: tuple[Any, ...], dialect: type[Query], indexes: Iterator[int]
) -> Any:
    shape = QueryShape(model, (), conditions_of(shapes))
    for condition in shape.conditions:
        column = _table(model).field(condition.column)
        query = query.where(criterion_of(condition, column, shape, dialect, indexes))
    return query


def _returning_id(query: Any, model: type[Model]) -> str:
    """Return the statement with a RETURNING clause of the primary key."""
    return f'{query.get_sql()} RETURNING "{meta(model).db_pk_column}"'


def _column(model: type[Model], name: str) -> str:
    return meta(model).fields_db_projection[name]


def _table(model: type[Model]) -> Table:
    return meta(model).basetable
