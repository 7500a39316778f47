"""Responses with public data: compressed, and cacheable where a trusted document is requested by GET."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from graphql import get_introspection_query

from api import clock
from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from api.http.graphql.public_responses import MAX_AGE_SECONDS, _max_age
from api.settings import Settings
from api.zone import SHANGHAI
from tests.hall import Hall, open_hall

RULES = "query Rules($scheme: SchemeName) { ...R } fragment R on Query { rules(scheme: $scheme) { code } }"
RULES_ID = document_id(RULES)
HOME_ID = document_id(document_text(CLIENT / "home.graphql"))


@pytest.fixture
async def hall(settings: Settings, tmp_path: Path) -> AsyncIterator[Hall]:
    """Return a Hall that trusts a document with public data."""
    (tmp_path / "rules.graphql").write_text(RULES, "utf-8")
    async with open_hall(replace(settings, documents=tmp_path)) as opened:
        yield opened


async def _linked(hall: Hall, identifier: str, **headers: str) -> httpx.Response:
    return await hall.get("/graphql", params={"documentId": identifier, "variables": "{}"}, headers=headers)


async def test_public_documents_are_cacheable(hall: Hall) -> None:
    """The rules by GET have an entity tag and an age, and the tag is answered by 304 without a body."""
    first = await _linked(hall, RULES_ID)
    again = await _linked(hall, RULES_ID, **{"If-None-Match": first.headers["etag"]})
    assert first.json()["data"]["rules"]
    assert first.headers["cache-control"].startswith("public, max-age=")
    assert "Accept" in first.headers["vary"]
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("account", [None, "eligible"])
async def test_personal_documents_are_not_stored(hall: Hall, account: str | None) -> None:
    """A document that reads the viewer is not stored, signed in or not, and has no entity tag."""
    response = await hall.get(
        "/graphql", params={"documentId": HOME_ID}, headers={"Sec-Fetch-Site": "same-origin"}, account=account
    )
    assert response.status_code == httpx.codes.OK
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


async def test_other_requests_for_public_data_are_not_stored(hall: Hall) -> None:
    """Public data by POST, or by the text of a document, is not stored; neither is an error."""
    answers = [
        await hall.post(json={"documentId": RULES_ID}),
        await hall.get("/graphql", params={"query": RULES}),
        await hall.get("/graphql", params={"documentId": RULES_ID, "variables": '{"scheme": "NONE"}'}),
    ]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 3


async def test_introspection_is_compressed(hall: Hall) -> None:
    """The schema is sent in a fraction of its size to a client that accepts gzip; personal data never is."""
    query = {"query": get_introspection_query()}
    small = await hall.post(json=query, headers={"Accept-Encoding": "gzip"})
    large = await hall.post(json=query, headers={"Accept-Encoding": "identity"})
    own = await hall.post(json={"documentId": HOME_ID}, headers={"Accept-Encoding": "gzip"}, account="eligible")
    assert small.json() == large.json()
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) * 5 < int(large.headers["content-length"])
    assert "content-encoding" not in own.headers


def test_responses_expire_at_midnight() -> None:
    """A response is fresh for five minutes, and never over midnight, when rules and calendar change."""
    noon = datetime(2026, 11, 30, 12, tzinfo=SHANGHAI)
    assert _max_age(noon) == MAX_AGE_SECONDS
    assert _max_age(noon + timedelta(hours=11, minutes=59)) == 60
    assert _max_age(clock.now()) <= MAX_AGE_SECONDS
