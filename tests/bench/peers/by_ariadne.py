"""Ariadne, tuned: cached parsing and validation, two synchronous statements, complete records, orjson.

The records are built where they are read, so that fields need no resolvers.
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
from tests.bench.peers.asking import STAFF, token_parameters
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import NO_ACCOUNT, SIZE, position
from tests.bench.peers.running import PRAGMAS, database, run

CONNECTION = sqlite3.connect(database(), isolation_level=None)
CONNECTION.row_factory = sqlite3.Row
for pragma in PRAGMAS:
    CONNECTION.execute(f"PRAGMA {pragma}")
LOG = Log(database())

query = QueryType()


@query.field("viewer")
def viewer(_: None, info: GraphQLResolveInfo[Any]) -> dict[str, Any] | None:
    """Return the account with its record."""
    people = CONNECTION.execute(rows.OWN_PERSON, token_parameters(info.context["request"])).fetchall()
    return rows.viewer(people, CONNECTION.execute(*rows.participations_of(people)))


@query.field("people")
async def people(_: None, info: GraphQLResolveInfo[Any], *, first: int, after: str | None = None) -> dict[str, Any]:  # noqa: ARG001 - all requests have the same size
    """Return a page of the persons in the account's scope after it is logged."""
    actor, organisation, districts = (
        CONNECTION.execute(STAFF, token_parameters(info.context["request"])).fetchone() or NO_ACCOUNT
    )
    found = CONNECTION.execute(rows.PEOPLE, (districts, position(after))).fetchall()
    if actor:
        await LOG.record_page(actor, organisation, [person["id"] for person in found[:SIZE]])
    return rows.connection(found, CONNECTION.execute(*rows.participations_of(found)))


@cache
def validated_document(text: str) -> DocumentNode:
    """Return the parsed document of a text, or raise its first error. Documents are cached."""
    document = parse(text)
    for error in validate(schema, document):
        raise error
    return document


class Handler(GraphQLHTTPHandler):
    """Decodes and encodes JSON with orjson."""

    async def extract_data_from_json_request(self, request: Request) -> Any:
        """Return the request."""
        return orjson.loads(await request.body())

    async def create_json_response(self, request: Request, result: dict[str, Any], success: bool) -> Response:  # noqa: ARG002, FBT001 - the signature of the base class
        """Return the response."""
        return Response(orjson.dumps(result), 200 if success else 400, media_type="application/json")


schema = make_executable_schema(load_schema_from_path(str(Path(__file__).parent / "schema.graphql")), query)
endpoint = GraphQL(
    schema,
    query_parser=lambda _, data: validated_document(data["query"]),
    query_validator=lambda *_, **__: [],
    http_handler=Handler(),
)
run(Starlette(routes=[Route("/graphql", endpoint.handle_request, methods=["POST"])]))
