"""Persisted documents: requested by the SHA-256 of their text, and the only ones executed if configured."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.errors import SettingsError
from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from api.settings import Operations, Settings
from tests.hall import Hall, open_hall

HOME = document_text(CLIENT / "home.graphql")
HOME_ID = document_id(HOME)


async def test_document_id_executes_document(hall: Hall) -> None:
    """A documentId returns the response of the document's text, by POST and by GET."""
    by_text = await hall.ask(HOME, {"language": "EN"}, "eligible")
    posted = await hall.post(json={"documentId": HOME_ID, "variables": {"language": "EN"}}, account="eligible")
    linked = await hall.get(
        "/graphql",
        params={"documentId": HOME_ID, "variables": '{"language":"EN"}'},
        headers={"Sec-Fetch-Site": "same-origin"},
        account="eligible",
    )
    assert by_text["data"]["viewer"]["person"]["name"]
    answers = [by_text, posted.json(), linked.json()]
    # Each request extends the session.
    ends = [answer["data"]["viewer"].pop("sessionExpiresAt") for answer in answers]
    assert ends == sorted(ends)
    assert answers == [by_text] * 3


async def test_unknown_document_id_is_404(hall: Hall) -> None:
    """An unknown documentId returns 404 with the advice to send the text."""
    response = await hall.post(json={"documentId": document_id("{ nothing }")})
    assert response.status_code == httpx.codes.NOT_FOUND
    assert "send its text" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "request_", [{"documentId": "home"}, {"documentId": 1}, {"documentId": HOME_ID, "query": HOME}, {"documentId": ""}]
)
async def test_malformed_document_id_is_400(hall: Hall, request_: dict[str, object]) -> None:
    """A documentId must be a SHA-256 digest, and cannot be combined with a query."""
    assert (await hall.post(json=request_)).status_code == httpx.codes.BAD_REQUEST


async def test_trusted_mode_refuses_other_documents(settings: Settings) -> None:
    """With HALL_OPERATIONS=trusted, other documents return 403; trusted ones are executed by id and by text."""
    async with open_hall(replace(settings, operations=Operations.TRUSTED)) as hall:
        other = await hall.post(json={"query": "{ service { version } }"})
        known = await hall.post(json={"query": HOME})
        by_digest = await hall.post(json={"documentId": HOME_ID})
    assert other.status_code == httpx.codes.FORBIDDEN
    assert "trusted" in other.json()["errors"][0]["message"]
    assert known.json() == by_digest.json()
    assert known.json()["data"]["viewer"] is None


async def test_documents_folder_is_trusted(settings: Settings, tmp_path: Path) -> None:
    """Documents in HALL_DOCUMENTS are trusted; a missing folder is a settings error."""
    text = "query Mine { service { version } }"
    (tmp_path / "mine.graphql").write_text(text, "utf-8")
    async with open_hall(replace(settings, operations=Operations.TRUSTED, documents=tmp_path)) as hall:
        answer = await hall.post(json={"documentId": document_id(text)})
        await hall.app.prepare()
    assert answer.json()["data"]["service"]["version"]
    with pytest.raises(SettingsError, match="HALL_DOCUMENTS"):
        async with open_hall(replace(settings, documents=tmp_path / "nowhere")):
            pass


async def test_documents_import_fragments(settings: Settings, tmp_path: Path) -> None:
    """A document's text is its file followed by imported fragments; a missing file is a settings error."""
    fragments = tmp_path / "fragments"
    fragments.mkdir()
    about = "fragment About on ServiceInfo {\n  version\n}\n"
    text = '#import "./fragments/about.graphql"\nquery Mine {\n  service {\n    ...About\n  }\n}\n'
    (fragments / "about.graphql").write_text(about, "utf-8")
    (tmp_path / "mine.graphql").write_text(text, "utf-8")
    async with open_hall(replace(settings, operations=Operations.TRUSTED, documents=tmp_path)) as hall:
        by_digest = await hall.post(json={"documentId": document_id(text + about)})
        by_text = await hall.post(json={"query": text + about})
        alone = await hall.post(json={"documentId": document_id(about)})
    assert by_digest.json()["data"]["service"]["version"]
    assert by_digest.json() == by_text.json()
    assert alone.status_code == httpx.codes.NOT_FOUND
    (fragments / "about.graphql").unlink()
    with pytest.raises(SettingsError, match=r"mine\.graphql imports fragments/about\.graphql"):
        async with open_hall(replace(settings, documents=tmp_path)):
            pass


async def test_prepare_compiles_trusted_queries(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    """`prepare` compiles a plan for each trusted query, and none fails."""
    await hall.app.prepare()
    operations = list(hall.app._endpoint._documents.trusted())
    assert len(operations) == len(list(CLIENT.glob("*.graphql")))
    queries = [operation for operation in operations if operation.kind.value == "query"]
    assert queries
    assert all(plan is not None for operation in queries for plan in operation.plans.by_constants.values())
    assert all(operation.plans.by_constants for operation in queries)
    assert "plan failed" not in caplog.text
