"""Variables: how many keys and items there may be, before anything is coerced."""

import json
from typing import Any

import httpx
import pytest

from api.graphql.limits import LIMITS
from api.http.graphql.variables import LONGEST_NAME
from tests.http.sample import JSON, edge


def _variables(variables: dict[str, Any]) -> bytes:
    return json.dumps({"query": "{ a }", "variables": variables}).encode()


TOO_MANY = {
    "too many keys": _variables({f"k{number}": number for number in range(LIMITS.max_variable_values + 1)}),
    "too many keys at several depths": _variables(
        {f"k{n}": {"a": {"b": 1}} for n in range(LIMITS.max_variable_values // 3 + 1)}
    ),
    "too many items": _variables({"a": [0] * LIMITS.max_variable_values}),
    "too many lists": _variables({"a": [[]] * LIMITS.max_variable_values}),
    "too many extensions": json.dumps({"query": "{ a }", "extensions": {"a": [0] * 1000}}).encode(),
    "a long key": _variables({"a": {"n" * 256: 1}}),
}


@pytest.mark.parametrize("body", TOO_MANY.values(), ids=TOO_MANY)
async def test_more_than_the_limit_is_refused_with_the_limit(body: bytes) -> None:
    """HTTP 400 with the number that is allowed, before the document is looked at."""
    async with edge() as client:
        response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code == httpx.codes.BAD_REQUEST
    (error,) = response.json()["errors"]
    assert str(LIMITS.max_variable_values) in error["message"] or str(LONGEST_NAME) in error["message"]


@pytest.mark.parametrize(
    "variables",
    [
        {f"k{number}": number for number in range(LIMITS.max_variable_values)},
        {"a": [0] * (LIMITS.max_variable_values - 1)},
    ],
    ids=["keys", "items"],
)
async def test_as_many_variables_as_are_published_are_read(variables: dict[str, Any]) -> None:
    """The limit itself is allowed, and a variable that the document does not name is passed over."""
    async with edge() as client:
        response = await client.post("/graphql", json={"query": "{ thing { name } }", "variables": variables})
    assert response.json() == {"data": {"thing": {"name": "thing"}}}
