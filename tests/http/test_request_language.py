"""The language of a request, said once by @inContext or Accept-Language."""

from typing import Any

import pytest
from graphql import parse, print_ast

from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from api.http.graphql.request_language import accepted_language, translated
from api.schema.root import schema
from api.text.i18n import Language
from tests.hall import Hall

SEX = "viewer { person { sex { name } } }"
ZH, EN = "男性", "Male"
HEADERS: dict[str | None, Language] = {
    None: Language.ZH,
    "": Language.ZH,
    "en": Language.EN,
    "en-GB,en;q=0.9": Language.EN,
    "EN-us": Language.EN,
    "zh-CN,zh;q=0.9,en;q=0.8": Language.ZH,
    "fr, en;q=0.5, zh;q=0.1": Language.EN,
    "zh;q=0.1, en;q=0.2": Language.EN,
    "en;q=0, zh": Language.ZH,
    "en;q=0": Language.ZH,
    "de": Language.ZH,
    "*": Language.ZH,
    "en;q=x, ;;,=": Language.ZH,
    "english": Language.ZH,
}


@pytest.mark.parametrize(("header", "language"), HEADERS.items())
def test_accept_language(header: str | None, language: Language) -> None:
    """The preferred one of both languages counts, whatever its region; a malformed header is Chinese."""
    assert accepted_language(header) is language


# By name: the document, its variables, Accept-Language, and the language of the text.
SAID: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "nothing": (f"{{ {SEX} }}", {}, "", ZH),
    "the header": (f"{{ {SEX} }}", {}, "en", EN),
    "the directive": (f"query @inContext(language: EN) {{ {SEX} }}", {}, "zh", EN),
    "the directive, against the header": (f"query @inContext(language: ZH) {{ {SEX} }}", {}, "en", ZH),
    "a variable of the directive": (
        f"query ($l: Language!) @inContext(language: $l) {{ {SEX} }}", {"l": "EN"}, "", EN,
    ),
    "a default of the directive": (f"query ($l: Language! = EN) @inContext(language: $l) {{ {SEX} }}", {}, "", EN),
    "a field, against both": (
        "query @inContext(language: EN) { viewer { person { sex { name(language: ZH) } } } }", {}, "en", ZH,
    ),
    "a variable of a field": (
        "query ($l: Language) { viewer { person { sex { name(language: $l) } } } }", {"l": "ZH"}, "en", ZH,
    ),
    "no variable of a field": (
        "query ($l: Language) { viewer { person { sex { name(language: $l) } } } }", {}, "en", EN,
    ),
    "null for a variable of a field": (
        "query ($l: Language) { viewer { person { sex { name(language: $l) } } } }", {"l": None}, "en", EN,
    ),
    "the default of a variable": (
        "query ($l: Language = ZH) { viewer { person { sex { name(language: $l) } } } }", {}, "en", ZH,
    ),
    "null at a field": ("{ viewer { person { sex { name(language: null) } } } }", {}, "en", EN),
    "the header, through fragments": (
        f"{{ ...A }} fragment A on Query {{ ... {{ {SEX} }} }}", {}, "en", EN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("document", "variables", "accepted", "text"), SAID.values(), ids=SAID)
async def test_language_is_said_once(
    hall: Hall, document: str, variables: dict[str, Any], accepted: str, text: str
) -> None:
    """The field decides before the directive, and the directive before the header; compiled or not."""
    for _ in range(3):
        response = await hall.post(
            json={"query": document, "variables": variables}, headers={"Accept-Language": accepted}, account="eligible"
        )
        assert response.json()["data"]["viewer"]["person"]["sex"]["name"] == text


async def test_mutation_has_the_language_of_the_request(hall: Hall) -> None:
    """Problems of a write come in the language of the request."""
    document = """mutation ($input: SignInInput!) { signIn(input: $input) { ... on Problem { message } } }"""
    variables = {"input": {"account": "eligible", "password": "wrong"}}
    for accepted, beginning in {"en": "The account", "zh": "账号"}.items():
        response = await hall.post(
            json={"query": document, "variables": variables}, headers={"Accept-Language": accepted}
        )
        assert response.json()["data"]["signIn"]["message"].startswith(beginning)


async def test_languages_do_not_mix(hall: Hall) -> None:
    """One trusted document answers alternating requests in their languages, and its plans are prepared for both."""
    await hall.app.prepare()
    request = {"documentId": document_id(document_text(CLIENT / "record.graphql"))}
    for accepted, text in [("en", EN), ("zh", ZH)] * 3:
        response = await hall.post(json=request, headers={"Accept-Language": accepted}, account="eligible")
        assert response.json()["data"]["viewer"]["person"]["sex"]["name"] == text


def test_document_without_texts_has_no_variant() -> None:
    """Only a document with texts of both languages has a variant, and nothing else of it changes."""
    core = schema._schema
    assert translated(parse("{ service { version } }"), core, Language.EN) is None
    changed = translated(parse("query ($n: Int) { people(first: $n) { nodes { sex { name } } } }"), core, Language.EN)
    assert changed is not None
    assert print_ast(changed.document).replace("(language: EN)", "") == print_ast(
        parse("query ($n: Int) { people(first: $n) { nodes { sex { name } } } }")
    )
