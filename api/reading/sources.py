"""Where a statement is sent: to the reader of the embedded database, to PostgreSQL's pool, or into a transaction."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.backends.sqlite.client import SqliteClient

from api import faults
from api.reading.sqlite import Reader
from api.reading.statements import Shape, statement

# One line for each statement, at DEBUG, never with its values.
logger = logging.getLogger("hall.reading")
_readers: dict[BaseDBAsyncClient, Reader] = {}


@dataclass(slots=True, eq=False)
class Question:
    """A question without its values, what its rows become, and its SQL once it was needed."""

    shape: Shape
    row: Callable[[Any], Any]
    sql: dict[type, str] = field(default_factory=dict)


async def fetched(question: Question, values: Sequence[Any], *, kept: bool = False) -> list[Any]:
    """Return the rows of a question; raise DatabaseBusy where the same may succeed in a moment.

    Rows that are `kept` are not read again from the embedded database before anybody has written to it.
    """
    client = question.shape.model._meta.db  # noqa: SLF001 - Tortoise offers no other way to the context's connection
    reader = _readers.get(client)
    try:
        if not kept or reader is None:
            return await _fetched(question, values, client, reader)
        key, remembered = (question, *values), reader.kept()
        found = remembered.get(key)
        if found is None:
            found = remembered[key] = await _fetched(question, values, client, reader)
    except Exception as error:
        ours = faults.meant(error)
        if ours is error:
            raise
        raise ours from error
    return found


async def _fetched(
    question: Question, values: Sequence[Any], client: BaseDBAsyncClient, reader: Reader | None
) -> list[Any]:
    sql = question.sql.get(client.query_class)
    if sql is None:
        sql = question.sql[client.query_class] = statement(question.shape, client.query_class)
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(sql)
    found: Iterable[Any] | None = None if reader is None else reader.at_once(sql, values)
    if found is None:
        found = await _found(client, sql, values, is_uneven=question.shape.is_uneven)
    return list(map(question.row, found))


async def _found(client: BaseDBAsyncClient, sql: str, values: Sequence[Any], *, is_uneven: bool) -> Iterable[Any]:
    if isinstance(client, TransactionalDBClient):
        _, found = await client.execute_query(sql, list(values))
        return map(tuple, found)
    if isinstance(client, SqliteClient):
        reader = _readers.get(client)
        if reader is None:
            reader = _readers[client] = Reader(Path(client.filename))
        return await reader.apart(sql, values)
    async with client.acquire_connection() as connection:
        if is_uneven:
            # PostgreSQL would soon plan it once for all values, and come a hundred times as slowly to some of them.
            prepared = await connection.prepare(sql)
            return cast("list[Any]", await prepared.fetch(*values))
        return cast("list[Any]", await connection.fetch(sql, *values))


def closed(client: BaseDBAsyncClient) -> None:
    """Close what was opened beside a client."""
    reader = _readers.pop(client, None)
    if reader is not None:
        reader.close()
