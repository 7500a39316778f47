"""A small schema behind the real HTTP layer, for promises that do not depend on the schema."""

from datetime import date
from typing import Any

import httpx
import strawberry
from starlette.routing import Route, Router

from api.errors import DatabaseBusy
from api.http.graphql.endpoint import GraphQLEndpoint
from api.http.observability.logs import RequestLog
from api.http.static.security_headers import security_headers
from api.people.context import Context
from api.settings import Settings
from tests.conftest import SWITCHES

# A personal number, which may appear in data only.
SECRET = "120101199003070013"
JSON = {"Content-Type": "application/json"}
RESPONSE = "application/graphql-response+json"


@strawberry.type
class Thing:
    """An object type with nested fields."""

    name: str

    @strawberry.field
    def one(self) -> "Thing":
        return self

    @strawberry.field
    def some(self) -> "list[Thing]":
        return [self]

    @strawberry.field
    def page(self, first: int | None = 20, last: int | None = None) -> "Things":
        return Things(nodes=[self] * min(last or first or 0, 1))


@strawberry.type
class Things:
    """A page."""

    nodes: list[Thing]


@strawberry.input
class Born:
    """An input type with a field that can be invalid."""

    on: date
    name: str


@strawberry.type
class Query:
    """The queries."""

    @strawberry.field
    def thing(self) -> Thing | None:
        return Thing(name="thing")

    @strawberry.field
    def echo(self, text: str) -> str | None:
        return text

    @strawberry.field
    def born(self, input: Born) -> str | None:  # noqa: A002 - as in the real schema
        return input.name

    @strawberry.field
    def several(self, inputs: list[Born]) -> int | None:
        return len(inputs)

    @strawberry.field
    async def fault(self) -> str | None:
        raise ValueError(f"Key (id_number)=({SECRET}) already exists.")

    @strawberry.field
    async def wrong_type(self) -> int | None:
        return SECRET  # type: ignore[return-value]  # the wrong type is what the test needs

    @strawberry.field
    async def busy(self) -> str | None:
        raise DatabaseBusy("the database is busy")


@strawberry.type
class Mutation:
    """The mutations."""

    @strawberry.mutation
    def act(self) -> str | None:
        return "done"


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)


def sample_client(**settings: Any) -> httpx.AsyncClient:
    """Return an HTTP client of the application with the small schema."""
    chosen = Settings(**{"introspection": True, "engine": Settings.from_environment(SWITCHES).engine, **settings})
    app = RequestLog(Router([Route("/graphql", GraphQLEndpoint(chosen, SCHEMA, Context))]), security_headers(chosen))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def execute(query: str, variables: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    """Return the response to an operation."""
    async with sample_client(**settings) as client:
        answer: dict[str, Any] = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    return answer
