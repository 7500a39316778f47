"""The Hall as a subgraph: gateways read objects by their keys, with the rights of the user who asks."""

from argparse import Namespace
from dataclasses import replace
from typing import Any

import pytest
from graphql import build_schema

from api.cli import schema as printing
from api.schema.cost_weights import MAX_NODES
from api.schema.federation import subgraph_sdl
from api.settings import Settings
from tests.hall import Hall, open_hall

ENTITIES = """
    query ($of: [_Any!]!) {
      _entities(representations: $of) {
        __typename
        ... on Person { id name accessLog(first: 1) { totalCount } }
        ... on FlexibleEmploymentEnrolment { id status }
      }
    }
"""
OWN = "{ viewer { person { id name flexibleEmployment { id current { id status } } } } }"


async def _entities(hall: Hall, account: str, *of: object) -> Any:
    answer = await hall.ask(ENTITIES, {"of": list(of)}, account)
    assert "errors" not in answer, answer
    return answer["data"]["_entities"]


async def test_own_objects_are_read_by_their_keys(settings: Settings) -> None:
    """A citizen's own record and enrolment are read by type and id, in the order of the keys."""
    async with open_hall(replace(settings, federation=True)) as hall:
        own = (await hall.ask(OWN, account="enrolled"))["data"]["viewer"]["person"]
        scheme = own.pop("flexibleEmployment")
        person, enrolment = ("Person", own["id"]), ("FlexibleEmploymentEnrolment", scheme["current"]["id"])
        keys = [{"__typename": kind, "id": id_} for kind, id_ in (enrolment, person)]
        for _ in range(3):  # by graphql-core, and by a plan
            read = await _entities(hall, "enrolled", *keys)
            assert read[0] == {"__typename": enrolment[0]} | scheme["current"]
            assert read[1] == {"__typename": "Person", "accessLog": read[1]["accessLog"]} | own
        assert await _entities(hall, "eligible", *keys) == [None, None]
        assert await _entities(hall, "supervisor", *keys) == [None, None]
        wrong = {"__typename": "Person", "id": enrolment[1]}, {"__typename": "FlexibleEmployment", "id": scheme["id"]}
        assert await _entities(hall, "enrolled", *wrong) == [None, None]
        many = await _entities(hall, "enrolled", *[keys[0]] * (MAX_NODES + 1))
        assert [each is None for each in many] == [False] * MAX_NODES + [True]


@pytest.mark.parametrize("key", [1, "person_x", {}, {"__typename": "Person"}, {"__typename": "Person", "id": 7}])
async def test_what_is_no_key_is_refused(settings: Settings, key: object) -> None:
    """A representation without type or id is the gateway's mistake, and says what is missing."""
    async with open_hall(replace(settings, federation=True)) as hall:
        (error,) = (await hall.ask(ENTITIES, {"of": [key]}))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "__typename and id" in error["message"]


async def test_gateways_read_the_printed_schema(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """`_service` and the command give the same schema, whose every type is that of the Hall."""
    async with open_hall(replace(settings, federation=True, introspection=False)) as hall:
        (sdl,) = (await hall.ask("{ _service { sdl } }"))["data"]["_service"].values()
    assert sdl == subgraph_sdl()
    build_schema(sdl, assume_valid_sdl=True)
    assert 'extend type Person @key(fields: "id")' in sdl
    assert await printing.run(settings, Namespace(federation=True, webhooks=False)) == 0
    assert capsys.readouterr().out == sdl


async def test_entities_cost_what_nodes_cost(settings: Settings) -> None:
    """A gateway pays as much for its keys as a client for its ids."""
    nodes = ENTITIES.replace("[_Any!]!", "[ID!]!").replace("_entities(representations:", "nodes(ids:")
    async with open_hall(replace(settings, federation=True)) as hall:
        costs = []
        for document in (ENTITIES, nodes):
            request = {"query": document, "variables": {"of": []}, "extensions": {"cost": True}}
            costs.append((await hall.post(json=request, account="eligible")).json()["extensions"]["cost"]["operation"])
    assert costs[0] == costs[1] > 500


async def test_other_clients_see_no_federation(hall: Hall) -> None:
    """Without the setting the schema has nothing of it."""
    (error,) = (await hall.ask("{ _service { sdl } }"))["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
