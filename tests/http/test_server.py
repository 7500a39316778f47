"""The server on a real socket: the GraphQL-over-HTTP audits, and graceful shutdown."""

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.app import Hall
from api.server import Server, configuration
from api.settings import Settings
from tests.http.sample import JSON
from tests.http.serving import Served, free_port, serving

HERE = Path(__file__).parent
AUDITS = 61


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """A demo server in a separate process."""
    with serving(settings) as served:
        yield served


def test_graphql_over_http_audits_pass(served: Served) -> None:
    """All audits of graphql-http pass without warnings."""
    path = os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])
    node = shutil.which("node", path=path)
    assert node is not None, "Node is not installed; `make test` installs it."
    command = [node, "audits.mjs", f"{served.address}/graphql"]
    audited = subprocess.run(command, cwd=HERE, check=False, capture_output=True, text=True)
    assert audited.returncode == 0, audited.stderr
    results = json.loads(audited.stdout)
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == AUDITS


def test_oversized_body_gets_response(served: Served) -> None:
    """An oversized body returns 413, although the server does not read it."""
    for size in (70_000, 5_000_000):
        response = httpx.post(f"{served.address}/graphql", content=b" " * size, headers=JSON)
        assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_log_of_terminated_server_is_json(served: Served) -> None:
    """After SIGTERM every log line is JSON, and the requests are among them."""
    assert httpx.get(f"{served.address}/readyz").json() == {"status": "ready", "reads": True, "writes": True}
    served.stop()
    requests = [line for line in served.lines if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == [("GET", "/readyz", 200)]


def test_request_in_progress_is_answered_on_shutdown(served: Served) -> None:
    """A request that has started before SIGTERM gets its response."""
    body = b'{"query": "{ service { version } }"}'
    host, port = served.address.removeprefix("http://").split(":")
    head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")
        served.terminate()
        served.wait_until("Shutting down")
        connection.sendall(body)
        with connection.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
            assert b'"version"' in answer.read()


async def test_signal_just_after_start_ends_in_order(settings: Settings) -> None:
    """A signal that arrives while the server reports that it listens leads to a shutdown, and to no cancelled one."""
    server = Server(configuration(replace(settings, port=free_port()), Hall(settings)))

    class Signalling(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("Uvicorn running"):
                server.handle_exit(signal.SIGTERM, None)

    logger, handler = logging.getLogger("uvicorn.error"), Signalling()
    logger.addHandler(handler)
    try:
        # Not serve(), which would raise the signal again at its end.
        await server._serve()
    finally:
        logger.removeHandler(handler)
    assert server.should_exit
    assert not server.servers[0].is_serving()


def test_database_without_migrations_is_not_served(empty_settings: Settings, tmp_path: Path) -> None:
    """In production the server exits with the migration command if the database lacks migrations."""
    behind = replace(empty_settings, data=tmp_path / "new", database_url=f"sqlite://{tmp_path / 'new.sqlite3'}")
    with pytest.raises(AssertionError, match="python -m api migrate"), serving(behind):
        pass
