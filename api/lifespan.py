"""What runs around the requests of a Hall: the opened database, or a wait for it, and background work."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from tortoise.context import TortoiseContext

from api import clock, demo
from api.accesslog import checkpoints
from api.accesslog.store import using_chains
from api.accounts import clock_rollback
from api.accounts import service as accounts
from api.db import database
from api.db.reencryption import require_keys
from api.errors import DatabaseUnreachable, HallError
from api.settings import Settings
from api.timeouts import running_beside
from api.webhooks import sending

# `gc.set_threshold` values.
GC_THRESHOLDS = (10_000, 10, 5)
# The longest delay after which a machine that was suspended notices a new day.
MAX_SLEEP = timedelta(minutes=10)
# The time between two attempts to open a database that cannot be reached.
RETRY_SECONDS = 1
logger = logging.getLogger("hall")


class Application(Protocol):
    """What a lifespan needs of the ASGI application."""

    state: Any
    is_prepared: bool
    # Whether the database has been opened.
    is_open: bool
    # The error that prevented the start, and what then ends a server that listens already.
    failure: Exception | None
    stop: Callable[[], None]

    def traced(self) -> AbstractAsyncContextManager[None]:
        """Send the remaining traces when the block ends."""

    def sharing_limits(self) -> AbstractAsyncContextManager[None]:
        """Share rate limits with other machines until the block ends."""

    async def prepare(self) -> None:
        """Prepare persisted documents before their first request, without blocking requests."""


def lifespan_of(settings: Settings) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """Return the lifespan of a Hall."""

    @asynccontextmanager
    async def lifespan(hall: Application) -> AsyncIterator[None]:
        """Open the Hall, or begin to wait for its database; on exit wait until open transactions have ended."""
        settled, stopping = asyncio.Event(), asyncio.Event()
        # A task of its own opens and closes: while the database cannot be reached, the server listens already.
        life = asyncio.create_task(_live(hall, settings, settled, stopping))
        try:
            await _first(life, settled)
            yield
        finally:
            stopping.set()
            if not hall.is_open:
                life.cancel()
            await asyncio.wait({life})
            if hall.failure is None and not life.cancelled():
                life.result()

    return lifespan


async def _first(life: asyncio.Task[None], settled: asyncio.Event) -> None:
    """Return once the Hall is open or waits; raise the error of a start that failed."""
    waiting = asyncio.create_task(settled.wait())
    try:
        await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if life.done():
        await life


async def _live(hall: Application, settings: Settings, settled: asyncio.Event, stopping: asyncio.Event) -> None:
    """Open the Hall until `stopping`; set `settled` once it is open, or waits for its database."""
    said = ""
    while not stopping.is_set():
        try:
            async with _opened(hall, settings):
                if said:
                    logger.warning("the database can be reached: the Hall is open")
                hall.is_open = True
                settled.set()
                await stopping.wait()
        except DatabaseUnreachable as error:
            if hall.is_open:
                logger.exception("the Hall could not close in order")
                raise
            if said != str(error):
                said = str(error)
                logger.warning("the Hall waits for its database: %s", said)
            settled.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_SECONDS):
                    await stopping.wait()
        except Exception as error:
            if hall.is_open:
                logger.exception("the Hall could not close in order")
            else:
                _log(error)
                hall.failure = error
                if settled.is_set():
                    # The server listens already, and waiting would not cure this.
                    hall.stop()
            raise


@asynccontextmanager
async def _opened(hall: Application, settings: Settings) -> AsyncIterator[None]:
    async with database.connected(settings, everywhere=True) as context:
        await _prepare(settings, context)
        with using_chains(settings.log_chains):
            async with (
                hall.traced(),
                hall.sharing_limits(),
                _prepared(hall),
                _renewing_demo(settings),
                checkpoints.printing_checkpoints(settings.log_keys),
                _sending_messages(settings),
            ):
                hall.state.database = context
                yield


def _log(failure: Exception) -> None:
    if isinstance(failure, HallError):
        logger.error("the Hall cannot open: %s", failure)  # the message has the cure, a traceback would not help
    else:
        logger.error("the Hall cannot open, by a fault of its own", exc_info=failure)


async def _prepare(settings: Settings, context: TortoiseContext) -> None:
    if settings.is_demo:
        await database.migrate(context)
        await require_keys()
        await demo.ensure(settings, clock.today())
    else:
        await database.require_current(context)
        # guard: keys-must-fit
        await require_keys()
        await accounts.require_real_people()
    await clock_rollback.load_latest_time()


@asynccontextmanager
async def _prepared(hall: Application) -> AsyncIterator[None]:
    """Prepare persisted documents in the background."""
    async with running_beside(_prepare_documents(hall)) if hall.is_prepared else nullcontext():
        yield


async def _prepare_documents(hall: Application) -> None:
    try:
        await hall.prepare()
    except Exception:
        logger.exception("a trusted document is invalid; requests for it get the reason")
    _tune_garbage_collector()


def _tune_garbage_collector() -> None:
    """Freeze the objects created by now, which live for ever: the collector need not traverse them during requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


@asynccontextmanager
async def _renewing_demo(settings: Settings) -> AsyncIterator[None]:
    """Renew the dates of the demo's people each midnight, in the background."""
    async with running_beside(_renew_daily(settings)) if settings.is_demo else nullcontext():
        yield


async def _renew_daily(settings: Settings) -> None:
    renewed_on = clock.today()
    while True:
        await asyncio.sleep(min(_time_until_midnight(clock.now()), MAX_SLEEP).total_seconds())
        today = clock.today()
        if today == renewed_on:
            continue
        try:
            await demo.ensure(settings, today)
            renewed_on = today
        except Exception:
            logger.exception("the people of the demo keep yesterday's dates for now")


@asynccontextmanager
async def _sending_messages(settings: Settings) -> AsyncIterator[None]:
    """Send messages to webhooks, in the background."""
    async with running_beside(sending.send_messages(settings)) if settings.webhook_hosts else nullcontext():
        yield


def _time_until_midnight(now: datetime) -> timedelta:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return tomorrow - now
