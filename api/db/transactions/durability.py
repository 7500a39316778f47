"""Rows that no failover erases.

On PostgreSQL, a commit is visible on the primary before its standby has it if the wait for the standby ended early:
the server crashed and started again, or an operator cancelled the wait. Such a row must not be reported as stored.
"""

from typing import Any

from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import get_connections

from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work, read_rows
from api.errors import DatabaseBusy

# Writes to the write-ahead log alone, so that the COMMIT after it waits for the standby.
WRITE_NOTHING = SqlByDialect(lambda _: "SELECT pg_catalog.pg_logical_emit_message(true, 'hall', '')::text")


async def require_durable(rows: Rows[Any]) -> None:
    """Return once the standby has a row that was read; raise DatabaseBusy if it does not answer, or the row is gone.

    The commit of a transaction that reads the row is durable only after the row. Another transaction would not do: it
    could run on the standby that has become the primary without the row.
    """
    if isinstance(get_connections().get("default"), SqliteClient):
        return
    if not await in_transaction(lambda: _read_and_write(rows)):
        raise DatabaseBusy("a row that was read is not stored for good")


def _read_and_write(rows: Rows[Any]) -> Work[bool]:
    found = yield from read_rows(rows)
    # guard: replay-is-durable
    yield Statement(WRITE_NOTHING)
    return bool(found)
