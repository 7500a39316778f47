"""The parts of Tortoise that are not public, as read in version 1.1.9."""

from typing import Any

from tortoise import context
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import MetaInfo, Model

READ_IN = "1.1.9"


def meta(model: type[Model] | Model) -> MetaInfo:
    """Return Tortoise's description of a model: db_table, fields_map, fields_db_projection, basetable, pk_attr, db."""
    return model._meta  # noqa: SLF001 - Tortoise describes its models nowhere else


def current_client() -> BaseDBAsyncClient:
    """Return where statements go just now: into the open transaction of this task, or to no transaction.

    `tortoise.connection.get_connections` does the same, and checks the event loop each time, which takes longer than to
    find the client.
    """
    found = context._current_context.get() or context._global_context or context.require_context()  # noqa: SLF001 - see above
    client: BaseDBAsyncClient = found.connections._storage_var.get()["default"]  # noqa: SLF001 - see above
    return client


def connection_of(client: Any) -> Any:
    """Return the connection of a SQLite client or of a transaction; None where it is closed."""
    return client._connection  # noqa: SLF001 - Tortoise gives it to nobody but its own context managers


def set_connection(transaction: Any, connection: Any) -> None:
    """Let a transaction's statements go over `connection`, as Tortoise's own context manager does."""
    transaction._connection = connection  # noqa: SLF001 - see above


def lock_of(client: Any) -> Any:
    """Return the lock on the one connection of a SQLite client.

    Tortoise's own context manager keeps it for ever where the connection cannot be opened.
    """
    return client._lock  # noqa: SLF001 - see above
