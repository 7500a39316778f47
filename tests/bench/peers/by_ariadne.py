"""Ariadne, tuned: documents parsed and validated once, two statements in the loop, whole records, orjson.

The records are made where they are read, so that no field has a resolver of its own.
"""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from ariadne import QueryType, load_schema_from_path, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLHTTPHandler
from graphql import DocumentNode, GraphQLResolveInfo, parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers import rows
from tests.bench.peers.asking import STAFF, asked
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import NOBODY, SIZE, position
from tests.bench.peers.running import PRAGMAS, database, run

CONNECTION = sqlite3.connect(database(), isolation_level=None)
CONNECTION.row_factory = sqlite3.Row
for pragma in PRAGMAS:
    CONNECTION.execute(f"PRAGMA {pragma}")
LOG = Log(database())

query = QueryType()


@query.field("viewer")
def viewer(_: None, info: GraphQLResolveInfo[Any]) -> dict[str, Any] | None:
    """Return who asks, with their record."""
    people = CONNECTION.execute(rows.OWN_PERSON, asked(info.context["request"])).fetchall()
    return rows.viewer(people, CONNECTION.execute(*rows.participations_of(people)))


@query.field("people")
async def people(_: None, info: GraphQLResolveInfo[Any], *, first: int, after: str | None = None) -> dict[str, Any]:  # noqa: ARG001 - all ask for the same size
    """Return one page of the people whom the asker may see, once that is written down."""
    actor, organisation, districts = CONNECTION.execute(STAFF, asked(info.context["request"])).fetchone() or NOBODY
    found = CONNECTION.execute(rows.PEOPLE, (districts, position(after))).fetchall()
    if actor:
        await LOG.showed(actor, organisation, [person["id"] for person in found[:SIZE]])
    return rows.connection(found, CONNECTION.execute(*rows.participations_of(found)))


@cache
def checked(text: str) -> DocumentNode:
    """Return the document of a text; raise what is wrong with it. Documents are kept, so that each is checked once."""
    document = parse(text)
    for error in validate(schema, document):
        raise error
    return document


class Handler(GraphQLHTTPHandler):
    """Reads and writes JSON by orjson."""

    async def extract_data_from_json_request(self, request: Request) -> Any:
        """Return what is asked."""
        return orjson.loads(await request.body())

    async def create_json_response(self, request: Request, result: dict[str, Any], success: bool) -> Response:  # noqa: ARG002, FBT001 - as Ariadne calls it
        """Return the answer."""
        return Response(orjson.dumps(result), 200 if success else 400, media_type="application/json")


schema = make_executable_schema(load_schema_from_path(str(Path(__file__).parent / "schema.graphql")), query)
endpoint = GraphQL(
    schema,
    query_parser=lambda _, data: checked(data["query"]),
    query_validator=lambda *_, **__: [],
    http_handler=Handler(),
)
run(Starlette(routes=[Route("/graphql", endpoint.handle_request, methods=["POST"])]))
