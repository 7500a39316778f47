"""Connections on a real socket: questions that are answered at once, in turn, or later, and how they are sent."""

import json
import os
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
from api.settings import Settings
from tests.databases import Databases
from tests.http.questions import AT_ONCE, question
from tests.http.serving import Served, serving

# One served Hall for all of them.
pytestmark = pytest.mark.xdist_group("connection")
PATIENCE = 30
# A connection that rests is closed after so many seconds, and not before this.
RESTING, SOON = 5, 3
# Long enough for what was sent to arrive by itself.
A_MOMENT = 0.05


@pytest.fixture(scope="module")
def served(databases: Databases, demo_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo Hall as a process of its own."""
    data = tmp_path_factory.mktemp("served")
    with databases.copy(demo_address, data) as address:
        settings = Settings.from_environment(
            {"HALL_MODE": "demo", "HALL_DATA": str(data), "HALL_DATABASE_URL": address}
        )
        with serving(settings) as served:
            yield served


@pytest.fixture
def line(served: Served) -> Iterator[socket.socket]:
    """A connection to it."""
    with closing(connected(served)) as line:
        yield line


def connected(served: Served) -> socket.socket:
    """Return a connection to a Hall."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON says it."""
        return json.loads(self.body)


def answers(line: socket.socket, number: int) -> list[Answer]:
    """Return so many answers, as they come one after the other."""
    with line.makefile("rb") as stream:
        return [_read(stream) for _ in range(number)]


def _read(stream: BinaryIO) -> Answer:
    status = int(stream.readline().split()[1])
    headers = {name.lower(): value for name, value in parse_headers(stream).items()}
    return Answer(status, headers, stream.read(int(headers["content-length"])))


def test_questions_sent_together_are_answered_in_their_order(line: socket.socket) -> None:
    """Whoever does not wait for one answer before asking again gets all of them, each to its question."""
    line.sendall(b"".join(question(f"{{ n{number}: __typename }}") for number in range(5)))
    assert [each.told for each in answers(line, 5)] == [{"data": {f"n{number}": "Query"}} for number in range(5)]


def test_the_short_way_and_the_ordinary_one_send_the_same_headers(line: socket.socket) -> None:
    """What is answered at once has every header that uvicorn's own way gives to a question that came behind it."""
    line.sendall(question(AT_ONCE) * 2)
    short, ordinary = answers(line, 2)
    assert short.status == ordinary.status == 200
    assert short.headers.keys() == ordinary.headers.keys() > {"x-request-id", "date", "content-security-policy"}
    differing = {name for name, value in short.headers.items() if value != ordinary.headers[name]}
    assert {"x-request-id"} <= differing <= {"x-request-id", "date"}


def test_a_body_may_arrive_later_than_its_headers(line: socket.socket) -> None:
    """A question whose body comes in pieces is answered once it is there."""
    whole = question(AT_ONCE)
    for piece in (whole[:90], whole[90:-10], whole[-10:]):
        line.sendall(piece)
    assert "data" in answers(line, 1)[0].told


def test_a_question_that_has_to_wait_is_answered_too(line: socket.socket) -> None:
    """Signing in writes to the database and hashes in a thread; the connection goes on afterwards."""
    sign_in = 'mutation { signIn(input: {account: "eligible", password: "demo-eligible"}) { __typename } }'
    line.sendall(question(sign_in))
    (signed_in,) = answers(line, 1)
    assert signed_in.told == {"data": {"signIn": {"__typename": "SignedIn"}}}
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    line.sendall(question("{ viewer { account } }", f"Cookie: {cookie}"))
    assert answers(line, 1)[0].told == {"data": {"viewer": {"account": "eligible"}}}


def test_a_body_that_looks_like_a_request_is_a_body(line: socket.socket) -> None:
    """Whoever hides a request in the body of another, whose head is known, gets an answer to the one that was sent."""
    hidden = question(AT_ONCE)
    line.sendall(hidden)
    assert answers(line, 1)[0].status == 200
    line.sendall(question(" " * len(hidden)).replace(b" " * len(hidden), b"")[: -len(b'{"query": ""}')])
    sleep(A_MOMENT)
    line.sendall(hidden)
    sleep(A_MOMENT)
    line.sendall(b"x" * (len(json.dumps({"query": " " * len(hidden)})) - len(hidden)))
    assert [each.status for each in answers(line, 1)] == [400]


async def test_a_head_without_an_end_is_never_known() -> None:
    """Not even where the rest of what came is as long as it says."""
    request_head_cache.put(b"GET" + b"x" * 5000, {"headers": [(b"content-length", b"5000")]})
    assert request_head_cache.get(b"GET" + b"y" * 5000) is None


@pytest.mark.parametrize("beyond", range(3, 8))
def test_a_head_that_cannot_be_told_from_others_is_not_kept(served: Served, line: socket.socket, beyond: int) -> None:
    """However long a head is, and whatever it announces: nobody else's request is taken for it."""
    address = "/graphql?query=%7Bpoisoned%3A__typename%7D"
    start = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {'x' * 3000}\r\n"
    announced = len(start) + len("Content-Length: 0000\r\n\r\n") - beyond
    line.sendall(f"{start}Content-Length: {announced}\r\n\r\n".encode())
    sleep(A_MOMENT)
    for method in ("GET", "POST"):
        begin = f"{method} /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Pad: "
        padding = "y" * (announced + beyond - len(begin) - 4)
        with closing(connected(served)) as other:
            other.settimeout(SOON)
            other.sendall(f"{begin}{padding}\r\n\r\n".encode())
            assert b"poisoned" not in other.recv(3000)


@pytest.mark.parametrize(("headers", "version"), [(["Connection: close"], "1.1"), ([], "1.0")])
def test_whoever_wants_the_connection_closed_gets_it_closed(
    line: socket.socket, headers: list[str], version: str
) -> None:
    """After the answer nothing more comes."""
    line.settimeout(SOON)
    line.sendall(question(AT_ONCE, *headers, version=version))
    assert "data" in answers(line, 1)[0].told
    assert line.recv(1) == b""


def test_whoever_owes_the_rest_of_a_request_is_not_waited_for(line: socket.socket) -> None:
    """One who was answered before the body came, and sends no more, finds the connection closed after a while."""
    line.sendall(question(AT_ONCE).replace(b"application/json", b"text/plain")[:-5])
    assert answers(line, 1)[0].status == 415
    line.settimeout(2 * RESTING)
    assert line.recv(1) == b""


def test_a_client_that_waits_for_leave_gets_it(line: socket.socket) -> None:
    """Expect: 100-continue is answered before the body is sent."""
    whole = question(AT_ONCE, "Expect: 100-continue")
    head, _, body = whole.partition(b"\r\n\r\n")
    line.sendall(head + b"\r\n\r\n")
    assert line.recv(100).startswith(b"HTTP/1.1 100 Continue")
    line.sendall(body)
    assert "data" in answers(line, 1)[0].told


def test_a_crowd_is_answered(served: Served) -> None:
    """More people at once than there are connections to a database, by plans: everybody, and no plan fails."""
    cookie = _token(served, "eligible")
    asked = question("{ viewer { person { idType { code } insurances { status { code } } } } }", f"Cookie: {cookie}")
    with ExitStack() as stack:
        crowd = [stack.enter_context(closing(connected(served))) for _ in range(40)]
        for _ in range(5):
            for each in crowd:
                each.sendall(asked)
            told = [answers(each, 1)[0].told for each in crowd]
            assert [each["data"]["viewer"]["person"]["idType"] for each in told] == [{"code": "01"}] * len(crowd)
    assert [line for line in served.lines if line["level"] == "ERROR"] == []


def test_whoever_leaves_without_an_answer_disturbs_nobody(served: Served, line: socket.socket) -> None:
    """Half a question, then nothing: the others are answered."""
    line.sendall(question(AT_ONCE)[:-5])
    line.close()
    with closing(connected(served)) as other:
        other.sendall(question(AT_ONCE))
        assert answers(other, 1)[0].status == 200


def test_the_same_head_again_is_another_question(line: socket.socket) -> None:
    """What is known of a head says nothing of the body behind it, nor of whoever sends it."""
    names = ("first", "other", "third")
    for name in (*names, *reversed(names)):
        line.sendall(question(f"{{ {name}: __typename }}"))
        assert answers(line, 1)[0].told == {"data": {name: "Query"}}


def test_a_head_that_came_before_may_come_in_pieces(line: socket.socket) -> None:
    """Behind a known head the body may be late, or another request may follow: each gets its answer, in order."""
    whole = question(AT_ONCE)
    for _ in range(2):
        line.sendall(whole)
        assert answers(line, 1)[0].status == 200
    for pieces in ((whole[:-7], whole[-7:]), (whole[:30], whole[30:]), (whole + whole[:50], whole[50:])):
        for piece in pieces:
            line.sendall(piece)
            sleep(A_MOMENT)
        assert [each.status for each in answers(line, 1 + (len(pieces[0]) > len(whole)))] in ([200], [200, 200])
    line.sendall(whole)
    assert answers(line, 1)[0].status == 200


def test_half_a_head_is_none(served: Served, line: socket.socket) -> None:
    """What came in the middle of a head is no request when it comes alone."""
    whole = question(AT_ONCE)
    for piece in (whole[:30], whole[30:]):
        line.sendall(piece)
        sleep(A_MOMENT)
    assert answers(line, 1)[0].status == 200
    with closing(connected(served)) as other:
        other.sendall(whole[30:])
        assert other.recv(1000).startswith(b"HTTP/1.1 400 ")


@pytest.mark.skipif("HALL_HTTP" in os.environ, reason="uvicorn closes the connection instead")
def test_more_than_a_head_announces_is_another_request(served: Served, line: socket.socket) -> None:
    """A body that goes on behind its length is refused with what came before it, and nothing of it is carried out."""
    line.sendall(question(AT_ONCE))
    assert answers(line, 1)[0].status == 200
    line.sendall(question("query Unwanted { __typename }") + b"x" * 10 + b"\r\n\r\n")
    assert line.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert line.recv(1) == b""
    with closing(connected(served)) as other:
        other.sendall(question("query Wanted { __typename }"))
        assert answers(other, 1)[0].status == 200
    sleep(A_MOMENT)
    names = {each.get("operation") for each in served.lines}
    assert {"Wanted", "Unwanted"} & names == {"Wanted"}


def test_who_asks_is_read_from_each_head(served: Served, line: socket.socket) -> None:
    """Two people on one connection, in turns, are told apart, and whoever sends no credential is nobody."""
    tokens = {account: _token(served, account) for account in ("eligible", "enrolled")}
    for account in ("eligible", "enrolled", "eligible"):
        line.sendall(question("{ viewer { account } }", f"Cookie: {tokens[account]}"))
        assert answers(line, 1)[0].told == {"data": {"viewer": {"account": account}}}
    line.sendall(question("{ viewer { account } }"))
    assert answers(line, 1)[0].told == {"data": {"viewer": None}}


def _token(served: Served, account: str) -> str:
    """Return the cookie of somebody who signs in."""
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
def test_a_request_that_names_no_host_or_two_is_refused(served: Served, head: bytes) -> None:
    """With 400, the second time too: a proxy in front may have believed the other one."""
    body = b'{"query": "{ __typename }"}'
    rest = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    for _ in range(2):
        with closing(connected(served)) as line:
            line.sendall(head + rest)
            (refused,) = answers(line, 1)
        assert refused.status == httpx.codes.BAD_REQUEST
        assert "Host" in refused.told["errors"][0]["message"]
        assert refused.headers["x-request-id"]


def test_a_program_of_old_need_not_name_the_host(line: socket.socket) -> None:
    """HTTP/1.0 has no such header."""
    line.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert answers(line, 1)[0].status == httpx.codes.OK
