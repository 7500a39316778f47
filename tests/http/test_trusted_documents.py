"""Persisted documents: requested by the SHA-256 of their text, and the only ones executed if configured."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.errors import SettingsError
from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from api.settings import Operations, Settings
from tests.conftest import needs_compiler
from tests.hall import Hall, open_hall

HOME = document_text(CLIENT / "home.graphql")
HOME_ID = document_id(HOME)


async def test_document_id_executes_document(hall: Hall) -> None:
    """A documentId returns the response of the document's text, by POST and by GET."""
    by_text = await hall.ask(HOME, {}, "eligible")
    posted = await hall.post(json={"documentId": HOME_ID, "variables": {}}, account="eligible")
    linked = await hall.get(
        "/graphql",
        params={"documentId": HOME_ID, "variables": "{}"},
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
    "request_",
    [{"documentId": "md5:home"}, {"documentId": 1}, {"documentId": HOME_ID, "query": HOME}, {"documentId": ""}],
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


@needs_compiler
async def test_prepare_compiles_trusted_queries(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    """`prepare` compiles a plan for each trusted query, and none fails."""
    await hall.app.prepare()
    operations = list(hall.app._endpoint._documents.trusted())
    assert len({operation.name for operation in operations}) == len(list(CLIENT.glob("*.graphql")))
    queries = [operation for operation in operations if operation.kind.value == "query"]
    assert queries
    assert all(plan is not None for operation in queries for plan in operation.plans.by_constants.values())
    assert all(operation.plans.by_constants for operation in queries)
    assert "plan failed" not in caplog.text


def _automatic(text: str) -> dict[str, object]:
    """Return the request of a client with automatic persisted queries: the hash without the text."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": document_id(text).removeprefix("sha256:")}}}


async def test_automatic_persisted_query_of_trusted_document(hall: Hall) -> None:
    """The hash of a trusted document is answered like its documentId."""
    variables: dict[str, object] = {"variables": {}}
    by_hash = await hall.post(json=_automatic(HOME) | variables)
    assert by_hash.json() == (await hall.post(json={"documentId": HOME_ID} | variables)).json()
    linked = {"extensions": json.dumps(_automatic(HOME)["extensions"]), "variables": "{}"}
    assert (await hall.get("/graphql", params=linked)).json() == by_hash.json()


async def test_automatic_persisted_query_of_other_document(hall: Hall) -> None:
    """Another hash is answered as clients expect it, so that they send the text from then on."""
    text = "{ service { version } }"
    response = await hall.post(json=_automatic(text))
    (error,) = response.json()["errors"]
    assert error == {"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}
    with_text = await hall.post(json=_automatic(text) | {"query": text})
    assert with_text.json()["data"]["service"]["version"]


TEXT = "query Mine { service { version } }"
MANIFESTS: dict[str, tuple[object, str]] = {
    "Relay": ({"5d41402abc4b2a76b9719d911017c592": TEXT}, "5d41402abc4b2a76b9719d911017c592"),
    "GraphQL Code Generator": ({"2ef7bde608ce5404e97d5f042f95f89f1c232871": TEXT},
                               "2ef7bde608ce5404e97d5f042f95f89f1c232871"),
    "Apollo": ({"format": "apollo-persisted-query-manifest", "version": 1,
                "operations": [{"id": "ab" * 32, "name": "Mine", "type": "query", "body": TEXT}]}, "ab" * 32),
}  # fmt: skip


@pytest.mark.parametrize(("manifest", "identifier"), MANIFESTS.values(), ids=MANIFESTS)
async def test_manifests_are_trusted(settings: Settings, tmp_path: Path, manifest: object, identifier: str) -> None:
    """HALL_DOCUMENTS reads the manifests of client builds, alone or in a folder; ids and digests are accepted."""
    file = tmp_path / "persisted.json"
    file.write_text(json.dumps(manifest), "utf-8")
    for documents in (file, tmp_path):
        async with open_hall(replace(settings, operations=Operations.TRUSTED, documents=documents)) as hall:
            answers = [await hall.post(json={"documentId": each}) for each in (identifier, document_id(TEXT))]
            await hall.app.prepare()
        assert all(answer.json()["data"]["service"]["version"] for answer in answers)


@pytest.mark.parametrize("content", ["[]", "{", '{"a": 1}', '{"a b": "{ x }"}', '{"": "{ x }"}'])
async def test_wrong_manifest_is_settings_error(settings: Settings, tmp_path: Path, content: str) -> None:
    """A file that is no manifest is named when the Hall starts."""
    (tmp_path / "persisted.json").write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"persisted\.json"):
        async with open_hall(replace(settings, documents=tmp_path)):
            pass
