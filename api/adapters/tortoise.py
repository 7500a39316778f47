"""The parts of Tortoise that are not public, as read in version 1.1.9."""

from typing import Any

from tortoise import context
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import MetaInfo, Model

READ_IN = "1.1.9"


def meta(model: type[Model] | Model) -> MetaInfo:
    """Return Tortoise's description of a model: db_table, fields_map, fields_db_projection, basetable, pk_attr, db."""
    return model._meta  # noqa: SLF001 - Tortoise has no public accessor


def current_client() -> BaseDBAsyncClient:
    """Return the client of this task's transaction, or of no transaction.

    `tortoise.connection.get_connections` also checks the event loop, which takes longer than the lookup itself.
    """
    active = context._current_context.get() or context._global_context or context.require_context()  # noqa: SLF001 - see above
    client: BaseDBAsyncClient = active.connections._storage_var.get()["default"]  # noqa: SLF001 - see above
    return client


def connection_of(client: Any) -> Any:
    """Return the connection of a SQLite client or of a transaction; None where it is closed."""
    return client._connection  # noqa: SLF001 - only Tortoise's context managers return it


def set_connection(transaction: Any, connection: Any) -> None:
    """Bind a transaction to `connection`, as Tortoise's context manager does."""
    transaction._connection = connection  # noqa: SLF001 - see above


def lock_of(client: Any) -> Any:
    """Return the lock on the connection of a SQLite client: Tortoise's context manager leaks it on an error."""
    return client._lock  # noqa: SLF001 - see above
