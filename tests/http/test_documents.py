"""The cache of parsed and validated documents, and errors of documents."""

from typing import Any
from unittest.mock import Mock

import pytest
from graphql import OperationType, parse

from api.http.graphql import documents
from api.http.graphql.documents import Documents
from api.http.graphql.malformed_documents import MalformedDocument
from tests.http.sample import SCHEMA, execute

TWO = "query A { thing { name } } mutation B { act }"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """A mock that counts the calls of the parser."""
    counting = Mock(side_effect=parse)
    monkeypatch.setattr(documents, "parse", counting)
    return counting


def test_document_is_parsed_once(parsed: Mock) -> None:
    """The same text is parsed once for all of its operations."""
    documents_cache = Documents(SCHEMA._schema, introspection=False)
    kinds = [documents_cache.operation(TWO, name).kind for name in ("A", "B", "A")]
    assert kinds == [OperationType.QUERY, OperationType.MUTATION, OperationType.QUERY]
    assert parsed.call_count == 1


@pytest.mark.parametrize(("length", "counted"), [(30, 1000), (5000, 5000)], ids=["short", "long"])
def test_cache_limit_in_characters(parsed: Mock, monkeypatch: pytest.MonkeyPatch, length: int, counted: int) -> None:
    """Least recently used documents are evicted first; a short document counts a minimum size."""
    first, second, third = (f"{{ thing {{ name }} }} # {number}".ljust(length, "#") for number in range(3))
    monkeypatch.setattr(documents, "MAX_CACHED_CHARACTERS", 2 * counted)
    documents_cache = Documents(SCHEMA._schema, introspection=False)
    for query in (first, second, first, third, first, second):
        documents_cache.operation(query, None)
    assert [call.args[0] for call in parsed.call_args_list] == [first, second, third, second]


def test_invalid_document_is_not_cached(parsed: Mock) -> None:
    """Invalid documents are not cached, so that they cannot fill the memory."""
    documents_cache = Documents(SCHEMA._schema, introspection=False)
    for _ in range(2):
        with pytest.raises(MalformedDocument):
            documents_cache.operation("{ nothing }", None)
    assert parsed.call_count == 2


@pytest.mark.parametrize(
    ("query", "name", "message"),
    [
        (TWO, None, "several operations"),
        (TWO, "C", "no operation of the name"),
        ("{ thing { name } }", "A", "no operation of the name"),
        ("fragment A on Thing { name }", None, ""),
    ],
)
def test_operation_name_must_match(query: str, name: str | None, message: str) -> None:
    """A document with several operations needs the name of one of them."""
    with pytest.raises(MalformedDocument) as malformed:
        Documents(SCHEMA._schema, introspection=True).operation(query, name)
    assert message in malformed.value.errors[0].message


async def test_introspection_can_be_disabled() -> None:
    """Without introspection, neither the schema nor a type is returned, and errors suggest no names."""
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
        assert "data" in await execute(query, introspection=True)
        assert "data" not in await execute(query, introspection=False)
    assert "thin" in (await execute("{ thin { name } }", introspection=False))["errors"][0]["message"]
    assert "data" in await execute("{ __typename }", introspection=False)


async def test_errors_of_document_are_limited() -> None:
    """A document with a hundred errors returns the first five."""
    answer = await execute("{ " + " ".join(f"missing{number}" for number in range(100)) + " }")
    assert len(answer["errors"]) == 5


@pytest.mark.parametrize("wrong", [{f"nam{number}": 1 for number in range(100)}, [{}] * 100], ids=["keys", "items"])
async def test_errors_of_variables_are_limited(wrong: Any) -> None:
    """Variables with a hundred wrong keys or items return five errors without suggestions."""
    query = f"query ($b: {'[Born!]' if isinstance(wrong, list) else 'Born'}!) {{ {{}} }}"
    field = "several(inputs: $b)" if isinstance(wrong, list) else "born(input: $b)"
    answer = await execute(query.replace("{}", field), {"b": wrong}, introspection=True)
    assert len(answer["errors"]) == 5
    assert "Did you mean" not in str(answer)


async def test_errors_have_no_suggestions() -> None:
    """Errors have no suggestions even with introspection, because each compares a name with all others."""
    for query in ("{ thin { name } }", "{ thing { nam } }", "{ thing { ... on Thin { name } } }"):
        assert "Did you mean" not in str(await execute(query, introspection=True))
