"""Opens the database and migrates it.

SQLite runs in WAL mode with foreign keys, an fsync before each commit returns, and a busy time-out; PostgreSQL through
asyncpg's pool. `api/db/transactions/` writes. Every wait has a time-out: docs/operating.md lists them.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from typing import Any

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext

from api.adapters.tortoise import Migrations
from api.db import errors, opening
from api.db.migration_state import StrictRecorder
from api.db.query import dispatch
from api.db.sqlite.client import Client as EmbeddedClient
from api.db.transactions.transaction import wait_for_transactions
from api.encryption.keyring import using_keyring
from api.errors import DatabaseBehind, DatabaseBusy
from api.settings import Settings

MODELS = (
    "api.people.models",
    "api.accounts.models",
    "api.accesslog.models",
    "api.enrolment.models",
    "api.schemes.flexible_employment.models",
)
APPS: dict[str, dict[str, Any]] = {
    "hall": {"models": list(MODELS), "default_connection": "default", "migrations": "api.migrations"}
}
SQLITE_PRAGMAS = {
    # First, because the next pragmas can meet a lock too, while another process opens or closes the file.
    "busy_timeout": 5000,
    "journal_mode": "WAL",
    # guard: commits-are-on-the-disk
    "synchronous": "FULL",
    "foreign_keys": "ON",
    # Keeps statement journals of savepoints out of temporary files.
    "temp_store": "MEMORY",
}
# Connections for writes; api/db/query/postgresql_reader.py has those for reads.
POSTGRESQL_POOL = {"minsize": 1, "maxsize": 5, "timeout": 3}
# Time limits for requests; commands and migrations have none.
SERVING_POSTGRESQL = {
    "command_timeout": 6,
    "server_settings": {
        "synchronous_commit": "on",
        "lock_timeout": "3s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "5s",
        # A merge join for a page reads all rows before it. Frequently read pages are cached in memory.
        "enable_mergejoin": "off",
        "random_page_cost": "1.1",
        # Relative to that, filtering rows and index entries is dearer than PostgreSQL's defaults, with which it reads
        # all of a district's index entries to filter the few people who match a name.
        "cpu_tuple_cost": "0.03",
        "cpu_index_tuple_cost": "0.05",
    },
}
READY_SECONDS = 2
# How often `migrate` begins anew after a lock, and the longest time before it does.
MIGRATION_ATTEMPTS, RETRY_SECONDS = 20, 1.0


def is_sqlite(settings: Settings) -> bool:
    """Return whether the database is SQLite."""
    return settings.database.startswith("sqlite:")


def configuration(settings: Settings, *, serving: bool) -> dict[str, Any]:
    """Return Tortoise's configuration; `serving` sets the time limits of requests."""
    connection = _embedded(settings) if is_sqlite(settings) else _server(settings, serving=serving)
    return {
        "connections": {"default": connection},
        "apps": APPS,
        "use_tz": True,
        "timezone": "UTC",
    }


def _embedded(settings: Settings) -> dict[str, Any]:
    connection = expand_db_url(settings.database)
    # Tortoise executes pragmas in this order; these take precedence over its defaults.
    connection["credentials"] = SQLITE_PRAGMAS | connection["credentials"] | SQLITE_PRAGMAS
    return connection | {"engine": "api.db.sqlite.client"}


def _server(settings: Settings, *, serving: bool) -> dict[str, Any]:
    serving_only = SERVING_POSTGRESQL | {"read_from": settings.read_from} if serving else {}
    credentials = {"url": settings.database} | POSTGRESQL_POOL | serving_only
    return {"engine": "api.db.postgresql.client", "credentials": credentials}


@asynccontextmanager
async def connected(settings: Settings, *, everywhere: bool = False) -> AsyncIterator[TortoiseContext]:
    """Open the database for the block; `everywhere`, for serving, makes it available to all tasks.

    Raise DatabaseUnusable where it cannot be opened, or fails later.
    """
    with using_keyring(settings.keyring), opening.naming_errors(settings):
        async with TortoiseContext() as context:
            await context.init(config=configuration(settings, serving=everywhere), _enable_global_fallback=everywhere)
            try:
                await _probe(settings, context)
                yield context
            finally:
                await wait_for_transactions()
                await dispatch.close_readers(context.connections.get("default"))


async def _probe(settings: Settings, context: TortoiseContext) -> None:
    with opening.naming_errors(settings, is_opening=True):
        if is_sqlite(settings):
            opening.make_file(settings)
        async with asyncio.timeout(opening.OPENING_SECONDS):
            await opening.probe(context.connections.get("default"))


def _executor(context: TortoiseContext) -> Migrations:
    return Migrations(StrictRecorder(context.connections.get("default")), APPS)


async def pending(context: TortoiseContext) -> list[str]:
    """Return the names of the migrations that the database lacks; raise DatabaseBusy after a time-out."""
    try:
        async with asyncio.timeout(opening.OPENING_SECONDS):
            plan = await _executor(context).plan()
    except TimeoutError as error:
        raise DatabaseBusy("the database does not say in time which migrations it has") from error
    return [step.migration.name for step in plan if not step.backward]


async def migrate(context: TortoiseContext) -> list[str]:
    """Apply the migrations that the database lacks; return their names.

    A migration that meets a lock or a deadlock of a Hall that serves is begun again, some times.
    """
    missing = await pending(context)
    attempt = 0
    while missing:
        attempt += 1
        try:
            await _executor(context).migrate()
            break
        except Exception as error:
            # guard: migration-that-meets-a-lock-is-repeated
            if attempt == MIGRATION_ATTEMPTS or not errors.is_lock(error):
                raise
            await asyncio.sleep(random.uniform(0, RETRY_SECONDS))  # noqa: S311 - no secret
    return missing


async def require_current(context: TortoiseContext) -> None:
    """Raise DatabaseBehind, with the cure, unless all migrations are applied."""
    if missing := await pending(context):
        raise DatabaseBehind(
            f"This database lacks {len(missing)} migration(s): {', '.join(missing)}. "
            "Apply them with `python -m api migrate`, then start again."
        )


class Condition(Enum):
    """Whether a database can be used."""

    FIT = auto()
    # It lacks migrations, or SQLite's file is not the one that was opened.
    UNFIT = auto()
    # PostgreSQL does not answer, which may pass.
    UNREACHABLE = auto()


async def condition(context: TortoiseContext) -> Condition:
    """Return whether the database answers and has all migrations, and SQLite's file is still in place."""
    client = context.connections.get("default")
    is_embedded = isinstance(client, EmbeddedClient)
    try:
        async with asyncio.timeout(READY_SECONDS):
            if isinstance(client, EmbeddedClient):
                await client.require_same_file()
            return Condition.UNFIT if await pending(context) else Condition.FIT
    except Exception:  # noqa: BLE001 - any error means that it cannot be used now
        return Condition.UNFIT if is_embedded else Condition.UNREACHABLE


def is_readable(context: TortoiseContext) -> bool:
    """Return whether reads are answered while the primary cannot be reached."""
    return dispatch.reads_standby(context.connections.get("default"))


async def accepts_writes(context: TortoiseContext) -> bool:
    """Return whether the database accepts writes: no standby, no full or read-only disk."""
    client = context.connections.get("default")
    with suppress(Exception):
        if isinstance(client, EmbeddedClient):
            return client.accepts_writes()
        async with asyncio.timeout(READY_SECONDS):
            [row] = await client.execute_query_dict("SELECT current_setting('transaction_read_only') AS is_read_only")
        return bool(row["is_read_only"] == "off")
    return False
