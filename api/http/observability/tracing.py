"""OpenTelemetry: one span for each request, sent to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names.

A span has the fields of the log line: route, method, status, kind and name of the operation, request id; no address,
no query, no values. The other OTEL_… variables mean what the SDK documents. Incoming trace ids are used only behind a
proxy that HALL_TRUSTED_PROXIES names: a client could send any.
"""

import asyncio
import os
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Receive, Scope, Send

from api import VERSION
from api.http.observability.logs import plain_name
from api.http.request_state import Headers, RequestState, request_state_of, route_of
from api.settings import Settings

# A collector that does not answer must not keep a Hall from ending.
PATIENCE_SECONDS = 2
FIRST_FAULT = 500


class Tracing:
    """Spans on their way to a collector."""

    def __init__(self, settings: Settings) -> None:
        self._continues = bool(settings.trusted_proxies)
        self._parents = TraceContextTextMapPropagator()
        here = Resource({"service.name": "hall", "service.version": VERSION})
        self._provider = TracerProvider(resource=here.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
        patience = None if "OTEL_EXPORTER_OTLP_TIMEOUT" in os.environ else PATIENCE_SECONDS
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=patience)))
        self._tracer = self._provider.get_tracer("hall", VERSION)

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return `app` with a span for each request."""

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            span = self._begun(scope)
            try:
                await app(scope, receive, send)
            finally:
                _end(span, request_state_of(scope))

        return traced

    def _begun(self, scope: Scope) -> Span:
        route, method = route_of(scope), scope["method"] if scope["method"].isalpha() else "_OTHER"
        parent = None
        if self._continues:
            headers = Headers(scope["headers"])
            sent = {name: headers.get(name.encode()) for name in self._parents.fields}
            parent = self._parents.extract({name: value for name, value in sent.items() if value is not None})
        return self._tracer.start_span(
            f"{method} {route}",
            parent,
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method, "http.route": route, "hall.request_id": _id(scope)},
        )

    async def close(self) -> None:
        """Send the remaining spans, unless the collector does not answer."""
        last = Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        await asyncio.to_thread(last.join, PATIENCE_SECONDS)


def _id(scope: Scope) -> str:
    return request_state_of(scope).request_id


def _end(span: Span, state: RequestState) -> None:
    span.set_attribute("http.response.status_code", state.status)
    if state.kind:
        span.set_attribute("graphql.operation.type", state.kind)
    # guard: traces-without-names
    if name := plain_name(state.operation):
        span.set_attribute("graphql.operation.name", name)
    if state.status >= FIRST_FAULT or not state.status:
        span.set_status(StatusCode.ERROR)
    span.end()
