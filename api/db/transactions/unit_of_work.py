"""What a transaction does: a generator that yields statements, is given their rows, and returns an answer.

It knows neither database nor event loop: whoever carries it out does so in one go in a thread, or waits for each
statement.
"""

from collections.abc import Generator
from typing import Any, TypeVar, cast

from tortoise.connection import get_connections
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.query.row_types import columns_of, row_class
from api.db.query.rows import Rows
from api.db.transactions.statements import Given, Statement, delete, insert, select, update

Answer = TypeVar("Answer")
Of = TypeVar("Of", bound=Model)
Work = Generator[Statement, Given, Answer]


def insert_row(model: type[Of], **values: Any) -> Work[Of]:
    """Store a row, and return it as it will be read. What is not named is null."""
    statement = insert(model, values)
    [[number]] = yield statement
    known = dict(zip(values, statement.values, strict=True)) | {meta(model).pk_attr: number}
    columns = columns_of(model)
    return cast("Of", row_class(model, columns)(tuple(map(known.get, columns))))


def ensure_row(model: type[Model], **values: Any) -> Work[None]:
    """Store a row, unless a unique constraint says that it is there already."""
    yield insert(model, values, unless_there=True)


def update_rows(rows: Rows[Any], **values: Any) -> Work[int]:
    """Change rows, and return how many they were; `column__plus` adds to what is there."""
    statement = update(rows, values)
    return 0 if statement is None else len((yield statement))


def delete_rows(rows: Rows[Any]) -> Work[int]:
    """Delete rows, and return how many they were."""
    statement = delete(rows)
    return 0 if statement is None else len((yield statement))


def read_rows(rows: Rows[Of]) -> Work[list[Of]]:
    """Return all of the rows, as they are within the transaction."""
    statement = select(rows)
    if statement is None:
        return []
    view = rows.view
    row = row_class(view.model, columns_of(view.model) + view.joined if view.columns is None else view.columns)
    return [cast("Of", row(tuple(each))) for each in (yield statement)]


async def execute(work: Work[Answer]) -> Answer:
    """Return the answer of `work`, carried out in the transaction that is open, statement by statement."""
    client = get_connections().get("default")
    given: Given | None = None
    try:
        while True:
            wording, values, each = work.send(cast("Given", given))
            sql = wording.sql(client.query_class)
            given = ()
            if each is not None:
                await client.execute_many(sql, [list(values) for values in each])
            elif sql:
                given = [tuple(row.values()) for row in await client.execute_query_dict(sql, list(values))]
    except StopIteration as done:
        answer: Answer = done.value
        return answer
