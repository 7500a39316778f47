"""OpenTelemetry traces: one span per request, correlated with its log line, without personal data."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.settings import Settings
from tests.hall import SIGN_IN
from tests.http.serving import CHECKOUT, TIMEOUT_SECONDS, serving
from tests.personal import people_in

OWN_RECORD_QUERY = "query Mine { viewer { person { name idNumber } } }"
FOREIGN_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = {"traceparent": f"00-{FOREIGN_TRACE}-00f067aa0ba902b7-01"}


class Collector:
    """The exports received so far."""

    def __init__(self) -> None:
        self.raw = b""
        self.spans: list[Any] = []
        self.services: set[str] = set()
        self._changed = Condition()

    def take(self, body: bytes) -> None:
        """Store an export."""
        export = ExportTraceServiceRequest.FromString(body)
        with self._changed:
            self.raw += body
            for each in export.resource_spans:
                resource = {attribute.key: attribute.value.string_value for attribute in each.resource.attributes}
                self.services.add(resource["service.name"])
                self.spans += [span for scope in each.scope_spans for span in scope.spans]
            self._changed.notify_all()

    def name_and_attributes(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the name and attributes of each span."""
        return [
            (span.name, {each.key: each.value.string_value or each.value.int_value for each in span.attributes})
            for span in self.spans
        ]


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """Yield a collector and its URL."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_one_span_per_request(settings: Settings) -> None:
    """A span has the request id and the fields of the log line; an operation name that could be a number is dropped."""
    with collecting() as (collector, address):
        with (
            serving(settings, OTEL_EXPORTER_OTLP_ENDPOINT=address) as served,
            httpx.Client(base_url=served.address, headers=TRACEPARENT) as browser,
        ):
            signing = {"input": {"account": "eligible", "password": "demo-eligible"}}
            browser.post("/graphql", json={"query": SIGN_IN, "variables": signing}).raise_for_status()
            person = browser.post("/graphql", json={"query": OWN_RECORD_QUERY}).json()["data"]["viewer"]["person"]
            last = browser.post("/graphql", json={"query": "query Q120101199003070013 { service { version } }"})
            browser.get(f"/120101199003070013?name={person['name']}")
        ended = collector.name_and_attributes()
    assert collector.services == {"hall"}
    assert [name for name, _ in ended] == ["POST /graphql"] * 3 + ["GET /"]
    mine, other, lost = (attributes for _, attributes in ended[1:])
    assert mine | {"hall.request_id": "?"} == {
        "http.request.method": "POST", "http.route": "/graphql", "http.response.status_code": 200,
        "graphql.operation.type": "query", "graphql.operation.name": "Mine", "hall.request_id": "?",
    }  # fmt: skip
    assert other["hall.request_id"] == last.headers["x-request-id"]
    assert "graphql.operation.name" not in other
    assert lost["http.response.status_code"] == httpx.codes.NOT_FOUND
    assert people_in(collector.raw.decode("utf-8", "replace")) == []
    assert b"120101199003070013" not in collector.raw
    assert FOREIGN_TRACE not in {span.trace_id.hex() for span in collector.spans}


def test_trace_of_trusted_proxy_is_continued(empty_settings: Settings) -> None:
    """The traceparent of a trusted proxy is continued."""
    with collecting() as (collector, address):
        proxied = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "HALL_TRUSTED_PROXIES": "127.0.0.1"}
        with serving(empty_settings, **proxied) as served:
            httpx.get(f"{served.address}/healthz", headers=TRACEPARENT).raise_for_status()
        (span,) = collector.spans
    assert span.trace_id.hex() == FOREIGN_TRACE


def test_unreachable_collector_has_no_effect(empty_settings: Settings) -> None:
    """With an unreachable collector requests are answered, and the server exits on SIGTERM."""
    with serving(empty_settings, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as served:
        for _ in range(3):
            assert httpx.get(f"{served.address}/healthz").status_code == httpx.codes.OK
        served.terminate()
        served.exit_status()
        assert served.events("Finished server process")


def test_missing_telemetry_packages_are_named(empty_settings: Settings) -> None:
    """With a collector but without the packages, the server exits and names the requirements file."""
    without = "import sys; sys.modules['opentelemetry'] = None; from api.__main__ import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", without, "serve"],
        cwd=CHECKOUT,
        env={
            "HALL_DATA": str(empty_settings.data),
            "HALL_INSECURE_COOKIES": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert ended.returncode == 2, ended.stderr
    assert "requirements-telemetry.txt" in ended.stderr
