"""Runs transactions: by SQLite's group commit, or on a connection of PostgreSQL's pool."""

from collections.abc import Callable
from typing import TypeVar

from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import get_connections

from api.db import errors
from api.db.transactions.sqlite_writer import writer_for
from api.db.transactions.transaction import transaction
from api.db.transactions.unit_of_work import Work, execute

Result = TypeVar("Result")


async def in_transaction(work: Callable[[], Work[Result]]) -> Result:
    """Run `work` in one transaction, and return its result.

    Cancelling the caller does not cancel the transaction. Raises Conflict for a violated constraint, and DatabaseBusy
    where a retry may succeed.
    """
    client = get_connections().get("default")
    if not isinstance(client, SqliteClient):
        return await transaction(lambda: execute(work()))
    with errors.translating():
        return await writer_for(client).run(work)
