"""Limits on variables, applied before coercion."""

import json
from typing import Any

import httpx
import pytest

from api.graphql.limits import LIMITS
from api.http.graphql.variables import MAX_NAME_LENGTH
from tests.http.sample import JSON, sample_client


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
async def test_too_many_variable_values_are_400(body: bytes) -> None:
    """Too many keys or items return 400 with the limit, before the document is parsed."""
    async with sample_client() as client:
        response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code == httpx.codes.BAD_REQUEST
    (error,) = response.json()["errors"]
    assert str(LIMITS.max_variable_values) in error["message"] or str(MAX_NAME_LENGTH) in error["message"]


@pytest.mark.parametrize(
    "variables",
    [
        {f"k{number}": number for number in range(LIMITS.max_variable_values)},
        {"a": [0] * (LIMITS.max_variable_values - 1)},
    ],
    ids=["keys", "items"],
)
async def test_variables_at_limit_are_accepted(variables: dict[str, Any]) -> None:
    """Variables at the limit are accepted, and variables that the document does not declare are ignored."""
    async with sample_client() as client:
        response = await client.post("/graphql", json={"query": "{ thing { name } }", "variables": variables})
    assert response.json() == {"data": {"thing": {"name": "thing"}}}
