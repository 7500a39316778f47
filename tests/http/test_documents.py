"""Documents are parsed and checked once, and remembered within bounds."""

from typing import Any
from unittest.mock import Mock

import pytest
from graphql import OperationType, parse

from api.http.graphql import documents
from api.http.graphql.documents import Documents, MalformedDocument
from tests.http.sample import SCHEMA, asked

TWO = "query A { thing { name } } mutation B { act }"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """The parser, counting."""
    counting = Mock(side_effect=parse)
    monkeypatch.setattr(documents, "parse", counting)
    return counting


def test_a_document_seen_before_is_not_parsed_again(parsed: Mock) -> None:
    """The same text is the same document, whichever of its operations is asked for."""
    remembering = Documents(SCHEMA._schema, introspection=False)
    kinds = [remembering.operation(TWO, name).kind for name in ("A", "B", "A")]
    assert kinds == [OperationType.QUERY, OperationType.MUTATION, OperationType.QUERY]
    assert parsed.call_count == 1


@pytest.mark.parametrize(("length", "counted"), [(30, 1000), (5000, 5000)], ids=["short", "long"])
def test_memory_is_bounded_by_text(parsed: Mock, monkeypatch: pytest.MonkeyPatch, length: int, counted: int) -> None:
    """The documents not asked for longest are forgotten first; a short one takes memory too."""
    first, second, third = (f"{{ thing {{ name }} }} # {number}".ljust(length, "#") for number in range(3))
    monkeypatch.setattr(documents, "REMEMBERED_CHARACTERS", 2 * counted)
    remembering = Documents(SCHEMA._schema, introspection=False)
    for query in (first, second, first, third, first, second):
        remembering.operation(query, None)
    assert [call.args[0] for call in parsed.call_args_list] == [first, second, third, second]


def test_a_document_that_is_refused_is_not_remembered(parsed: Mock) -> None:
    """Nobody can fill the memory with nonsense."""
    remembering = Documents(SCHEMA._schema, introspection=False)
    for _ in range(2):
        with pytest.raises(MalformedDocument):
            remembering.operation("{ nothing }", None)
    assert parsed.call_count == 2


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        (TWO, None, "several operations"),
        (TWO, "C", "no operation of the name"),
        ("{ thing { name } }", "A", "no operation of the name"),
        ("fragment A on Thing { name }", None, ""),
    ],
)
def test_which_operation_is_never_guessed(query: str, name: str | None, said: str) -> None:
    """A document with several operations needs a name, and the name has to be one of theirs."""
    with pytest.raises(MalformedDocument) as malformed:
        Documents(SCHEMA._schema, introspection=True).operation(query, name)
    assert said in malformed.value.errors[0].message


async def test_introspection_can_be_closed() -> None:
    """Then neither the schema nor a type is told, and nobody is helped to guess names."""
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
        assert "data" in await asked(query, introspection=True)
        assert "data" not in await asked(query, introspection=False)
    assert "thin" in (await asked("{ thin { name } }", introspection=False))["errors"][0]["message"]
    assert "data" in await asked("{ __typename }", introspection=False)


async def test_at_most_five_errors_are_told() -> None:
    """Whoever makes a hundred mistakes hears of the first five."""
    answer = await asked("{ " + " ".join(f"missing{number}" for number in range(100)) + " }")
    assert len(answer["errors"]) == 5


@pytest.mark.parametrize("wrong", [{f"nam{number}": 1 for number in range(100)}, [{}] * 100], ids=["keys", "items"])
async def test_at_most_five_errors_are_told_of_variables(wrong: Any) -> None:
    """However many keys or items of a variable are wrong, and no error searches all names for one that is alike."""
    query = f"query ($b: {'[Born!]' if isinstance(wrong, list) else 'Born'}!) {{ {{}} }}"
    field = "several(inputs: $b)" if isinstance(wrong, list) else "born(input: $b)"
    answer = await asked(query.replace("{}", field), {"b": wrong}, introspection=True)
    assert len(answer["errors"]) == 5
    assert "Did you mean" not in str(answer)


async def test_no_error_guesses_what_was_meant() -> None:
    """Neither for a developer: each guess compares a name with all others."""
    for query in ("{ thin { name } }", "{ thing { nam } }", "{ thing { ... on Thin { name } } }"):
        assert "Did you mean" not in str(await asked(query, introspection=True))
