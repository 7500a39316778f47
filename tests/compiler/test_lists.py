"""Lists of objects with rows and loaded fields: compiled plans return the result of graphql-core."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import strawberry
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from api.db.query.row_types import row_class
from api.graphql.compiler.executor import Engine, Plans
from api.graphql.compiler.plan import InvalidValue, Run
from api.graphql.fields import loaded, paged, plain
from api.people.models import Employer

ROWS = [row_class(Employer, ("id", "code", "name"))((number, f"C{number}", "a")) for number in (1, 2, 3)]
# A row class with the same columns in another order.
OTHER = row_class(Employer, ("code", "id", "name"))(("C1", 1, "a"))


async def parts_of(numbers: Sequence[int], columns: Any = None) -> list[list[Any]]:  # noqa: ARG001 - all are there
    """Return as many parts of each thing as its number."""
    return [ROWS[:number] for number in numbers]


@strawberry.type
class Part:
    """A part of a thing."""

    row: strawberry.Private[Any]
    name: str = plain("name", "Its name.")


@strawberry.type
class Thing:
    """An object with a row."""

    row: strawberry.Private[Any]
    code: str = plain("code", "Its code.")
    parts: list[Part] = loaded(parts_of, "id", Part, "Its parts.")

    @strawberry.field
    def twice(self) -> str:
        """Return the code twice, which needs the object itself."""
        return f"{self.row.code}{self.row.code}"


@dataclass
class Page:
    """A page of rows."""

    rows: list[Any]


@strawberry.type
class Lists:
    """The same things as rows and as objects."""

    page: strawberry.Private[Page]
    nodes: list[Thing] = paged(Thing, "As rows.")

    @strawberry.field
    def things(self) -> list[Thing]:
        """Return objects."""
        return [Thing(row=row) for row in self.page.rows]


@strawberry.type
class Query:
    """Lists; `mixed` has rows of different classes."""

    @strawberry.field
    def some(self) -> Lists:
        """Return three things."""
        return Lists(page=Page(ROWS))

    @strawberry.field
    def none(self) -> Lists:
        """Return an empty list."""
        return Lists(page=Page([]))

    @strawberry.field
    def mixed(self) -> Lists:
        """Return two rows of different classes."""
        return Lists(page=Page([ROWS[0], OTHER]))


class Context:
    """Loads like the context of a request."""

    async def load(self, load: Any, key: Any) -> Any:
        """Return the loaded value of one key."""
        return (await load([key]))[0]

    async def load_all(self, load: Any, keys: Any) -> Any:
        """Return the loaded values of several keys."""
        return await load(keys)


SCHEMA = strawberry.Schema(Query)


async def execute_plan(text: str) -> Any:
    """Return the result of an operation's plan."""
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    found = Engine(SCHEMA, compile_at=1).planned(Plans(document, operation), {})
    assert found is not None
    run: Any = Run(Context(), VariableValues({}, {}))  # type: ignore[arg-type]  # it has the used attributes
    return msgspec.json.decode(msgspec.json.encode(await found[0].write(run)))


@pytest.mark.parametrize(
    "fields", ["code", "code parts { name }", "parts { name }", "code twice parts { name }", "twice"]
)
@pytest.mark.parametrize("lists", ["some", "none"])
async def test_lists_of_rows_and_objects(lists: str, fields: str) -> None:
    """Lists that need rows only, or objects too, with loaded fields, or empty, equal the result of graphql-core."""
    text = f"{{ {lists} {{ nodes {{ {fields} }} things {{ {fields} }} }} }}"
    expected = await SCHEMA.execute(text, context_value=Context())
    assert expected.errors is None
    assert await execute_plan(text) == expected.data


async def test_rows_of_different_classes_raise() -> None:
    """A batch of rows of different classes raises InvalidValue, so that graphql-core executes; single rows work."""
    with pytest.raises(InvalidValue):
        await execute_plan("{ mixed { things { code parts { name } } } }")
    text = "{ mixed { things { code } } }"
    assert await execute_plan(text) == (await SCHEMA.execute(text, context_value=Context())).data
