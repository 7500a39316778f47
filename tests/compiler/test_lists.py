"""Lists whose objects have rows, and for which something is loaded: by plans the same as field by field."""

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
# The same columns in another order.
OTHER = row_class(Employer, ("code", "id", "name"))(("C1", 1, "a"))


async def of_each(numbers: Sequence[int], columns: Any = None) -> list[list[Any]]:  # noqa: ARG001 - all are there
    """Return as many parts of each thing as its number says."""
    return [ROWS[:number] for number in numbers]


@strawberry.type
class Part:
    """Something that hangs on a thing."""

    row: strawberry.Private[Any]
    name: str = plain("name", "Its name.")


@strawberry.type
class Thing:
    """Something with a row."""

    row: strawberry.Private[Any]
    code: str = plain("code", "Its code.")
    parts: list[Part] = loaded(of_each, "id", Part, "Its parts.")

    @strawberry.field
    def twice(self) -> str:
        """Return its code twice: for that the thing itself is needed."""
        return f"{self.row.code}{self.row.code}"


@dataclass
class Page:
    """Some rows."""

    rows: list[Any]


@strawberry.type
class Lists:
    """The same things, as rows and as objects."""

    page: strawberry.Private[Page]
    nodes: list[Thing] = paged(Thing, "As rows.")

    @strawberry.field
    def things(self) -> list[Thing]:
        """Return them as objects."""
        return [Thing(row=row) for row in self.page.rows]


@strawberry.type
class Query:
    """Has lists: `mixed` of rows that do not lie alike."""

    @strawberry.field
    def some(self) -> Lists:
        """Return three."""
        return Lists(page=Page(ROWS))

    @strawberry.field
    def none(self) -> Lists:
        """Return nothing."""
        return Lists(page=Page([]))

    @strawberry.field
    def mixed(self) -> Lists:
        """Return two that have different classes."""
        return Lists(page=Page([ROWS[0], OTHER]))


class Context:
    """Loads, as a request does."""

    async def load(self, load: Any, key: Any) -> Any:
        """Return what is loaded for one key."""
        return (await load([key]))[0]

    async def load_all(self, load: Any, keys: Any) -> Any:
        """Return what is loaded for several."""
        return await load(keys)


SCHEMA = strawberry.Schema(Query)


async def planned(text: str) -> Any:
    """Return what the plan of an operation gives."""
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    found = Engine(SCHEMA, worth_after=1).planned(Plans(document, operation), {})
    assert found is not None
    run: Any = Run(Context(), VariableValues({}, {}))  # type: ignore[arg-type]  # it has what is asked of it
    return msgspec.json.decode(msgspec.json.encode(await found[0].write(run)))


@pytest.mark.parametrize(
    "fields", ["code", "code parts { name }", "parts { name }", "code twice parts { name }", "twice"]
)
@pytest.mark.parametrize("lists", ["some", "none"])
async def test_lists_of_rows_and_of_objects_are_written_alike(lists: str, fields: str) -> None:
    """Whether rows alone are needed or the objects too, with what hangs on each, and where there are none."""
    text = f"{{ {lists} {{ nodes {{ {fields} }} things {{ {fields} }} }} }}"
    expected = await SCHEMA.execute(text, context_value=Context())
    assert expected.errors is None
    assert await planned(text) == expected.data


async def test_rows_that_do_not_lie_alike_are_not_written_as_if_they_did() -> None:
    """The ordinary executor then answers; one at a time a plan writes them too."""
    with pytest.raises(InvalidValue):
        await planned("{ mixed { things { code parts { name } } } }")
    text = "{ mixed { things { code } } }"
    assert await planned(text) == (await SCHEMA.execute(text, context_value=Context())).data
