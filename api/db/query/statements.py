"""Compiles the shape of a query to SQL, by Tortoise's query builder.

Three rules make a page of millions of rows as fast as one of a thousand. Substring search uses a character index: see
`contains_value`. Pages filter by a subquery with EXISTS along the index, or with IN if it has few rows. And counts end
at a bound, and go through the rows of a subquery where there is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from pypika_tortoise.context import SqlContext
from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.enums import JoinType, JSONOperators, Order
from pypika_tortoise.functions import Count
from pypika_tortoise.queries import Query, QueryBuilder, Table
from pypika_tortoise.terms import BasicCriterion, Criterion, Field, Function, NullValue, Parameter, Tuple
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.query.row_types import joined_column, relation_of


@dataclass(frozen=True, slots=True)
class Subquery:
    """The shape of a subquery that selects one column; `is_small` if it has few rows."""

    shape: "QueryShape"
    column: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition without its values: a column, a comparison, and the number of values or a subquery."""

    column: str
    comparison: str
    size: int = 1
    subquery: Subquery | None = None


@dataclass(frozen=True, slots=True)
class QueryShape:
    """A query without its values. `columns` may name those of a joined table: employer__code."""

    model: type[Model]
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    is_limited: bool = False
    is_counted: bool = False

    @property
    def is_full_scan(self) -> bool:
        """Whether most rows are read anyway: there is neither a limit nor a substring search."""
        return not self.is_limited and all(each.comparison != "contains" for each in self.conditions)

    @property
    def needs_custom_plan(self) -> bool:
        """Whether the number of rows varies so much with the values that the best plan does too."""
        return any(each.subquery is not None or each.comparison == "contains" for each in self.conditions)


def compile_sql(shape: QueryShape, dialect: type[Query]) -> str:
    """Return the SQL of a shape in a dialect; parameters have the order of the shape, the limit is last."""
    indexes = count(1)
    if shape.is_counted and shape.is_limited:
        counted = _bounded(shape, dialect, indexes).limit(Parameter(idx=next(indexes)))
        return str(dialect.from_(counted.as_("counted")).select(Count("*")).get_sql())
    query = _query(shape, dialect, indexes)
    if shape.is_limited:
        query = query.limit(Parameter(idx=next(indexes)))
    return query.get_sql()


def _bounded(shape: QueryShape, dialect: type[Query], indexes: Iterator[int]) -> QueryBuilder:
    """Return a query that finds the first rows soon: through its subquery, if that is the first condition."""
    first, *others = shape.conditions or (None,)
    if first is None or first.subquery is None or any(each.comparison == "contains" for each in others):
        return _query(replace(shape, is_counted=False), dialect, indexes)
    inner, table = first.subquery.shape, _table(shape.model)
    # Not flattened because it is DISTINCT; on SQLite, a cross join makes it the outer loop.
    listed = _query(inner, dialect, indexes).distinct().as_("listed")
    query = dialect.from_(listed).join(table, JoinType.cross).cross().select(1)
    query = query.where(table.field(first.column) == listed.field(first.subquery.column))
    for condition in others:
        query = query.where(criterion_of(condition, table.field(condition.column), shape, dialect, indexes))
    return query


def _query(shape: QueryShape, dialect: type[Query], indexes: Iterator[int]) -> QueryBuilder:
    table = _table(shape.model)
    query, row_id = _from(shape, table, dialect)
    joined: dict[str, Table] = {}
    for path in shape.columns:
        if (column := joined_column(path)) is not None:
            query = _join(query, shape.model, table, column.relation, joined)
    if shape.is_counted:
        query = query.select(Count("*"))
    else:
        query = query.select(*_fields(shape, table, joined)) if shape.columns else query.select(1)
    for condition in shape.conditions:
        field = row_id if condition.column == "id" else table.field(condition.column)
        query = query.where(criterion_of(condition, field, shape, dialect, indexes))
    for each in shape.order:
        name = each.removeprefix("-")
        by = row_id if name == "id" else table.field(_db_column(shape.model, name))
        query = query.orderby(by, order=Order.asc if name == each else Order.desc)
    return query


def _from(shape: QueryShape, table: Table, dialect: type[Query]) -> tuple[QueryBuilder, Field]:
    """Return a query of `table`, and the field with the row's id.

    On SQLite a cross join makes the character index the outer loop: it returns rows in the order of their ids.
    """
    searched = next((each.column for each in shape.conditions if each.comparison == "contains"), None)
    if searched is None or _is_postgresql(dialect):
        return dialect.from_(table), table.field("id")
    index = _index_of(shape.model, searched)
    row_id = index.field("rowid")
    return dialect.from_(index).join(table, JoinType.cross).cross().where(table.field("id") == row_id), row_id


def _fields(shape: QueryShape, table: Table, joined: dict[str, Table]) -> Iterator[Field]:
    for path in shape.columns:
        column = joined_column(path)
        if column is None:
            yield table.field(_db_column(shape.model, path))
        else:
            related = relation_of(shape.model, column.relation)
            yield joined[column.relation].field(_db_column(related.related_model, column.column))


def criterion_of(
    condition: Condition, column: Field, shape: QueryShape, dialect: type[Query], indexes: Iterator[int]
) -> Criterion:
    """Return a condition of `shape` on `column` in SQL, its parameters numbered by `indexes`."""
    if condition.subquery is not None:
        inner, selected = condition.subquery.shape, condition.subquery.column
        query = _query(inner, dialect, indexes)
        if shape.is_full_scan or condition.subquery.is_small:
            return column.isin(query)
        return Exists(query.where(_table(inner.model).field(selected) == column))
    values = [Parameter(idx=next(indexes)) for _ in range(condition.size)]
    match condition.comparison:
        case "in":
            return column.isin(values)
        case "gt":
            return column > values[0]
        case "lt":
            return column < values[0]
        case "lte":
            return column <= values[0]
        case "lt_with_id" | "gt_with_id" as comparison:
            pair, bound = Tuple(column, _table(shape.model).field("id")), Tuple(*values)
            return pair < bound if comparison == "lt_with_id" else pair > bound
        case "not":
            return column != values[0]
        case "contains":
            return _contains(column, values[0], shape.model, dialect)
        case _:
            return column == values[0]


def contains_value(text: str, model: type[Model]) -> str:
    """Return the parameter of a search for texts that contain `text`, which is not empty.

    SQLite's full-text index has each character as a token, its UTF-8 in hexadecimal; a substring is a phrase of them.
    """
    if meta(model).db.capabilities.dialect == "postgres":
        return text
    return f'"{" ".join(character.encode().hex() for character in text)}"'


def _contains(column: Field, value: Parameter, model: type[Model], dialect: type[Query]) -> Criterion:
    if not _is_postgresql(dialect):
        index = _index_of(model, column.name)
        # FTS5 treats a comparison with the table name as MATCH.
        return index.field(index.get_table_name()) == value
    present, required = (Function("STRING_TO_ARRAY", text, NullValue()) for text in (column, value))
    return (Function("STRPOS", column, value) > 0) & BasicCriterion(JSONOperators.CONTAINS, present, required)


def _index_of(model: type[Model], column: str) -> Table:
    """Return SQLite's character index of a column, a table that migrations create."""
    return Table(f"{_table(model).get_table_name()}_{column}")


class Exists(Function):
    """EXISTS, which the query builder lacks."""

    def __init__(self, query: QueryBuilder) -> None:
        super().__init__("EXISTS", query)

    @staticmethod
    def get_arg_sql(arg: QueryBuilder, ctx: SqlContext) -> str:
        """Return the query without brackets of its own."""
        return arg.get_sql(ctx.copy(subquery=False, with_alias=False))


def _is_postgresql(dialect: type[Query]) -> bool:
    return issubclass(dialect, PostgreSQLQuery)


def _join(query: QueryBuilder, model: type[Model], table: Table, path: str, joined: dict[str, Table]) -> QueryBuilder:
    """Join the table behind the foreign keys of `path`, unless `joined` has it."""
    if path in joined:
        return query
    before = path.rpartition("__")[0]
    if before:
        query = _join(query, model, table, before, joined)
    relation = relation_of(model, path)
    other = joined[path] = _table(relation.related_model).as_(path)
    key = joined.get(before, table).field(relation.source_field)
    return query.join(other, JoinType.left_outer).on(key == other.field(relation.to_field_instance.model_field_name))


def _db_column(model: type[Model], column: str) -> str:
    return meta(model).fields_db_projection[column]


def _table(model: type[Model]) -> Table:
    return meta(model).basetable
