"""Every error has `extensions.code`, so that a program need not read messages."""

from typing import Any

import httpx
import pytest

from api.http.graphql.persisted_documents import document_id
from tests.http.sample import sample_client

QUERY = "{ thing { name } }"
# By name: arguments of the HTTP request, and the expected code.
REQUESTS: dict[str, tuple[dict[str, Any], str]] = {
    "no JSON": ({"content": b"{", "headers": {"Content-Type": "application/json"}}, "BAD_REQUEST"),
    "no query": ({"json": {}}, "BAD_REQUEST"),
    "a malformed id": ({"json": {"documentId": "md5:x"}}, "BAD_REQUEST"),
    "a malformed hash": ({"json": {"extensions": {"persistedQuery": {"version": 1}}}}, "BAD_REQUEST"),
    "a syntax error": ({"json": {"query": "{"}}, "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ({"json": {"query": "{ nothing }"}}, "GRAPHQL_VALIDATION_FAILED"),
    "an unknown operation": ({"json": {"query": QUERY, "operationName": "A"}}, "OPERATION_RESOLUTION_FAILURE"),
    "several operations": ({"json": {"query": "query A { __typename } query B { __typename }"}},
                           "OPERATION_RESOLUTION_FAILURE"),
    "too deep": ({"json": {"query": "{ thing " + "{ one " * 30 + "{ name }" + "}" * 31}}, "LIMIT_EXCEEDED"),
    "too many tokens": ({"json": {"query": "{ thing { " + "name " * 2000 + "} }"}}, "LIMIT_EXCEEDED"),
    "a wrong variable": ({"json": {"query": "query ($t: String!) { echo(text: $t) }", "variables": {"t": 1}}},
                         "BAD_USER_INPUT"),
    "an unknown document": ({"json": {"documentId": document_id("{ x }")}}, "DOCUMENT_NOT_FOUND"),
    "another site": ({"json": {"query": QUERY}, "headers": {"Sec-Fetch-Site": "cross-site"}}, "CROSS_SITE_REQUEST"),
    "another method": ({"method": "PUT"}, "METHOD_NOT_ALLOWED"),
    "a mutation by GET": ({"method": "GET", "params": {"query": "mutation { act }"}}, "METHOD_NOT_ALLOWED"),
    "another media type": ({"json": {"query": QUERY}, "headers": {"Accept": "image/png"}}, "NOT_ACCEPTABLE"),
    "a form": ({"data": {"query": QUERY}}, "UNSUPPORTED_MEDIA_TYPE"),
    "a large body": ({"json": {"query": " " * 70_000}}, "CONTENT_TOO_LARGE"),
    "an unknown token": ({"json": {"query": QUERY}, "headers": {"Authorization": "Bearer x"}}, "INVALID_TOKEN"),
    "a fault": ({"json": {"query": "{ fault }"}}, "INTERNAL"),
    "a busy database": ({"json": {"query": "{ busy }"}}, "BUSY"),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "code"), REQUESTS.values(), ids=REQUESTS)
async def test_every_error_has_its_code(
    request_: dict[str, Any], code: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused request has its code, and only a fault of the Hall is an ERROR in the log."""

    async def unknown(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr("api.people.context.Context.principal", unknown)
    async with sample_client() as client:
        response = await client.request(**({"method": "POST", "url": "/graphql"} | request_))
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == code
    assert any(record.levelname == "ERROR" for record in caplog.records) is (code == "INTERNAL")


async def test_refusals_are_no_success() -> None:
    """A client that understands the newer media type gets 4xx for a document that is not executed."""
    async with sample_client() as client:
        answers = [
            await client.post("/graphql", json={"query": "{ x }"}, headers={"Accept": accept})
            for accept in ("application/json", "application/graphql-response+json")
        ]
    assert [each.status_code for each in answers] == [httpx.codes.OK, httpx.codes.BAD_REQUEST]
