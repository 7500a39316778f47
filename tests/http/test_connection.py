"""Connections on a real socket: pipelining, keep-alive, the request-head cache, and responses sent synchronously."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import parse_headers
from time import sleep
from typing import Any, BinaryIO

import httpx
import pytest

from api.http.server import request_head_cache
from api.settings import Mode, Settings
from tests.conftest import needs_hall_http
from tests.databases import Databases
from tests.http.raw_requests import SYNCHRONOUS_QUERY, graphql_request
from tests.http.serving import Served, serving

# One server process for all tests of this file.
pytestmark = pytest.mark.xdist_group("connection")
TIMEOUT_SECONDS = 30
# The server closes an idle connection after KEEP_ALIVE_SECONDS; a test that expects an early end allows SOON.
KEEP_ALIVE_SECONDS, SOON = 5, 3
# Long enough for a piece to arrive as a separate TCP segment.
SEGMENT_SECONDS = 0.05


@pytest.fixture(scope="module")
def served(databases: Databases, demo_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo server in a separate process."""
    data = tmp_path_factory.mktemp("served")
    with databases.copy(demo_address, data) as address:
        settings = Settings(mode=Mode.DEMO, data=data, database_url=address)
        with serving(settings) as served:
            yield served


@pytest.fixture
def connection(served: Served) -> Iterator[socket.socket]:
    """A connection to the server."""
    with closing(connect(served)) as connection:
        yield connection


def connect(served: Served) -> socket.socket:
    """Return a new connection to a server."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)


@dataclass(frozen=True, slots=True)
class Response:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body parsed as JSON."""
        return json.loads(self.body)


def read_responses(connection: socket.socket, number: int) -> list[Response]:
    """Read this number of responses from a connection."""
    with connection.makefile("rb") as stream:
        return [_read(stream) for _ in range(number)]


def _read(stream: BinaryIO) -> Response:
    status = int(stream.readline().split()[1])
    headers = {name.lower(): value for name, value in parse_headers(stream).items()}
    return Response(status, headers, stream.read(int(headers["content-length"])))


def test_pipelined_requests_are_answered_in_order(connection: socket.socket) -> None:
    """Pipelined requests are answered in their order."""
    connection.sendall(b"".join(graphql_request(f"{{ n{number}: __typename }}") for number in range(5)))
    bodies = [each.json for each in read_responses(connection, 5)]
    assert bodies == [{"data": {f"n{number}": "Query"}} for number in range(5)]


def test_all_responses_have_same_headers(connection: socket.socket) -> None:
    """A synchronous response has the same headers as one that uvicorn's request cycle sends."""
    connection.sendall(graphql_request(SYNCHRONOUS_QUERY) * 2)
    synchronous, from_task = read_responses(connection, 2)
    assert synchronous.status == from_task.status == 200
    assert synchronous.headers.keys() == from_task.headers.keys() > {"x-request-id", "date", "content-security-policy"}
    differing = {name for name, value in synchronous.headers.items() if value != from_task.headers[name]}
    assert {"x-request-id"} <= differing <= {"x-request-id", "date"}


def test_body_may_arrive_in_pieces(connection: socket.socket) -> None:
    """A request whose head and body arrive in pieces is answered."""
    whole = graphql_request(SYNCHRONOUS_QUERY)
    for piece in (whole[:90], whole[90:-10], whole[-10:]):
        connection.sendall(piece)
    assert "data" in read_responses(connection, 1)[0].json


def test_asynchronous_request_is_answered(connection: socket.socket) -> None:
    """A sign-in, which writes to the database and hashes in a thread, is answered, and the connection stays usable."""
    sign_in = 'mutation { signIn(input: {account: "eligible", password: "demo-eligible"}) { __typename } }'
    connection.sendall(graphql_request(sign_in))
    (signed_in,) = read_responses(connection, 1)
    assert signed_in.json == {"data": {"signIn": {"__typename": "SignedIn"}}}
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    connection.sendall(graphql_request("{ viewer { account } }", f"Cookie: {cookie}"))
    assert read_responses(connection, 1)[0].json == {"data": {"viewer": {"account": "eligible"}}}


def test_request_in_body_is_not_executed(connection: socket.socket) -> None:
    """A request hidden in the body of another one with a cached head is read as the body."""
    hidden = graphql_request(SYNCHRONOUS_QUERY)
    connection.sendall(hidden)
    assert read_responses(connection, 1)[0].status == 200
    connection.sendall(graphql_request(" " * len(hidden)).replace(b" " * len(hidden), b"")[: -len(b'{"query": ""}')])
    sleep(SEGMENT_SECONDS)
    connection.sendall(hidden)
    sleep(SEGMENT_SECONDS)
    connection.sendall(b"x" * (len(json.dumps({"query": " " * len(hidden)})) - len(hidden)))
    assert [each.status for each in read_responses(connection, 1)] == [400]


async def test_incomplete_head_is_not_cached() -> None:
    """A head without an end is not cached, even if its length equals its Content-Length."""
    request_head_cache.put(b"GET" + b"x" * 5000, {"headers": [(b"content-length", b"5000")]})
    assert request_head_cache.get(b"GET" + b"y" * 5000) is None


@pytest.mark.parametrize("beyond", range(3, 8))
def test_ambiguous_head_is_not_cached(served: Served, connection: socket.socket, beyond: int) -> None:
    """A head whose length collides with its Content-Length does not match the request of another client."""
    address = "/graphql?query=%7Bpoisoned%3A__typename%7D"
    start = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {'x' * 3000}\r\n"
    content_length = len(start) + len("Content-Length: 0000\r\n\r\n") - beyond
    connection.sendall(f"{start}Content-Length: {content_length}\r\n\r\n".encode())
    sleep(SEGMENT_SECONDS)
    for method in ("GET", "POST"):
        begin = f"{method} /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Pad: "
        padding = "y" * (content_length + beyond - len(begin) - 4)
        with closing(connect(served)) as other:
            other.settimeout(SOON)
            other.sendall(f"{begin}{padding}\r\n\r\n".encode())
            assert b"poisoned" not in other.recv(3000)


@pytest.mark.parametrize(("headers", "version"), [(["Connection: close"], "1.1"), ([], "1.0")])
def test_connection_close_is_honoured(connection: socket.socket, headers: list[str], version: str) -> None:
    """After the response to `Connection: close` or HTTP/1.0 the server closes the connection."""
    connection.settimeout(SOON)
    connection.sendall(graphql_request(SYNCHRONOUS_QUERY, *headers, version=version))
    assert "data" in read_responses(connection, 1)[0].json
    assert connection.recv(1) == b""


def test_incomplete_request_is_closed_after_refusal(connection: socket.socket) -> None:
    """If the rest of a refused request does not arrive, the server closes the connection after the keep-alive time."""
    connection.sendall(graphql_request(SYNCHRONOUS_QUERY).replace(b"application/json", b"text/plain")[:-5])
    assert read_responses(connection, 1)[0].status == 415
    connection.settimeout(2 * KEEP_ALIVE_SECONDS)
    assert connection.recv(1) == b""


def test_expect_100_continue(connection: socket.socket) -> None:
    """The server sends 100 Continue before the body is sent."""
    whole = graphql_request(SYNCHRONOUS_QUERY, "Expect: 100-continue")
    head, _, body = whole.partition(b"\r\n\r\n")
    connection.sendall(head + b"\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
    connection.sendall(body)
    assert "data" in read_responses(connection, 1)[0].json


def test_many_connections_are_answered(served: Served) -> None:
    """40 connections, more than the database pool has, are answered by compiled plans, and no plan fails."""
    document = "{ viewer { person { idType { code } insurances { status { code } } } } }"
    request = graphql_request(document, f"Cookie: {session_cookie(served, 'eligible')}")
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(connect(served))) for _ in range(40)]
        for _ in range(5):
            for each in connections:
                each.sendall(request)
            bodies = [read_responses(each, 1)[0].json for each in connections]
            assert [each["data"]["viewer"]["person"]["idType"] for each in bodies] == [{"code": "01"}] * 40
    assert [line for line in served.lines if line["level"] == "ERROR"] == []


def test_aborted_request_does_not_affect_others(served: Served, connection: socket.socket) -> None:
    """After a client aborts in the middle of a request, other clients are answered."""
    connection.sendall(graphql_request(SYNCHRONOUS_QUERY)[:-5])
    connection.close()
    with closing(connect(served)) as other:
        other.sendall(graphql_request(SYNCHRONOUS_QUERY))
        assert read_responses(other, 1)[0].status == 200


def test_same_head_with_other_body(connection: socket.socket) -> None:
    """A cached request head does not determine the body: requests with the same head get different responses."""
    names = ("first", "other", "third")
    for name in (*names, *reversed(names)):
        connection.sendall(graphql_request(f"{{ {name}: __typename }}"))
        assert read_responses(connection, 1)[0].json == {"data": {name: "Query"}}


def test_cached_head_may_arrive_in_pieces(connection: socket.socket) -> None:
    """After a cached head, the body may be late or another request may follow; responses come in order."""
    whole = graphql_request(SYNCHRONOUS_QUERY)
    for _ in range(2):
        connection.sendall(whole)
        assert read_responses(connection, 1)[0].status == 200
    for pieces in ((whole[:-7], whole[-7:]), (whole[:30], whole[30:]), (whole + whole[:50], whole[50:])):
        for piece in pieces:
            connection.sendall(piece)
            sleep(SEGMENT_SECONDS)
        responses = read_responses(connection, 1 + (len(pieces[0]) > len(whole)))
        assert [each.status for each in responses] in ([200], [200, 200])
    connection.sendall(whole)
    assert read_responses(connection, 1)[0].status == 200


def test_second_half_of_head_is_no_request(served: Served, connection: socket.socket) -> None:
    """The second half of a split head is not a valid request by itself."""
    whole = graphql_request(SYNCHRONOUS_QUERY)
    for piece in (whole[:30], whole[30:]):
        connection.sendall(piece)
        sleep(SEGMENT_SECONDS)
    assert read_responses(connection, 1)[0].status == 200
    with closing(connect(served)) as other:
        other.sendall(whole[30:])
        assert other.recv(1000).startswith(b"HTTP/1.1 400 ")


@needs_hall_http
def test_bytes_after_body_are_rejected(served: Served, connection: socket.socket) -> None:
    """Bytes after the announced body close the connection with 400, and their request is not executed."""
    connection.sendall(graphql_request(SYNCHRONOUS_QUERY))
    assert read_responses(connection, 1)[0].status == 200
    connection.sendall(graphql_request("query Unwanted { __typename }") + b"x" * 10 + b"\r\n\r\n")
    assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert connection.recv(1) == b""
    with closing(connect(served)) as other:
        other.sendall(graphql_request("query Wanted { __typename }"))
        assert read_responses(other, 1)[0].status == 200
    sleep(SEGMENT_SECONDS)
    names = {each.get("operation") for each in served.lines}
    assert {"Wanted", "Unwanted"} & names == {"Wanted"}


def test_session_is_read_from_each_head(served: Served, connection: socket.socket) -> None:
    """Requests of two sessions and of none on one connection are distinguished."""
    tokens = {account: session_cookie(served, account) for account in ("eligible", "enrolled")}
    for account in ("eligible", "enrolled", "eligible"):
        connection.sendall(graphql_request("{ viewer { account } }", f"Cookie: {tokens[account]}"))
        assert read_responses(connection, 1)[0].json == {"data": {"viewer": {"account": account}}}
    connection.sendall(graphql_request("{ viewer { account } }"))
    assert read_responses(connection, 1)[0].json == {"data": {"viewer": None}}


def session_cookie(served: Served, account: str) -> str:
    """Sign in and return the session cookie."""
    text = f'mutation {{ signIn(input: {{account: "{account}", password: "demo-{account}"}}) {{ __typename }} }}'
    signed_in = httpx.post(f"{served.address}/graphql", json={"query": text})
    return signed_in.headers["Set-Cookie"].partition(";")[0]


WITHOUT_ONE_HOST = {
    "none": b"POST /graphql HTTP/1.1\r\n",
    "two": b"POST /graphql HTTP/1.1\r\nHost: hall.example\r\nHost: evil.example\r\n",
    "the same twice": b"POST /graphql HTTP/1.1\r\nHost: hall.example\r\nhost: hall.example\r\n",
    "two, of old": b"POST /graphql HTTP/1.0\r\nHost: hall.example\r\nHost: evil.example\r\n",
    "none, for a page": b"GET / HTTP/1.1\r\n",
}


@pytest.mark.parametrize("head", WITHOUT_ONE_HOST.values(), ids=WITHOUT_ONE_HOST)
def test_host_header_is_required_once(served: Served, head: bytes) -> None:
    """No Host header, or two, returns 400, also for a cached head: a proxy may have used the other one."""
    body = b'{"query": "{ __typename }"}'
    rest = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    for _ in range(2):
        with closing(connect(served)) as connection:
            connection.sendall(head + rest)
            (refused,) = read_responses(connection, 1)
        assert refused.status == httpx.codes.BAD_REQUEST
        assert "Host" in refused.json["errors"][0]["message"]
        assert refused.headers["x-request-id"]


def test_http_1_0_needs_no_host(connection: socket.socket) -> None:
    """HTTP/1.0 requires no Host header."""
    connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert read_responses(connection, 1)[0].status == httpx.codes.OK
