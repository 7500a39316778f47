"""The Hall as a subgraph of a city's supergraph: Apollo Federation 2, for gateways that compose several services.

A gateway reads the schema at `_service`, and an object by its key at `_entities`, under the conditions of `node`.
Strawberry's own support would also add the keys to the schema of every other client.
"""

from functools import cache
from typing import Annotated, Any, NewType, Union

import strawberry
from graphql import GraphQLError
from strawberry.tools import merge_types
from strawberry.types.base import get_object_definition

from api.graphql.scalars import SCALARS
from api.people.context import Info
from api.schema.cost_weights import FEDERATED_WEIGHTS, MAX_NODES
from api.schema.node import own_object
from api.schema.person import Person
from api.schema.root import Query, assembled, printed
from api.schemes.enrolment_schema import ENROLMENT_TYPES, SchemeEnrolment

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n'
ENTITIES = (Person, *dict.fromkeys([*ENROLMENT_TYPES.values(), SchemeEnrolment]))
# A page looks the same in every service that follows Relay's specification.
SHAREABLE = ("PageInfo",)
Representation = NewType("Representation", object)


def _read_representation(value: object) -> Any:
    if isinstance(value, dict) and isinstance(value.get("__typename"), str) and isinstance(value.get("id"), str):
        return value
    raise GraphQLError(
        "须为含 __typename 与 id 的对象。A representation is an object with the texts __typename and id."
    )


ANY = strawberry.scalar(
    name="_Any",
    description="一个对象的类型与编号。The type and the id of an object. "
    'Example: {"__typename": "Person", "id": "person_9xT…"}.',
    serialize=str,
    parse_value=_read_representation,
)
Representations = Annotated[
    list[Representation],
    strawberry.argument(
        description=f"类型与编号，最多{MAX_NODES}个，多余的为空。Types and ids, at most {MAX_NODES}; null for each beyond that."
    ),
]


@cache
def subgraph_sdl() -> str:
    """Return the schema in SDL with its keys, as composition tools read it."""
    names = [get_object_definition(kind, strict=True).name for kind in ENTITIES]
    keys = [f'extend type {name} @key(fields: "id")\n' for name in names]
    return "\n".join([printed(), LINK, *keys, *(f"extend type {name} @shareable\n" for name in SHAREABLE)])


@strawberry.type(name="_Service", description="本服务，供网关组合。This service, as a gateway composes it.")
class Service:
    """What a gateway reads once."""

    sdl: str = strawberry.field(resolver=subgraph_sdl, description="架构定义。The schema in SDL, with its keys.")


async def _entities(info: Info, representations: Representations) -> list[Any]:
    asked: list[Any] = representations[:MAX_NODES]
    read = [await _entity(info, each["__typename"], each["id"]) for each in asked]
    return read + [None] * (len(representations) - len(read))


async def _entity(info: Info, kind: str, id_: str) -> Any:
    found = await own_object(info, id_)
    if not isinstance(found, ENTITIES) or get_object_definition(type(found), strict=True).name != kind:
        return None
    return found


@cache
def federated_schema() -> strawberry.Schema:
    """Return the schema with the two fields that gateways ask for."""
    entity = Annotated[
        Union[ENTITIES],  # type: ignore[valid-type]  # noqa: UP007 - the schemes decide which types there are
        strawberry.union("_Entity", description="可由网关按编号读取的对象。What a gateway reads by its id."),
    ]

    @strawberry.type
    class FederationQuery:
        """The part of Query that gateways use."""

        entities: list[entity | None] = strawberry.field(
            resolver=_entities,
            name="_entities",
            description="网关按类型与编号读取，条件与 `node` 相同。Objects by type and id, for gateways, under the conditions of `node`.",
        )

        @strawberry.field(name="_service", description="本服务，供网关组合。This service, as a gateway composes it.")
        def subgraph(self) -> Service:
            return Service()

    query = merge_types("Query", (Query, FederationQuery))
    get_object_definition(query, strict=True).description = get_object_definition(Query, strict=True).description
    return assembled(query, SCALARS | {Representation: ANY}, FEDERATED_WEIGHTS)
