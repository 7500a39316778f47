"""Unambiguous deviations from the specification are accepted."""

import pytest

from tests.http.sample import JSON, sample_client

GOOD = b'{"query": "{ thing { name } }"}'


async def test_byte_order_mark_is_ignored() -> None:
    """A UTF-8 byte order mark before the JSON is ignored."""
    async with sample_client() as client:
        plain = await client.post("/graphql", content=GOOD, headers=JSON)
        marked = await client.post("/graphql", content=b"\xef\xbb\xbf" + GOOD, headers=JSON)
    assert (marked.status_code, marked.json()) == (200, plain.json())


@pytest.mark.parametrize(
    ("query", "status"), [("query Q { thing { name } }", 200), ("query Q { thing { name } } query R { a }", 400)]
)
async def test_empty_operation_name_is_null(query: str, status: int) -> None:
    """An empty operation name means none, by POST and GET: valid for one operation, 400 for several."""
    sent = {"query": query, "operationName": ""}
    headers = {"Accept": "application/graphql-response+json"}
    async with sample_client() as client:
        posted = await client.post("/graphql", json=sent, headers=headers)
        linked = await client.get("/graphql", params=sent, headers=headers)
    assert posted.status_code == linked.status_code == status
    assert posted.json() == linked.json()
