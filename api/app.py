"""The application: which address leads where, and what is open while it runs."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from tortoise.context import TortoiseContext

from api import clock, demo
from api.accesslog import checkpoints
from api.accounts import clock_rollback
from api.accounts import service as accounts
from api.db import database
from api.db.reencryption import require_keys
from api.errors import HallError
from api.http.graphiql.page import GraphiQL
from api.http.graphql.endpoint import GraphQLEndpoint
from api.http.observability.health import healthz, readyz
from api.http.observability.logs import RequestLog
from api.http.observability.metrics import Metrics, measure
from api.http.responses import HTTPRefusal
from api.http.server.protocol import WITHOUT_HOST, names_one_host
from api.http.static import security_txt
from api.http.static.files import ClientFiles
from api.http.static.security_headers import security_headers
from api.http.static.security_txt import SecurityTxt
from api.people.context import Context
from api.schema.root import schema
from api.settings import HttpName, Settings
from api.timeouts import running_beside

if TYPE_CHECKING:
    from api.http.observability.tracing import Tracing

WEB = Path(__file__).parents[1] / "web"
# How many objects more than before make the collector look at the youngest, and how often it looks at older ones.
COLLECTED_AFTER = (10_000, 10, 5)
# A machine that slept notices the new day this late.
LONGEST_SLEEP = timedelta(minutes=10)
ONE_HOST = HTTPRefusal(400, "Name the host once, in one Host header.", {"Connection": "close"})
NO_SLASH = HTTPRefusal(404, "GraphQL is at /graphql, without a slash at the end.")
logger = logging.getLogger("hall")


class Hall(Starlette):
    """The Hall as an application; /graphql is answered before Starlette's layers, which cost as much as it does."""

    def __init__(self, settings: Settings, *, is_prepared: bool = False) -> None:
        super().__init__(routes=_routes(settings), lifespan=_lifespan(settings))
        self.is_prepared = is_prepared
        # Why it could not open.
        self.failure: Exception | None = None
        self._settings = settings
        self._endpoint = GraphQLEndpoint(settings, schema, Context)
        self._graphql = _opened(self._endpoint, settings)
        self._headers = security_headers(settings)
        self._tracing = _tracing(settings)

    @asynccontextmanager
    async def traced(self) -> AsyncIterator[None]:
        """Send what is left of the traces when the block ends."""
        try:
            yield
        finally:
            if self._tracing is not None:
                await self._tracing.close()

    async def prepare(self) -> None:
        """Make ready what would otherwise be made when somebody asks; whoever asks meanwhile need not wait for it."""
        await self._endpoint.prepare()

    def build_middleware_stack(self) -> ASGIApp:
        """Return all layers, the outermost first."""
        everything_else = super().build_middleware_stack()
        graphql = self._graphql
        # The Hall's own protocol has looked already.
        looks_at_host = self._settings.http is HttpName.UVICORN

        async def doors(scope: Scope, receive: Receive, send: Send) -> None:
            if WITHOUT_HOST in scope or (looks_at_host and scope["type"] == "http" and not names_one_host(scope)):
                await ONE_HOST.answer()(scope, receive, send)
                return
            is_graphql = scope["type"] == "http" and scope["path"] == "/graphql"
            await (graphql if is_graphql else everything_else)(scope, receive, send)

        app = self._tracing.around(doors) if self._tracing is not None else doors
        return RequestLog(app, self._headers, measure if self._settings.metrics_from else None)


def create_app(settings: Settings) -> Hall:
    """Return the Hall of `settings`."""
    return Hall(settings)


def _routes(settings: Settings) -> list[BaseRoute]:
    graphiql = GraphiQL(settings) if settings.graphiql else None
    return [
        *([Route("/graphiql", graphiql), Mount("/graphiql", graphiql)] if graphiql else []),
        Route("/graphql/", NO_SLASH.answer()),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        *([Route(security_txt.PATH, SecurityTxt(settings).answer)] if settings.security_contact else []),
        *([Route("/metrics", Metrics(settings).answer)] if settings.metrics_from else []),
        Mount("/", ClientFiles(WEB, is_watched=settings.is_demo)),
    ]


def _tracing(settings: Settings) -> "Tracing | None":
    if not settings.is_traced:
        return None
    from api.http.observability.tracing import Tracing  # noqa: PLC0415 - a Hall that sends no traces need not have the packages

    return Tracing(settings)


def _opened(endpoint: GraphQLEndpoint, settings: Settings) -> ASGIApp:
    """Return the endpoint, open to pages of the other origins that the settings name; to none by default."""
    if not settings.cors_origins:
        return endpoint
    return CORSMiddleware(
        endpoint,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", "Authorization"],
        allow_credentials=True,
        expose_headers=["X-Request-Id", "Retry-After"],
    )


def _lifespan(settings: Settings) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Hall) -> AsyncIterator[None]:
        """Keep the database open; leaving waits until every transaction has ended."""
        is_open = False
        try:
            async with database.connected(settings, everywhere=True) as context:
                app.state.database = context
                await _prepare(settings, context)
                async with app.traced(), _prepared(app), _each_day(settings), checkpoints.printing_checkpoints():
                    is_open = True
                    yield
        except Exception as error:
            if is_open:
                logger.exception("the Hall could not close in order")
            else:
                app.failure = error
                _log(error)
            raise

    return lifespan


def _log(failure: Exception) -> None:
    if isinstance(failure, HallError):
        logger.error("the Hall cannot open: %s", failure)  # the message says the cure, and the place does not matter
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
async def _prepared(hall: Hall) -> AsyncIterator[None]:
    """Make the Hall ready for its first questions, while it is open already."""
    async with running_beside(_prepare_documents(hall)) if hall.is_prepared else nullcontext():
        yield


async def _prepare_documents(hall: Hall) -> None:
    try:
        await hall.prepare()
    except Exception:
        logger.exception("a trusted document is wrong: whoever asks for it is told why")
    _keep_the_collector_away()


def _keep_the_collector_away() -> None:
    """Set aside what was made by now, which stays: the collector need not go through it again while somebody waits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


@asynccontextmanager
async def _each_day(settings: Settings) -> AsyncIterator[None]:
    """Give the people of the demo new dates each midnight, so that their stories stay true."""
    async with running_beside(_renew(settings)) if settings.is_demo else nullcontext():
        yield


async def _renew(settings: Settings) -> None:
    theirs = clock.today()
    while True:
        await asyncio.sleep(min(_until_midnight(clock.now()), LONGEST_SLEEP).total_seconds())
        today = clock.today()
        if today == theirs:
            continue
        try:
            await demo.ensure(settings, today)
            theirs = today
        except Exception:
            logger.exception("the people of the demo keep yesterday's dates for now")


def _until_midnight(now: datetime) -> timedelta:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return tomorrow - now
