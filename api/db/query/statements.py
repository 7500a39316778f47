"""Compiles the shape of a query to SQL, by Tortoise's query builder.

Four rules make a page of millions of rows as fast as one of a thousand. Short substrings have an index, whose rows are
in the order of the list: see `contains_value`. Pages filter by a subquery with EXISTS along the index, or with IN if it
has few rows. Of several values, each is read along its index, and the rows are merged. And counts end at a bound.
"""

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, cast

from pypika_tortoise.context import SqlContext
from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.enums import Dialects, JoinType, Order
from pypika_tortoise.functions import Cast, Count
from pypika_tortoise.queries import Query, QueryBuilder, Table
from pypika_tortoise.terms import Criterion, Field, Function, Parameter, Tuple
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.query.row_types import joined_column, relation_of

# The longest substring that is a token of the index.
MAX_PART = 3
COMPARISONS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le, "not": operator.ne}


@dataclass(frozen=True, slots=True)
class Subquery:
    """The shape of a subquery that selects one column; `is_small` if it has few rows."""

    shape: "QueryShape"
    column: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition without its values: a column, a comparison, and the number of values or a subquery.

    In an arm of a merge, a comparison of ids is one of pairs `along` the column of the values, which bounds it too.
    """

    column: str
    comparison: str
    size: int = 1
    subquery: Subquery | None = None
    place: int = 0
    bounds: tuple[str, ...] = ()
    along: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class QueryShape:
    """A query without its values. `columns` may name those of a joined table: employer__code.

    A limited count counts the rows, and the different values of each of `columns` among them.
    """

    model: type[Model]
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    is_limited: bool = False
    is_counted: bool = False
    has_offset: bool = False

    @property
    def is_full_scan(self) -> bool:
        """Whether most rows are read anyway: there is neither a limit nor a substring search."""
        return not self.is_limited and all(each.comparison != "contains" for each in self.conditions)

    @property
    def needs_custom_plan(self) -> bool:
        """Whether the number of rows varies so much with the values that the best plan does too."""
        return any(each.subquery is not None for each in self.conditions)


def compile_sql(shape: QueryShape, dialect: type[Query]) -> str:
    """Return the SQL of a shape in a dialect; parameters have the order of the shape, limit and offset are last."""
    if not (shape.is_counted and shape.is_limited):
        return str(_selection(shape, dialect).get_sql(dialect.SQL_CONTEXT))
    counted = _selection(replace(shape, is_counted=False), dialect).as_("counted")
    distinct = (Count(counted.field(_db_column(shape.model, each))).distinct() for each in shape.columns)
    return str(dialect.from_(counted).select(Count("*"), *distinct).get_sql())


def _selection(shape: QueryShape, dialect: type[Query]) -> Any:
    merged = next((each for each in shape.conditions if each.comparison == "merged"), None)
    if merged is not None and shape.is_limited and _is_postgresql(dialect):
        return _merge(shape, merged)
    indexes = count(1)
    query = _query(shape, dialect, indexes)
    if shape.is_limited:
        query = query.limit(Parameter(idx=next(indexes)))
    return query.offset(Parameter(idx=next(indexes))) if shape.has_offset else query


def _merge(shape: QueryShape, merged: Condition) -> Any:
    """Return PostgreSQL's query that reads the rows of each value along their index; SQLite does so with `IN`.

    PostgreSQL would choose the primary key, as if the rows of a value were all over the table.
    """
    arms = []
    for place in range(merged.size):
        # Each arm has the same parameters.
        indexes = count(1)
        arm = _arm(shape, merged, place, indexes)
        limit, *offset = (Cast(Parameter(idx=next(indexes)), "BIGINT") for _ in range(1 + shape.has_offset))
        arms.append(arm.limit(limit + offset[0] if offset and merged.size > 1 else limit))
    query: Any = arms[0]
    if merged.size > 1:
        # A union has the dialect of its first arm, which the arm itself does not need.
        query.dialect = Dialects.POSTGRESQL
        for arm in arms[1:]:
            query = query.union_all(arm)
        for name, order in _ordered(shape):
            query = query.orderby(Field(_db_column(shape.model, name)), order=order)
        query = query.limit(limit)
    return query.offset(offset[0]) if offset else query


def _arm(shape: QueryShape, merged: Condition, place: int, indexes: Iterator[int]) -> QueryBuilder:
    """Return the rows of one value by conditions and an order that only the index of the value and the id meets."""
    number = 1 + place + sum(each.size for each in shape.conditions[: shape.conditions.index(merged)])
    conditions, bounds = [], {"gt": "gte", "lt": "lte"}
    for each in shape.conditions:
        if each.column == "id" and each.comparison in COMPARISONS:
            bounds.pop(each.comparison[:2], None)
            conditions.append(replace(each, along=(merged.column, number)))
        else:
            conditions.append(each)
    # A second bound would let PostgreSQL begin at the first row of the value. An equation would let it leave the column
    # out of the order.
    is_value = replace(merged, comparison="is", place=place, bounds=tuple(bounds.values()))
    conditions[shape.conditions.index(merged)] = is_value
    order = next((order for _, order in _ordered(shape)), Order.asc)
    query = _query(replace(shape, conditions=tuple(conditions), order=()), PostgreSQLQuery, indexes)
    table = _table(shape.model)
    return query.orderby(table.field(merged.column), table.field("id"), order=order)


def _ordered(shape: QueryShape) -> Iterator[tuple[str, Order]]:
    for each in shape.order:
        name = each.removeprefix("-")
        yield name, Order.asc if name == each else Order.desc


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
        query = query.select(*_fields(shape, table, row_id, joined)) if shape.columns else query.select(1)
    for condition in shape.conditions:
        field = row_id if condition.column == "id" else table.field(condition.column)
        query = query.where(criterion_of(condition, field, shape, dialect, indexes))
    for name, order in _ordered(shape):
        query = query.orderby(row_id if name == "id" else table.field(_db_column(shape.model, name)), order=order)
    return query


def _from(shape: QueryShape, table: Table, dialect: type[Query]) -> tuple[QueryBuilder, Field]:
    """Return a query of `table`, and the field with the row's id.

    A search begins with the index, by a cross join on SQLite, and reads nothing else where the ids suffice.
    """
    searched = next((each.column for each in shape.conditions if each.comparison == "contains"), None)
    if searched is None:
        return dialect.from_(table), table.field("id")
    index = _index_of(shape.model, searched, dialect)
    row_id, query = index.field("rowid"), dialect.from_(index)
    conditions = (each.column for each in shape.conditions if each.comparison != "contains")
    ids_suffice = {*shape.columns, *conditions, *(name for name, _ in _ordered(shape))} <= {"id"}
    if not ids_suffice:
        query = query.join(table, JoinType.cross).cross().where(table.field("id") == row_id)
    return query, row_id


def _fields(shape: QueryShape, table: Table, row_id: Field, joined: dict[str, Table]) -> Iterator[Field]:
    for path in shape.columns:
        column = joined_column(path)
        if column is None:
            yield row_id if path == "id" else table.field(_db_column(shape.model, path))
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
    compare = COMPARISONS.get(condition.comparison)
    if compare is not None and condition.along is not None:
        along, number = condition.along
        pair = Tuple(_table(shape.model).field(along), column)
        return cast("Criterion", compare(pair, Tuple(Parameter(idx=number), values[0])))
    if compare is not None:
        return cast("Criterion", compare(column, values[0]))
    match condition.comparison:
        case "in" | "merged":
            return column.isin(values)
        case "is":
            bounds = (COMPARISONS[each](column, values[condition.place]) for each in condition.bounds)
            return cast("Criterion", Criterion.all(bounds))
        case "lt_with_id" | "gt_with_id" as comparison:
            pair, bound = Tuple(column, _table(shape.model).field("id")), Tuple(*values)
            return pair < bound if comparison == "lt_with_id" else pair > bound
        case "contains":
            return _contains(column, values[0], shape.model, dialect)
        case "has":
            return Function("STRPOS" if _is_postgresql(dialect) else "INSTR", column, values[0]) > 0
        case _:
            return column == values[0]


def contains_value(text: str, model: type[Model]) -> str:
    """Return the parameter of a search for texts that contain `text`, of one to MAX_PART characters.

    Each such substring is a row of PostgreSQL's index, a table, and a token of SQLite's full-text index, its UTF-8 in
    hexadecimal.
    """
    if not 0 < len(text) <= MAX_PART:
        raise ValueError("no text of this length is in the index")
    return text if meta(model).db.capabilities.dialect == "postgres" else f'"{text.encode().hex()}"'


def _contains(column: Field, value: Parameter, model: type[Model], dialect: type[Query]) -> Criterion:
    index = _index_of(model, column.name, dialect)
    # FTS5 treats a comparison with the table name as MATCH.
    return index.field("part" if _is_postgresql(dialect) else index.get_table_name()) == value


def _index_of(model: type[Model], column: str, dialect: type[Query]) -> Table:
    """Return the index of the substrings of a column, a table that migrations create."""
    return Table(f"{_table(model).get_table_name()}_{column}{'_part' if _is_postgresql(dialect) else ''}")


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
