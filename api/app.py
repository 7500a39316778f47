"""The ASGI application: routes, middleware and lifespan."""

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
# `gc.set_threshold` values.
GC_THRESHOLDS = (10_000, 10, 5)
# The longest delay after which a machine that was suspended notices a new day.
MAX_SLEEP = timedelta(minutes=10)
# What clients in browsers send: the Hall reads the first line; libraries add the others, for other servers and for
# tracing.
CLIENT_HEADERS = (
    *("Authorization", "Content-Type", "If-None-Match"),
    *("Apollo-Require-Preflight", "ApolloGraphQL-Client-Name", "ApolloGraphQL-Client-Version"),
    *("GraphQL-Client-Name", "GraphQL-Client-Version", "GraphQL-Preflight", "X-GraphQL-Client-Name"),
    *("X-Apollo-Operation-Id", "X-Apollo-Operation-Name", "X-Apollo-Operation-Type", "X-Requested-With"),
    *("baggage", "traceparent", "tracestate"),
)
ONE_HOST = HTTPRefusal(400, "Name the host once, in one Host header.", {"Connection": "close"})
NO_SLASH = HTTPRefusal(404, "GraphQL is at /graphql, without a slash at the end.")
logger = logging.getLogger("hall")


class Hall(Starlette):
    """The ASGI application. /graphql bypasses Starlette's middleware, which costs as much time as the endpoint."""

    def __init__(self, settings: Settings, *, is_prepared: bool = False) -> None:
        super().__init__(routes=_routes(settings), lifespan=_lifespan(settings))
        self.is_prepared = is_prepared
        # The error that prevented the start.
        self.failure: Exception | None = None
        self._settings = settings
        self._endpoint = GraphQLEndpoint(settings, schema, Context)
        self._graphql = _with_cors(self._endpoint, settings)
        self._headers = security_headers(settings)
        self._tracing = _tracing(settings)

    @asynccontextmanager
    async def traced(self) -> AsyncIterator[None]:
        """Send the remaining traces when the block ends."""
        try:
            yield
        finally:
            if self._tracing is not None:
                await self._tracing.close()

    async def prepare(self) -> None:
        """Prepare persisted documents before their first request, without blocking requests."""
        await self._endpoint.prepare()

    def build_middleware_stack(self) -> ASGIApp:
        """Return the middleware stack, the outermost first."""
        starlette = super().build_middleware_stack()
        graphql = self._graphql
        # The Hall's own protocol has checked the Host header already.
        checks_host = self._settings.http is HttpName.UVICORN

        async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
            if WITHOUT_HOST in scope or (checks_host and scope["type"] == "http" and not names_one_host(scope)):
                await ONE_HOST.answer()(scope, receive, send)
                return
            is_graphql = scope["type"] == "http" and scope["path"] == "/graphql"
            await (graphql if is_graphql else starlette)(scope, receive, send)

        app = self._tracing.around(dispatch) if self._tracing is not None else dispatch
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


def _with_cors(endpoint: GraphQLEndpoint, settings: Settings) -> ASGIApp:
    """Return the endpoint with CORS for the origins of the settings, by default for none."""
    if not settings.cors_origins:
        return endpoint
    return CORSMiddleware(
        endpoint,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=CLIENT_HEADERS,
        allow_credentials=True,
        expose_headers=["ETag", "Retry-After", "WWW-Authenticate", "X-Request-Id"],
    )


def _lifespan(settings: Settings) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Hall) -> AsyncIterator[None]:
        """Open the database; on exit wait until open transactions have ended."""
        is_open = False
        try:
            async with database.connected(settings, everywhere=True) as context:
                app.state.database = context
                await _prepare(settings, context)
                async with app.traced(), _prepared(app), _renewing_demo(settings), checkpoints.printing_checkpoints():
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
async def _prepared(hall: Hall) -> AsyncIterator[None]:
    """Prepare persisted documents in the background."""
    async with running_beside(_prepare_documents(hall)) if hall.is_prepared else nullcontext():
        yield


async def _prepare_documents(hall: Hall) -> None:
    try:
        await hall.prepare()
    except Exception:
        logger.exception("a trusted document is wrong: whoever asks for it is told why")
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


def _time_until_midnight(now: datetime) -> timedelta:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return tomorrow - now
