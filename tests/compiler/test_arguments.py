"""What a resolver is given by a plan is what Strawberry would give it."""

from itertools import product
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse

from api.graphql.compiler.executor import Engine, Plans
from api.graphql.compiler.plan import Run


@strawberry.input
class Place:
    """An argument that is more than a text."""

    city: str = "天津"


@strawberry.type
class Query:
    """Says what it was given."""

    @strawberry.field
    def said(
        self, word: str | None = "nothing", number: int = 1, place: Place | None = None, other: str | None = "too"
    ) -> str:
        """Return what was given."""
        return f"{word!r} {number!r} {place!r} {other!r}"


SCHEMA = strawberry.Schema(Query)


@pytest.mark.parametrize(
    "text",
    [
        "query ($word: String, $number: Int! = 3) { said(word: $word, number: $number) }",
        'query ($word: String = "default", $number: Int = 4) { said(word: $word, number: $number, other: null) }',
        'query ($word: String, $number: Int!) { said(word: $word, number: $number, place: {city: "武清"}) }',
        "query ($word: String!, $number: Int) { said(place: {city: $word}, word: $word, number: $number) }",
        "{ said(word: null) }",
    ],
)
async def test_resolvers_are_given_what_strawberry_gives_them(text: str) -> None:
    """Of one plan, whatever is given, null or left out, in any order."""
    engine, document = Engine(SCHEMA, worth_after=1), parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    plans = Plans(document, operation)
    answered = 0
    for word, number in [*product(["a", "b", None, ...], [1, 2, None, ...])] * 2:
        given: dict[str, Any] = {"word": word, "number": number}
        variables = {name: value for name, value in given.items() if value is not ...}
        expected = SCHEMA.execute_sync(text, variables)
        planned = engine.planned(plans, variables)
        if planned is None:
            assert expected.errors
            continue
        plan, values = planned
        try:
            answer = await plan.write(Run(None, values))  # type: ignore[arg-type]  # nobody asks who asks
        except Exception:  # noqa: BLE001 - whatever it is, the ordinary executor says it
            assert expected.errors
        else:
            assert expected.data == {"said": answer.value0}
            answered += 1
    assert answered
