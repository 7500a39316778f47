"""Traces for whoever collects them: one span a request, that finds its line in the log and tells of nobody."""

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
from tests.http.serving import CHECKOUT, PATIENCE, serving
from tests.personal import people_in

OWN = "query Mine { viewer { person { name idNumber } } }"
FOREIGN_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = {"traceparent": f"00-{FOREIGN_TRACE}-00f067aa0ba902b7-01"}


class Collector:
    """What a Hall has sent so far."""

    def __init__(self) -> None:
        self.raw = b""
        self.spans: list[Any] = []
        self.services: set[str] = set()
        self._heard = Condition()

    def take(self, body: bytes) -> None:
        """Take an export."""
        export = ExportTraceServiceRequest.FromString(body)
        with self._heard:
            self.raw += body
            for each in export.resource_spans:
                resource = {attribute.key: attribute.value.string_value for attribute in each.resource.attributes}
                self.services.add(resource["service.name"])
                self.spans += [span for scope in each.scope_spans for span in scope.spans]
            self._heard.notify_all()

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Return each span: its name and attributes."""
        return [
            (span.name, {each.key: each.value.string_value or each.value.int_value for each in span.attributes})
            for span in self.spans
        ]


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """Yield a collector, and the address at which it listens."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_each_request_is_a_span_about_nobody(settings: Settings) -> None:
    """With the id of its line in the log, and what that line says; a name that could be a number is left out."""
    with collecting() as (collector, address):
        with (
            serving(settings, OTEL_EXPORTER_OTLP_ENDPOINT=address) as served,
            httpx.Client(base_url=served.address, headers=TRACEPARENT) as browser,
        ):
            signing = {"input": {"account": "eligible", "password": "demo-eligible"}}
            browser.post("/graphql", json={"query": SIGN_IN, "variables": signing}).raise_for_status()
            person = browser.post("/graphql", json={"query": OWN}).json()["data"]["viewer"]["person"]
            last = browser.post("/graphql", json={"query": "query Q120101199003070013 { service { version } }"})
            browser.get(f"/120101199003070013?name={person['name']}")
        ended = collector.told()
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


def test_the_trace_of_a_known_proxy_goes_on(empty_settings: Settings) -> None:
    """Behind a proxy that the operator named; whoever else sends a trace is not believed, as seen above."""
    with collecting() as (collector, address):
        proxied = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "HALL_TRUSTED_PROXIES": "127.0.0.1"}
        with serving(empty_settings, **proxied) as served:
            httpx.get(f"{served.address}/healthz", headers=TRACEPARENT).raise_for_status()
        (span,) = collector.spans
    assert span.trace_id.hex() == FOREIGN_TRACE


def test_a_collector_that_is_gone_disturbs_nobody(empty_settings: Settings) -> None:
    """Requests are answered, and the Hall ends when it is asked to."""
    with serving(empty_settings, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as served:
        for _ in range(3):
            assert httpx.get(f"{served.address}/healthz").status_code == httpx.codes.OK
        served.ask_to_end()
        served.exit_status()
        assert served.said("Finished server process")


def test_missing_packages_are_named(empty_settings: Settings) -> None:
    """Where a collector is named and nothing is installed that could send, the Hall says what to install."""
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
        timeout=PATIENCE,
    )
    assert ended.returncode == 2, ended.stderr
    assert "requirements-telemetry.txt" in ended.stderr
