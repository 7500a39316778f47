"""Limits are told before they hurt: published, counted in each response on demand, named in refusals."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pytest

from api.graphql.limits import LIMITS
from api.settings import Settings
from tests.hall import Hall, open_hall

RATE_LIMIT = "{ rateLimit { cost limit remaining resetAt } }"
COMPARED = " ".join(f"a{n}: schemes {{ alternatives {{ differences {{ label here there }} }} }}" for n in range(40))
EXPENSIVE = f"{{ service {{ version }} viewer {{ person {{ {COMPARED} }} }} }}"


async def test_all_limits_are_published(hall: Hall) -> None:
    """`service.limits` has every limit of one request, under the name that refusals use."""
    fields = (await hall.ask('{ __type(name: "Limits") { fields { name } } }'))["data"]["__type"]["fields"]
    names = [field["name"] for field in fields]
    assert len(names) == len(asdict(LIMITS))
    limits = (await hall.ask(f"{{ service {{ limits {{ {' '.join(names)} }} }} }}"))["data"]["service"]["limits"]
    assert sorted(limits.values()) == sorted(asdict(LIMITS).values())
    assert limits["maxCost"] == LIMITS.max_cost


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "depth": ("{ viewer " + "{ person " * 20 + "{ id }" + "}" * 20 + " }", {"limit": "maxDepth", "maximum": 16}),
    "aliases": ("{ " + " ".join(f"a{n}: __typename" for n in range(70)) + " }", {"limit": "maxAliases", "actual": 70}),
    "tokens": ("{ " + "a " * 2000 + "}", {"limit": "maxTokens", "maximum": LIMITS.max_tokens}),
    "cost": (EXPENSIVE, {"limit": "maxCost", "field": "viewer.person.schemes.alternatives"}),
}


@pytest.mark.parametrize(("document", "told"), REFUSED.values(), ids=REFUSED)
async def test_refusals_name_the_limit(hall: Hall, document: str, told: dict[str, Any]) -> None:
    """A refused document gets the limit, what it allows, and for the cost the field that costs most."""
    answer = await hall.ask(document)
    [found] = [error["extensions"] for error in answer["errors"] if error["extensions"].get("limit") == told["limit"]]
    assert found | told == found | {"code": "LIMIT_EXCEEDED"}


async def test_cost_is_shown_on_demand(hall: Hall) -> None:
    """`extensions.cost` of a request asks for it; a response has no extensions otherwise."""
    request = {"query": "{ codeTable(name: ETHNIC_GROUP) { entries { code name } } service { version } }"}
    for _ in range(3):
        explained = (await hall.post(json=request | {"extensions": {"cost": True}})).json()
        cost = explained.pop("extensions")["cost"]
        assert cost["charged"] >= cost["operation"] > 100
        assert (cost["maximum"], cost["field"]) == (LIMITS.max_cost, "codeTable.entries")
        assert explained == (await hall.post(json=request)).json()
    # A cached document is not parsed again.
    assert cost["charged"] == cost["operation"]


async def test_rate_limit_is_a_field(settings: Settings) -> None:
    """`rateLimit` has the cost of the request and what is left of the budget; each request lowers it."""
    limited = replace(settings, rate_cost=5_000, rate_address_cost=900_000)
    async with open_hall(limited) as hall:
        signed_out = (await hall.ask(RATE_LIMIT))["data"]["rateLimit"]
        assert signed_out["limit"] == 900_000
        for _ in range(2):
            await hall.ask("{ viewer { account } }", account="eligible")
            await hall.ask(RATE_LIMIT, account="eligible")
        first, second = [(await hall.ask(RATE_LIMIT, account="eligible"))["data"]["rateLimit"] for _ in range(2)]
    assert first["limit"] == second["limit"] == 5_000
    assert first["remaining"] - second["remaining"] == second["cost"] > 0
    assert datetime.fromisoformat(second["resetAt"]).tzinfo is not None


async def test_no_limit_is_null(hall: Hall) -> None:
    """Without limits there is no budget."""
    assert (await hall.ask(RATE_LIMIT))["data"]["rateLimit"] is None
