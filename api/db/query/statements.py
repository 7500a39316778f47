"""A question's shape -> its SQL: made by Tortoise's query builder from Tortoise's models.

Two conditions are put so that a page of a million rows is as near as one of a thousand. What texts contain is found
through an index of their signs: see `containing`. And where some rows are wanted to which others point, each row is
asked whether any does; only a count goes through all those others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from pypika_tortoise.context import SqlContext
from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.enums import JoinType, JSONOperators, Order
from pypika_tortoise.functions import Count
from pypika_tortoise.queries import Query, QueryBuilder, Table
from pypika_tortoise.terms import BasicCriterion, Criterion, Field, Function, NullValue, Parameter
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.query.row_types import joined_column, relation_of


@dataclass(frozen=True, slots=True)
class Inner:
    """The shape of a question within a question: the values of one column."""

    shape: "QueryShape"
    column: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition without its value: a column, how it is compared, and with how many values or with which others."""

    column: str
    comparison: str
    size: int = 1
    inner: Inner | None = None


@dataclass(frozen=True, slots=True)
class QueryShape:
    """A question without its values. `columns` may name those of a joined table: employer__code."""

    model: type[Model]
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    is_limited: bool = False
    is_counted: bool = False

    @property
    def goes_through_all(self) -> bool:
        """Whether most of the rows have to be seen anyway, as nobody wants some only, or those with a text."""
        return not self.is_limited and all(each.comparison != "contains" for each in self.conditions)

    @property
    def is_uneven(self) -> bool:
        """Whether there may be very many rows for some values and hardly any for others, so that the way differs."""
        return any(each.inner is not None or each.comparison == "contains" for each in self.conditions)


def compile_sql(shape: QueryShape, dialect: type[Query]) -> str:
    """Return the SQL of a shape in a dialect; its values come in the order of the shape, the limit last."""
    places = count(1)
    query = _query(shape, dialect, places)
    if shape.is_limited:
        query = query.limit(Parameter(idx=next(places)))
    return query.get_sql()


def _query(shape: QueryShape, dialect: type[Query], places: Iterator[int]) -> QueryBuilder:
    table = _table(shape.model)
    query, number = _begun(shape, table, dialect)
    joined: dict[str, Table] = {}
    for path in shape.columns:
        if (found := joined_column(path)) is not None:
            query = _joining(query, shape.model, table, found.relation, joined)
    query = query.select(Count("*")) if shape.is_counted else query.select(*_fields(shape, table, joined))
    for condition in shape.conditions:
        column = number if condition.column == "id" else table.field(condition.column)
        query = query.where(criterion_of(condition, column, shape, dialect, places))
    for each in shape.order:
        name = each.removeprefix("-")
        by = number if name == "id" else table.field(_stored(shape.model, name))
        query = query.orderby(by, order=Order.asc if name == each else Order.desc)
    return query


def _begun(shape: QueryShape, table: Table, dialect: type[Query]) -> tuple[QueryBuilder, Field]:
    """Return a query of `table`, and the column that says the number of a row.

    SQLite's index of signs goes first, and stays there: its rows come in the order of their numbers, from any on.
    """
    searched = next((each.column for each in shape.conditions if each.comparison == "contains"), None)
    if searched is None or _is_postgresql(dialect):
        return dialect.from_(table), table.field("id")
    index = _index_of(shape.model, searched)
    number = index.field("rowid")
    return dialect.from_(index).join(table, JoinType.cross).cross().where(table.field("id") == number), number


def _fields(shape: QueryShape, table: Table, joined: dict[str, Table]) -> Iterator[Field]:
    for path in shape.columns:
        found = joined_column(path)
        if found is None:
            yield table.field(_stored(shape.model, path))
        else:
            related = relation_of(shape.model, found.relation)
            yield joined[found.relation].field(_stored(related.related_model, found.column))


def criterion_of(
    condition: Condition, column: Field, shape: QueryShape, dialect: type[Query], places: Iterator[int]
) -> Criterion:
    """Return a condition of `shape` on `column` in SQL, its gaps numbered by `places`."""
    if condition.inner is not None:
        inner = _query(condition.inner.shape, dialect, places)
        if shape.goes_through_all:
            return column.isin(inner)
        return Exists(inner.where(_table(condition.inner.shape.model).field(condition.inner.column) == column))
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
            return _contains(column, values[0], shape.model, dialect)
        case _:
            return column == values[0]


def containing(text: str, model: type[Model]) -> str:
    """Return what the database of `model` is asked with for texts that contain `text`, which is not empty.

    SQLite's index has each sign as a word, the digits of its UTF-8, so that a text is a phrase: signs in a row.
    """
    if meta(model).db.capabilities.dialect == "postgres":
        return text
    return f'"{" ".join(sign.encode().hex() for sign in text)}"'


def _contains(column: Field, value: Parameter, model: type[Model], dialect: type[Query]) -> Criterion:
    if not _is_postgresql(dialect):
        index = _index_of(model, column.name)
        # FTS5's way to say MATCH.
        return index.field(index.get_table_name()) == value
    has, wanted = (Function("STRING_TO_ARRAY", text, NullValue()) for text in (column, value))
    return (Function("STRPOS", column, value) > 0) & BasicCriterion(JSONOperators.CONTAINS, has, wanted)


def _index_of(model: type[Model], column: str) -> Table:
    """Return SQLite's index of the signs in a column, which migrations make where it is asked for."""
    return Table(f"{_table(model).get_table_name()}_{column}")


class Exists(Function):
    """Whether a query has rows: the builder has no word for it."""

    def __init__(self, query: QueryBuilder) -> None:
        super().__init__("EXISTS", query)

    @staticmethod
    def get_arg_sql(arg: QueryBuilder, ctx: SqlContext) -> str:
        """Return the query without brackets of its own."""
        return arg.get_sql(ctx.copy(subquery=False, with_alias=False))


def _is_postgresql(dialect: type[Query]) -> bool:
    return issubclass(dialect, PostgreSQLQuery)


def _joining(
    query: QueryBuilder, model: type[Model], table: Table, path: str, joined: dict[str, Table]
) -> QueryBuilder:
    """Return `query` with the table to which the foreign keys of `path` lead, unless it has `joined` it."""
    if path in joined:
        return query
    before = path.rpartition("__")[0]
    if before:
        query = _joining(query, model, table, before, joined)
    relation = relation_of(model, path)
    other = joined[path] = _table(relation.related_model).as_(path)
    number = joined.get(before, table).field(relation.source_field)
    return query.join(other, JoinType.left_outer).on(number == other.field(relation.to_field_instance.model_field_name))


def _stored(model: type[Model], column: str) -> str:
    return meta(model).fields_db_projection[column]


def _table(model: type[Model]) -> Table:
    return meta(model).basetable
