"""Arguments of resolvers: a compiled plan passes what Strawberry passes."""

from itertools import product
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse

from api.graphql.compiler.executor import Engine, Plans
from api.graphql.compiler.plan import Run


@strawberry.input
class Place:
    """An input object."""

    city: str = "天津"


@strawberry.type
class Query:
    """Returns its arguments as text."""

    @strawberry.field
    def arguments(
        self, word: str | None = "nothing", number: int = 1, place: Place | None = None, other: str | None = "too"
    ) -> str:
        """Return the arguments."""
        return f"{word!r} {number!r} {place!r} {other!r}"


SCHEMA = strawberry.Schema(Query)


@pytest.mark.parametrize(
    "text",
    [
        "query ($word: String, $number: Int! = 3) { arguments(word: $word, number: $number) }",
        'query ($word: String = "default", $number: Int = 4) { arguments(word: $word, number: $number, other: null) }',
        'query ($word: String, $number: Int!) { arguments(word: $word, number: $number, place: {city: "武清"}) }',
        "query ($word: String!, $number: Int) { arguments(place: {city: $word}, word: $word, number: $number) }",
        "{ arguments(word: null) }",
    ],
)
async def test_plan_passes_arguments_like_strawberry(text: str) -> None:
    """One plan passes given, null and missing arguments in any order like Strawberry."""
    engine, document = Engine(SCHEMA, compile_at=1), parse(text)
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
            answer = await plan.write(Run(None, values))  # type: ignore[arg-type]  # no resolver reads the context
        except Exception:  # noqa: BLE001 - the ordinary executor reports it
            assert expected.errors
        else:
            assert expected.data == {"arguments": answer.value0}
            answered += 1
    assert answered
