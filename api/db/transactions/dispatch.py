"""Where a transaction is carried out: by the embedded database's writer, or on a connection of PostgreSQL's pool."""

from collections.abc import Callable
from typing import TypeVar

from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import get_connections

from api.db import errors
from api.db.database import transaction
from api.db.transactions.sqlite_writer import writer_for
from api.db.transactions.unit_of_work import Work, execute

Answer = TypeVar("Answer")


async def in_transaction(work: Callable[[], Work[Answer]]) -> Answer:
    """Return the answer of `work`, all of whose statements are committed together or not at all.

    Whoever is cancelled meanwhile leaves the transaction, which ends as it would have. Raises Conflict where a unique
    constraint decided for another row, and DatabaseBusy where the same may succeed in a moment.
    """
    client = get_connections().get("default")
    if not isinstance(client, SqliteClient):
        return await transaction(lambda: execute(work()))
    with errors.translating():
        return await writer_for(client).written(work)
