"""Units of work: a generator yields statements, receives their rows, and returns a result.

It depends on neither database nor event loop: SQLite's writer runs it without interruption in a thread, and `execute`
awaits each statement.
"""

from collections.abc import Generator
from typing import Any, TypeVar, cast

from tortoise.connection import get_connections
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.query.row_types import columns_of, row_class
from api.db.query.rows import Rows
from api.db.transactions.statements import ResultRows, Statement, delete, insert, select, update

Result = TypeVar("Result")
Of = TypeVar("Of", bound=Model)
Work = Generator[Statement, ResultRows, Result]


def insert_row(model: type[Of], **values: Any) -> Work[Of]:
    """Insert a row, and return it as a later read would. Columns without a value are null."""
    statement = insert(model, values)
    [[key]] = yield statement
    stored = dict(zip(values, statement.values, strict=True)) | {meta(model).pk_attr: key}
    columns = columns_of(model)
    return cast("Of", row_class(model, columns)(tuple(map(stored.get, columns))))


def ensure_row(model: type[Model], **values: Any) -> Work[None]:
    """Insert a row, unless a row with the same unique key exists."""
    yield insert(model, values, unless_exists=True)


def update_rows(rows: Rows[Any], **values: Any) -> Work[int]:
    """Update rows, and return their number; `column__plus` increments a column."""
    statement = update(rows, values)
    return 0 if statement is None else len((yield statement))


def delete_rows(rows: Rows[Any]) -> Work[int]:
    """Delete rows, and return their number."""
    statement = delete(rows)
    return 0 if statement is None else len((yield statement))


def read_rows(rows: Rows[Of]) -> Work[list[Of]]:
    """Return the rows as the transaction sees them."""
    statement = select(rows)
    if statement is None:
        return []
    row = row_class(rows.projection.model, rows.projection.selected)
    return [cast("Of", row(tuple(each))) for each in (yield statement)]


async def execute(work: Work[Result]) -> Result:
    """Run `work` in the open transaction, statement by statement, and return its result."""
    client = get_connections().get("default")
    rows: ResultRows | None = None
    try:
        while True:
            template, values, many = work.send(cast("ResultRows", rows))
            sql = template.sql(client.query_class)
            rows = ()
            if many is not None:
                await client.execute_many(sql, [list(values) for values in many])
            elif sql:
                rows = [tuple(row.values()) for row in await client.execute_query_dict(sql, list(values))]
    except StopIteration as done:
        result: Result = done.value
        return result
