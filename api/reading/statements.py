"""A question's shape -> its SQL: made by Tortoise's query builder from Tortoise's models."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.enums import JoinType, Order
from pypika_tortoise.functions import Count
from pypika_tortoise.queries import Query, QueryBuilder, Table
from pypika_tortoise.terms import Criterion, Field, Function, Parameter
from tortoise.models import Model

from api.reading.records import joined_column


@dataclass(frozen=True, slots=True)
class Inner:
    """The shape of a question within a question: the values of one column."""

    shape: "Shape"
    column: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition without its value: a column, how it is compared, and with how many values or with which others."""

    column: str
    comparison: str
    size: int = 1
    inner: Inner | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A question without its values. `columns` may name those of a joined table: employer__code."""

    model: type[Model]
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    is_limited: bool = False
    is_counted: bool = False


def statement(shape: Shape, dialect: type[Query]) -> str:
    """Return the SQL of a shape in a dialect; its values come in the order of the shape, the limit last."""
    places = count(1)
    query = _query(shape, dialect, places)
    if shape.is_limited:
        query = query.limit(Parameter(idx=next(places)))
    return query.get_sql()


def _query(shape: Shape, dialect: type[Query], places: Iterator[int]) -> QueryBuilder:
    table = _table(shape.model)
    query = dialect.from_(table)
    joined: dict[str, Table] = {}
    for path in shape.columns:
        if (found := joined_column(path)) is not None and found.relation not in joined:
            joined[found.relation], criterion = _join(shape.model, table, found.relation)
            query = query.join(joined[found.relation], JoinType.left_outer).on(criterion)
    query = query.select(Count("*")) if shape.is_counted else query.select(*_fields(shape, table, joined))
    for condition in shape.conditions:
        query = query.where(criterion_of(condition, table, dialect, places))
    for column in shape.order:
        name = column.removeprefix("-")
        query = query.orderby(
            table.field(_stored(shape.model, name)), order=Order.asc if name == column else Order.desc
        )
    return query


def _fields(shape: Shape, table: Table, joined: dict[str, Table]) -> Iterator[Field]:
    for path in shape.columns:
        found = joined_column(path)
        if found is None:
            yield table.field(_stored(shape.model, path))
        else:
            related = _related(shape.model, found.relation)
            yield joined[found.relation].field(_stored(related.related_model, found.column))


def criterion_of(condition: Condition, table: Table, dialect: type[Query], places: Iterator[int]) -> Criterion:
    """Return a condition in SQL, its gaps numbered by `places`."""
    column = table.field(condition.column)
    if condition.inner is not None:
        return column.isin(_query(condition.inner.shape, dialect, places))
    values = [Parameter(idx=next(places)) for _ in range(condition.size)]
    match condition.comparison:
        case "in":
            return column.isin(values)
        case "gt":
            return column > values[0]
        case "lt":
            return column < values[0]
        case "lte":
            return column <= values[0]
        case "not":
            return column != values[0]
        case "contains":
            return Function("STRPOS" if issubclass(dialect, PostgreSQLQuery) else "INSTR", column, values[0]) > 0
        case _:
            return column == values[0]


def _join(model: type[Model], table: Table, relation: str) -> tuple[Table, Criterion]:
    """Return the table that a foreign key of `model` leads to, and how it is found."""
    related = _related(model, relation)
    other = _table(related.related_model).as_(relation)
    return other, table.field(related.source_field) == other.field(related.to_field_instance.model_field_name)


def _related(model: type[Model], relation: str) -> Any:
    return model._meta.fields_map[relation]  # noqa: SLF001 - Tortoise's description of its models


def _stored(model: type[Model], column: str) -> str:
    return model._meta.fields_db_projection[column]  # noqa: SLF001 - as above


def _table(model: type[Model]) -> Table:
    return model._meta.basetable  # noqa: SLF001 - as above
