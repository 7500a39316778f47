"""Prometheus metrics at /metrics, for the addresses that HALL_METRICS_FROM names.

Labels are routes, kinds of operation, statuses, reasons and levels. Clients choose none of them, and none is personal.
Workers add to files in a shared folder, and each of them answers with the sums.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.http.request_state import RequestState, route_of
from api.http.server.client_address import comes_from
from api.http.server.worker_state import current_shared_folder
from api.settings import Settings

# From the time of a compiled plan to the longest time of a request.
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
requests = Histogram(
    "hall_request_seconds",
    "Seconds that requests took, by door and by kind of operation",
    ["door", "operation"],
    buckets=SECONDS,
    registry=registry,
)
statuses = Counter("hall_responses", "Answers, by door and HTTP status", ["door", "status"], registry=registry)
log_lines = Counter(
    "hall_log_lines", "Lines of the log besides those about requests, by level", ["level"], registry=registry
)

uncompiled = Counter(
    "hall_uncompiled_operations",
    "Operations that graphql-core executed field by field, as they had no plan, by the reason",
    ["reason"],
    registry=registry,
)
webhook_attempts = Counter(
    "hall_webhook_attempts", "Attempts to send a message to a webhook, by their outcome", ["outcome"], registry=registry
)


def count_webhook_attempt(outcome: str) -> None:
    """Count an attempt to send a message: accepted, failed, given up, gone or withheld."""
    webhook_attempts.labels(outcome).inc()


def count_uncompiled(reason: str) -> None:
    """Count an operation without a plan."""
    uncompiled.labels(reason).inc()


def measure(scope: Scope, state: RequestState, seconds: float) -> None:
    """Count a request that was answered, or whose client has disconnected."""
    route = route_of(scope)
    requests.labels(route, state.kind).observe(seconds)
    statuses.labels(route, state.status).inc()


class Metrics:
    """The endpoint /metrics."""

    def __init__(self, settings: Settings) -> None:
        self._readers = settings.metrics_from

    def answer(self, request: Request) -> Response:
        """Return all metrics in the format of Accept; 404 to addresses that HALL_METRICS_FROM does not name."""
        # guard: metrics-for-their-readers
        if not comes_from(request.scope, self._readers):
            return Response("Not Found", 404, media_type="text/plain")
        encoder, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encoder(_gathered()), headers={"Content-Type": media_type, "Cache-Control": "no-store"})


def _gathered() -> CollectorRegistry:
    """Return the numbers of this process, or the sums of all that serve."""
    if current_shared_folder() is None:
        return registry
    everybodys = CollectorRegistry()
    MultiProcessCollector(everybodys)  # type: ignore[no-untyped-call]  # the package has not annotated it
    return everybodys
