"""The database: where it is, how it is opened, brought up to date, and written to.

SQLite is opened in WAL mode with foreign keys on, every commit on disk before it is acknowledged, and a busy time-out;
PostgreSQL through asyncpg's pool. `api/db/transactions/` writes what requests change, on PostgreSQL in a `transaction`,
which commands have for Tortoise's models. Whatever waits, waits so long and no longer: docs/operating.md has the table.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar, cast

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from api.adapters import tortoise
from api.db import errors, opening
from api.db.migration_state import Applied
from api.db.postgresql.client import Client as PostgreSQLClient
from api.db.query import dispatch
from api.db.sqlite.client import Client as EmbeddedClient
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
    # First: for the next, too, one may have to wait, while somebody else opens or closes the file.
    "busy_timeout": 5000,
    "journal_mode": "WAL",
    # guard: commits-are-on-the-disk
    "synchronous": "FULL",
    "foreign_keys": "ON",
    # What a savepoint may have to undo would go to a file otherwise.
    "temp_store": "MEMORY",
}
# Those that write; reading has its own.
POSTGRESQL_POOL = {"minsize": 1, "maxsize": 5, "timeout": 3}
# A command may take its time, and so may a migration; a request that somebody waits for may not.
SERVING_POSTGRESQL = {
    "command_timeout": 6,
    "server_settings": {
        "synchronous_commit": "on",
        "lock_timeout": "3s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "5s",
        # A page lies anywhere. A merge would go through all that comes before it, and what is read often is in memory.
        "enable_mergejoin": "off",
        "random_page_cost": "1.1",
        # To look at a row that is not wanted takes longer, beside that, than PostgreSQL thinks, and so does an entry of
        # an index: it would gather all of a district's, to leave out some of those who have a name.
        "cpu_tuple_cost": "0.03",
        "cpu_index_tuple_cost": "0.05",
    },
}
# For a connection of the pool, or for one's turn on SQLite's only one.
CONNECTION_SECONDS = 5
READY_SECONDS = 2
SETTLING_SECONDS = 1

Answer = TypeVar("Answer")
Inside = TransactionWrapper | SqliteTransactionWrapper
_live: set[asyncio.Task[Any]] = set()


def is_sqlite(settings: Settings) -> bool:
    """Return whether the embedded database is used."""
    return settings.database.startswith("sqlite:")


def configuration(settings: Settings, *, serving: bool) -> dict[str, Any]:
    """Return Tortoise's configuration for `settings`; `serving` limits how long a statement may take."""
    connection = _embedded(settings) if is_sqlite(settings) else _server(settings, serving=serving)
    return {
        "connections": {"default": connection},
        "apps": APPS,
        "use_tz": True,
        "timezone": "UTC",
    }


def _embedded(settings: Settings) -> dict[str, Any]:
    connection = expand_db_url(settings.database)
    # Ours before those that Tortoise has too, and instead of them.
    connection["credentials"] = SQLITE_PRAGMAS | connection["credentials"] | SQLITE_PRAGMAS
    return connection | {"engine": "api.db.sqlite.client"}


def _server(settings: Settings, *, serving: bool) -> dict[str, Any]:
    credentials = {"url": settings.database} | POSTGRESQL_POOL | (SERVING_POSTGRESQL if serving else {})
    return {"engine": "api.db.postgresql.client", "credentials": credentials}


@asynccontextmanager
async def connected(settings: Settings, *, everywhere: bool = False) -> AsyncIterator[TortoiseContext]:
    """Keep the database open; `everywhere` is for serving, and shows it to tasks that requests begin.

    Raise DatabaseUnusable where it cannot be opened, or cannot be used while it is.
    """
    with using_keyring(settings.ring), opening.naming_errors(settings):
        async with TortoiseContext() as context:
            await context.init(config=configuration(settings, serving=everywhere), _enable_global_fallback=everywhere)
            try:
                await _look(settings, context)
                yield context
            finally:
                await wait_for_transactions()
                await dispatch.close_readers(context.connections.get("default"))


async def _look(settings: Settings, context: TortoiseContext) -> None:
    with opening.naming_errors(settings, is_opening=True):
        if is_sqlite(settings):
            opening.make_file(settings)
        async with asyncio.timeout(opening.OPENING_SECONDS):
            await opening.probe(context.connections.get("default"))


async def wait_for_transactions() -> None:
    """Wait until every transaction that was begun has ended; one that takes too long is rolled back."""
    if _live:
        await asyncio.wait(set(_live), timeout=SETTLING_SECONDS)
    for task in _live:
        task.cancel()
    await asyncio.gather(*_live, return_exceptions=True)


async def transaction(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return the answer of `work`, all of whose statements are committed together or not at all.

    It runs in a task of its own: when a sibling field fails or a client hangs up, the caller is cancelled, but the
    transaction ends as it would have, and gives its connection back. Raises Conflict where a unique constraint decided
    for another row, and DatabaseBusy where the same may succeed in a moment.
    """
    task = start_background(_transaction(work))
    # guard: transaction-is-shielded
    return await asyncio.shield(task)


def start_background(work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
    """Return the task that carries `work` out, whoever is cancelled; the end of the process waits for it."""
    task = asyncio.create_task(work)
    _live.add(task)
    task.add_done_callback(_ended)
    return task


async def _transaction(work: Callable[[], Awaitable[Answer]]) -> Answer:
    with errors.translating():
        async with _open():
            return await work()


@asynccontextmanager
async def _open() -> AsyncIterator[None]:
    """Keep a transaction open, committed at the end and rolled back after a fault, on a connection of its own.

    Tortoise's own keeps PostgreSQL's connection, or SQLite's lock, for ever when BEGIN fails, waits for one without
    end, and leaves a transaction open whose COMMIT fails: SQLite's next one would commit it.
    """
    client = cast("SqliteClient | AsyncpgDBClient", get_connections().get("default"))
    held = client.acquire_connection()
    async with asyncio.timeout(CONNECTION_SECONDS):
        connection = await held.__aenter__()
    try:
        inside = await _inside(client, connection)
        token = get_connections().set("default", inside)
        try:
            await _begin(inside)
            yield
            await inside.commit()
        except BaseException as error:
            if isinstance(error, TimeoutError) and isinstance(client, PostgreSQLClient):
                # The server ends a statement before that: it has not heard of it, or its answer was lost.
                await client.replace_idle_connections()
            await _roll_back(client, inside)
            raise
        finally:
            get_connections().reset(token)
    finally:
        await held.__aexit__(None, None, None)


async def _inside(client: SqliteClient | AsyncpgDBClient, connection: Any) -> Inside:
    """Return what statements go through while a transaction is open on `connection`."""
    if isinstance(client, SqliteClient):
        await connection_of(client)
        return SqliteTransactionWrapper(client)
    inside = TransactionWrapper(client)
    tortoise.set_connection(inside, connection)
    return inside


async def connection_of(client: SqliteClient) -> Any:
    """Return the connection that writes, for whoever has the turn; opened anew where the one before has given it up."""
    if tortoise.connection_of(client) is None:
        try:
            await client.create_connection(with_db=True)
        except BaseException:
            # It would be there without its pragmas.
            await client.close()
            raise
    return tortoise.connection_of(client)


async def _begin(inside: Inside) -> None:
    if isinstance(inside, SqliteTransactionWrapper):
        # The lock on the file is taken here, and not between two statements.
        # Tortoise's own begins without the lock.
        await tortoise.connection_of(inside).execute("BEGIN IMMEDIATE")
    else:
        await inside.begin()


async def _roll_back(client: BaseDBAsyncClient, inside: Inside) -> None:
    """Undo what was done since BEGIN; on a connection that cannot do even that, by giving it up."""
    try:
        await inside.rollback()
    except Exception:  # noqa: BLE001 - the fault before is what matters; PostgreSQL's pool looks after its connections
        if isinstance(client, SqliteClient):
            await client.close()


def _ended(task: asyncio.Task[Any]) -> None:
    _live.discard(task)
    if not task.cancelled():
        task.exception()  # seen, so that an abandoned task is not reported as one that nobody looked at


def _executor(context: TortoiseContext) -> MigrationExecutor:
    executor = MigrationExecutor(context.connections.get("default"), APPS)
    executor.recorder = executor.loader.recorder = Applied(executor.connection)
    return executor


async def pending(context: TortoiseContext) -> list[str]:
    """Return the names of the migrations that this database still lacks; raise what the driver raises where it fails.

    A database that cannot be asked in time is busy, and not empty.
    """
    try:
        async with asyncio.timeout(opening.OPENING_SECONDS):
            plan = await _executor(context).plan()
    except TimeoutError as error:
        raise DatabaseBusy("the database does not say in time which migrations it has") from error
    return [step.migration.name for step in plan if not step.backward]


async def migrate(context: TortoiseContext) -> list[str]:
    """Bring the database up to date; return the names of the migrations that were applied."""
    missing = await pending(context)
    if missing:
        await _executor(context).migrate()
    return missing


async def require_current(context: TortoiseContext) -> None:
    """Raise DatabaseBehind, with the cure, unless every migration is applied."""
    if missing := await pending(context):
        raise DatabaseBehind(
            f"This database lacks {len(missing)} migration(s): {', '.join(missing)}. "
            "Apply them with `python -m api migrate`, then start again."
        )


async def is_ready(context: TortoiseContext) -> bool:
    """Return whether the database answers, is up to date, and is the file that was opened."""
    with suppress(Exception):
        async with asyncio.timeout(READY_SECONDS):
            client = context.connections.get("default")
            if isinstance(client, EmbeddedClient):
                await client.require_standing()
            return not await pending(context)
    return False


async def accepts_writes(context: TortoiseContext) -> bool:
    """Return whether the database can be written to: no standby, no disk that is full or read-only."""
    client = context.connections.get("default")
    with suppress(Exception):
        if isinstance(client, EmbeddedClient):
            return client.takes_writes()
        async with asyncio.timeout(READY_SECONDS):
            [row] = await client.execute_query_dict("SELECT current_setting('transaction_read_only') AS is_read_only")
        return bool(row["is_read_only"] == "off")
    return False
