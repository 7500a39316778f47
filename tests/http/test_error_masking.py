"""Error masking: faults get a fixed message, and errors contain no input values."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.http.graphql.error_masking import mask_values
from tests.http.sample import JSON, RESPONSE, SECRET, execute, sample_client


@pytest.mark.parametrize("field", ["fault", "wrongType"])
async def test_fault_is_masked(field: str) -> None:
    """A fault returns a fixed message, a code and the request id; sibling fields are answered."""
    async with sample_client() as client:
        response = await client.post("/graphql", json={"query": f"{{ {field} thing {{ name }} }}"})
    answer = response.json()
    (error,) = answer["errors"]
    assert answer["data"] == {field: None, "thing": {"name": "thing"}}
    assert error["extensions"] == {"code": "INTERNAL", "supportReference": response.headers["x-request-id"]}
    assert error["message"] == "内部错误，请稍后重试。Internal error; try again later."
    assert SECRET not in response.text


async def test_busy_database_is_503_with_retry_after() -> None:
    """A busy database returns 503 with Retry-After and the code BUSY; sibling fields are answered."""
    async with sample_client() as client:
        response = await client.post("/graphql", json={"query": "{ busy thing { name } }"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    answer = response.json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BUSY"]
    assert answer["data"]["thing"] == {"name": "thing"}


QUOTING: dict[str, tuple[str, dict[str, Any] | None]] = {
    "a number for a string": (f"{{ echo(text: {SECRET}) }}", None),
    "a string for an object": (f'{{ born(input: "{SECRET}") {{ x }} }}', None),
    "a bad date": (f'{{ born(input: {{on: "{SECRET}", name: "a"}}) }}', None),
    "a syntax error at a string": (f'{{ echo "{SECRET}" }}', None),
    "a syntax error at a number": (f"{{ echo {SECRET} }}", None),
    "a variable of the wrong kind": ("query ($t: String!) { echo(text: $t) }", {"t": int(SECRET)}),
    "a variable of the wrong shape": ("query ($b: Born!) { born(input: $b) }", {"b": {"x": SECRET, "name": [SECRET]}}),
    "a long variable": ("query ($b: Born!) { born(input: $b) }", {"b": SECRET * 40}),
    "a bad date in a variable": ("query ($b: Born!) { born(input: $b) }", {"b": {"on": f"x{SECRET}", "name": "a"}}),
    "a field's name": (f"{{ a{SECRET} }}", None),
    "a variable's name": ("query ($b: Born!) { born(input: $b) }", {"b": {f"x{SECRET}": "a", "name": "a"}}),
    "a person's name": ("query ($b: Born!) { born(input: $b) }", {"b": {"on": "古丽", "name": "a"}}),
}


@pytest.mark.parametrize(("query", "variables"), QUOTING.values(), ids=QUOTING)
async def test_graphql_errors_contain_no_values(query: str, variables: dict[str, Any] | None) -> None:
    """Errors of graphql-core name the problem and its location without the value."""
    answer = await execute(query, variables)
    assert answer["errors"]
    assert SECRET not in json.dumps(answer)
    assert "古丽" not in json.dumps(answer, ensure_ascii=False)


@settings(deadline=None)
@given(value=st.text(min_size=3, max_size=30), quote=st.sampled_from(["'", '"', ""]))
def test_values_are_masked_in_messages(value: str, quote: str) -> None:
    """A variable's value is masked in a message, quoted or not."""
    (error,) = mask_values([{"message": f"Expected {quote}{value}{quote}"}], None, {"a": [{"b": value}]})
    assert value not in error["message"].removeprefix("Expected ") or value in "Expected …"


@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_null_for_non_null_argument_is_client_error(accept: str, caplog: pytest.LogCaptureFixture) -> None:
    """Null for a variable with a default in a non-null position is a client error, before and after compilation."""
    async with sample_client() as client:
        for _ in range(3):
            response = await client.post(
                "/graphql",
                json={"query": 'query ($t: String = "a") { echo(text: $t) }', "variables": {"t": None}},
                headers=JSON | {"Accept": accept},
            )
    assert "ERROR" not in {record.levelname for record in caplog.records}
    assert response.status_code == httpx.codes.OK
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_fault_outside_resolvers_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in the HTTP layer returns masked JSON with a support reference."""

    def failing(*_: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("api.http.graphql.media_types.choose_media_type", failing)
    async with sample_client() as client:
        response = await client.post("/graphql", json={"query": "{ thing { name } }"})
    assert response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert response.json()["errors"][0]["extensions"]["supportReference"] == response.headers["x-request-id"]
    assert SECRET not in response.text
