"""The ASGI application: routes and middleware."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema

from api import clock
from api.accesslog.witnesses import Witnesses
from api.http.graphiql.page import GraphiQL
from api.http.graphql.endpoint import GraphQLEndpoint
from api.http.graphql.execution import BUSY
from api.http.observability.health import healthz, readyz
from api.http.observability.logs import RequestLog
from api.http.observability.metrics import Metrics, measure
from api.http.responses import HTTPRefusal
from api.http.server.protocol import WITHOUT_HOST, names_one_host
from api.http.static import security_txt
from api.http.static.files import ClientFiles
from api.http.static.security_headers import security_headers
from api.http.static.security_txt import SecurityTxt
from api.lifespan import lifespan_of
from api.people.context import Context
from api.schema.root import schema
from api.schemes.shared.calendar_feed import calendar_feed
from api.settings import HttpName, Settings
from api.text.i18n import Language

if TYPE_CHECKING:
    from api.http.observability.tracing import Tracing

WEB = Path(__file__).parents[1] / "web"
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
WAITING = HTTPRefusal(503, BUSY, {"Retry-After": "1"}, code="BUSY")
NO_SLASH = HTTPRefusal(404, "GraphQL is at /graphql, without a slash at the end.")


class Hall(Starlette):
    """The ASGI application. /graphql bypasses Starlette's middleware, which costs as much time as the endpoint."""

    def __init__(self, settings: Settings, *, is_prepared: bool = False) -> None:
        endpoint = GraphQLEndpoint(settings, _schema(settings), Context)
        super().__init__(routes=_routes(settings, endpoint), lifespan=lifespan_of(settings))
        self.is_prepared = is_prepared
        # Whether the database has been opened. Until then GraphQL is answered with BUSY.
        self.is_open = False
        self.state.database = None
        # The error that prevented the start, and what then ends a server that listens already.
        self.failure: Exception | None = None
        self.stop: Callable[[], None] = _terminate
        self._settings = settings
        self._endpoint = endpoint
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

    def sharing_limits(self) -> AbstractAsyncContextManager[None]:
        """Share rate limits with other machines until the block ends."""
        return self._endpoint.sharing_limits()

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
            if is_graphql and not self.is_open:
                await WAITING.answer()(scope, receive, send)
                return
            await (graphql if is_graphql else starlette)(scope, receive, send)

        app = self._tracing.around(dispatch) if self._tracing is not None else dispatch
        return RequestLog(app, self._headers, measure if self._settings.metrics_from else None)


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _routes(settings: Settings, endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    graphiql = GraphiQL(settings) if settings.graphiql else None
    return [
        *([Route("/graphiql", graphiql), Mount("/graphiql", graphiql)] if graphiql else []),
        Route("/graphql/", NO_SLASH.answer()),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        *(Witnesses(endpoint.charge_address).routes() if settings.log_keys else []),
        *([Route(security_txt.PATH, SecurityTxt(settings).answer)] if settings.security_contact else []),
        *([Route("/metrics", Metrics(settings).answer)] if settings.metrics_from else []),
        *[Route(f"/calendar/{language.lower()}.ics", _calendar) for language in Language],
        Mount("/", ClientFiles(WEB, is_watched=settings.is_demo, is_versioned=True)),
    ]


async def _calendar(request: Request) -> PlainTextResponse:
    """Return the declaration calendar in the language of the address, for phones that subscribe to it. Public."""
    language = Language(Path(request.url.path).stem.upper())
    headers = {"Cache-Control": "public, max-age=3600"}
    return PlainTextResponse(calendar_feed(language, clock.now()), headers=headers, media_type="text/calendar")


def _schema(settings: Settings) -> Schema:
    if not settings.federation:
        return schema
    from api.schema.federation import federated_schema  # noqa: PLC0415 - few Halls need a second schema

    return federated_schema()


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
