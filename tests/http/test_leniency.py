"""What is spelt otherwise than it should be, and means one thing only, is read as that."""

import pytest

from tests.http.sample import JSON, edge

GOOD = b'{"query": "{ thing { name } }"}'


async def test_a_byte_order_mark_is_passed_over() -> None:
    """Some editors put one before a text that is JSON otherwise."""
    async with edge() as client:
        plain = await client.post("/graphql", content=GOOD, headers=JSON)
        marked = await client.post("/graphql", content=b"\xef\xbb\xbf" + GOOD, headers=JSON)
    assert (marked.status_code, marked.json()) == (200, plain.json())


@pytest.mark.parametrize(
    ("query", "status"), [("query Q { thing { name } }", 200), ("query Q { thing { name } } query R { a }", 400)]
)
async def test_an_empty_operation_name_is_none_by_post_as_by_get(query: str, status: int) -> None:
    """Of one operation that one is meant; of several one has to be named."""
    sent = {"query": query, "operationName": ""}
    headers = {"Accept": "application/graphql-response+json"}
    async with edge() as client:
        posted = await client.post("/graphql", json=sent, headers=headers)
        linked = await client.get("/graphql", params=sent, headers=headers)
    assert posted.status_code == linked.status_code == status
    assert posted.json() == linked.json()
