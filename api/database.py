"""The database: where it is, how it is opened, brought up to date, and written to.

SQLite is opened in WAL mode with foreign keys on, every commit on disk before it is acknowledged, and a busy time-out;
PostgreSQL through asyncpg's pool. `transaction` is the only way to write.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import asyncpg
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError, TransactionManagementError
from tortoise.fields import CharField
from tortoise.migrations.executor import MigrationExecutor
from tortoise.models import Model
from tortoise.transactions import in_transaction

from api.errors import Conflict, DatabaseBehind, DatabaseBusy
from api.reading import sources
from api.settings import Settings

MODELS = (
    "api.people.models",
    "api.accounts.models",
    "api.accesslog.models",
    "api.schemes.models",
    "api.schemes.flexible_employment.models",
)
SQLITE_PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": 5000, "foreign_keys": "ON"}
POSTGRESQL_POOL = {"minsize": 1, "maxsize": 10, "command_timeout": 30}
# These reach us as they are, past Tortoise's own exceptions, when PostgreSQL restarts or refuses a connection.
LOST_CONNECTION = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    DBConnectionError,
    TransactionManagementError,
)

Answer = TypeVar("Answer")
_live: set[asyncio.Task[Any]] = set()


def is_sqlite(settings: Settings) -> bool:
    """Return whether the embedded database is used."""
    return settings.database.startswith("sqlite:")


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Tortoise's configuration for `settings`."""
    connection = expand_db_url(settings.database.replace("postgresql://", "postgres://", 1))
    connection["credentials"] |= SQLITE_PRAGMAS if is_sqlite(settings) else POSTGRESQL_POOL
    return {
        "connections": {"default": connection},
        "apps": {"hall": {"models": list(MODELS), "default_connection": "default", "migrations": "api.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def connected(settings: Settings, *, everywhere: bool = False) -> AsyncIterator[TortoiseContext]:
    """Keep the database open; `everywhere` shows it to tasks not started inside, as a server's requests are."""
    if is_sqlite(settings):
        Path(urlsplit(settings.database).path or settings.database.removeprefix("sqlite://")).parent.mkdir(
            parents=True, exist_ok=True
        )
    async with TortoiseContext() as context:
        await context.init(config=configuration(settings), _enable_global_fallback=everywhere)
        try:
            yield context
        finally:
            await settled()
            sources.closed(context.connections.get("default"))


def could_hold(model: type[Model], **values: str) -> bool:
    """Return whether columns could hold these texts; where they could not, no row has them, and none need be asked for.

    Tortoise refuses what is longer than the column, PostgreSQL a NUL, and both lone surrogates.
    """
    columns = model._meta.fields_map  # noqa: SLF001 - Tortoise offers no other way
    return all(_could_hold(cast("CharField[str]", columns[name]), text) for name, text in values.items())


def _could_hold(column: "CharField[str]", text: str) -> bool:
    return len(text) <= column.max_length and "\0" not in text and not _has_surrogate(text)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


async def settled() -> None:
    """Wait until every transaction that was begun has ended."""
    while _live:
        await asyncio.wait(set(_live))


async def transaction(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return the answer of `work`, all of whose statements are committed together or not at all.

    It runs in a task of its own: when a sibling field fails or a client hangs up, the caller is cancelled, but the
    transaction ends as it would have, and gives its connection back. Raises Conflict where a unique constraint decided
    for another row, and DatabaseBusy where the same may succeed in a moment.
    """
    task = asyncio.ensure_future(_transaction(work))
    _live.add(task)
    task.add_done_callback(_ended)
    return await asyncio.shield(task)


async def _transaction(work: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        async with in_transaction():
            return await work()
    except IntegrityError as error:
        raise Conflict("a constraint of the database decided otherwise") from error
    except OperationalError as error:
        if "locked" in str(error):
            raise DatabaseBusy("the database is busy") from error
        raise
    except LOST_CONNECTION as error:
        raise DatabaseBusy("the database cannot be reached") from error


def _ended(task: asyncio.Task[Any]) -> None:
    _live.discard(task)
    if not task.cancelled():
        task.exception()  # seen, so that an abandoned task is not reported as one that nobody looked at


def _executor(context: TortoiseContext) -> MigrationExecutor:
    apps = {"hall": {"models": list(MODELS), "default_connection": "default", "migrations": "api.migrations"}}
    return MigrationExecutor(context.connections.get("default"), apps)


async def pending(context: TortoiseContext) -> list[str]:
    """Return the names of the migrations that this database still lacks."""
    plan = await _executor(context).plan()
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


async def answers(context: TortoiseContext) -> bool:
    """Return whether the database answers and is up to date."""
    with suppress(OperationalError, *LOST_CONNECTION):
        return not await pending(context)
    return False
