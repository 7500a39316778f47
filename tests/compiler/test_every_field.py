"""Every field that Strawberry can express compiles, with the results of graphql-core.

The schema has each kind of field on each kind of row: sync and async resolvers on loaded, joined and listed rows; codes
that read the request; field extensions; permissions; interfaces and unions of loaded rows.
"""

from collections import namedtuple
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import pytest
import strawberry
from graphql import GraphQLError, OperationDefinitionNode, execute, parse
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, given, settings
from hypothesis_graphql import queries
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from api.adapters.strawberry import core_schema
from api.db.query.row_types import row_class
from api.graphql.compiler.executor import Engine, Plans
from api.graphql.compiler.plan import Run
from api.graphql.fields import coded, joined, loaded, masked, paged, plain
from api.people.models import Employer
from tests.compiler.test_lists import Context, Page

EMPLOYERS = [row_class(Employer, ("id", "code", "name"))((number, f"C{number}", "单位")) for number in (1, 2, 3)]
# Any object with these attributes is a row of a person.
Row = namedtuple("Row", ("id", "name", "sex", "public_id", "employer__code", "employer__name", "employer__id"))  # noqa: PYI024 - rows have no types
PEOPLE = [
    Row(1, "张三", "1", "person_1", "C1", "单位", 1),
    Row(2, "李四", None, "person_2", None, None, None),
    Row(3, "王五", "2", "person_3", "C2", "单位", 2),
]


async def employers_of(numbers: Sequence[int], columns: Any = None) -> list[list[Any]]:  # noqa: ARG001 - all are there
    """Return as many employers of each person as the person's number."""
    return [EMPLOYERS[:number] for number in numbers]


async def first_of(numbers: Sequence[int], columns: Any = None) -> list[Any]:  # noqa: ARG001 - all are there
    """Return one employer for odd numbers."""
    return [EMPLOYERS[0] if number % 2 else None for number in numbers]


class Doubled(FieldExtension):
    """Returns the value twice."""

    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        """Return the field's value twice."""
        return next_(source, info, **kwargs) * 2


class Slow(FieldExtension):
    """Awaits the value."""

    async def resolve_async(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        """Return the field's value with a suffix."""
        return f"{await next_(source, info, **kwargs)}!"


class Open(BasePermission):
    """Permits every field except `secret`."""

    message = "not allowed"

    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:  # noqa: ARG002 - the signature of the base class
        """Return whether the field may be read."""
        return info.field_name != "secret"


@strawberry.type
class Sex:
    """A code whose name depends on the request."""

    code: str

    @strawberry.field
    def title(self, info: strawberry.Info) -> str:
        """Return the name that the request selects."""
        return f"{info.context.tone}{self.code}"


@strawberry.interface
class Named:
    """An object with a name."""

    row: strawberry.Private[Any]
    name: str = plain("name", "Its name.")


@strawberry.type
class Company(Named):
    """An employer."""

    code: str = plain("code", "Its code.")
    masked_code: str | None = masked("code", lambda code: code and f"{code[:1]}*", "Its code, masked.")

    @strawberry.field
    def label(self) -> str:
        """Return code and name."""
        return f"{self.row.code} {self.row.name}"

    @strawberry.field
    async def greeting(self, info: strawberry.Info, words: int = 1) -> str:
        """Return a text with the argument."""
        return f"{info.field_name} {words} {self.row.name}"

    @strawberry.field(extensions=[Doubled()])
    def twice(self, times: int = 1) -> str:
        """Return the code."""
        return str(self.row.code) * min(times, 3)

    @strawberry.field(extensions=[Slow()])
    async def slow(self) -> str:
        """Return the code."""
        return str(self.row.code)

    @strawberry.field(permission_classes=[Open])
    def allowed(self) -> str:
        """Return the code."""
        return str(self.row.code)

    people: "list[Annotated[Human, strawberry.lazy('tests.compiler.test_every_field')]]" = loaded(
        lambda keys, columns=None: people_of(keys, columns), "id", lambda row: Human(row=row), "Who works there."
    )


@strawberry.type
class Shop(Named):
    """A small employer."""


def kind_of(row: Any) -> Named:
    """Return a shop for every second row."""
    return Shop(row=row) if row.id == 2 else Company(row=row)


@strawberry.type
class Human(Named):
    """A person."""

    id: strawberry.ID = plain("public_id", "Its id.")
    sex: Sex | None = coded("sex", lambda code: code and Sex(code=code), lambda _: True, "Its sex.")
    employer: Company | None = joined("employer", "code", lambda row: Company(row=row), "Its employer.")
    employers: list[Company] = loaded(employers_of, "id", Company, "All employers.")
    first: Company | None = loaded(first_of, "id", Company, "The first one.")
    mixed: list[Named] = loaded(employers_of, "id", kind_of, "Employers of two types.")
    either: list[Annotated[Company | Shop, strawberry.union("Either")]] = loaded(
        employers_of, "id", kind_of, "Employers of two types."
    )
    one: Named | None = loaded(first_of, "id", kind_of, "One of two types.")

    @strawberry.field
    async def path(self, info: strawberry.Info) -> str:
        """Return the last key of the path."""
        return f"{info.path.key} {info.return_type}"


async def people_of(numbers: Sequence[int], columns: Any = None) -> list[list[Any]]:  # noqa: ARG001 - all are there
    """Return as many persons as the number."""
    return [PEOPLE[:number] for number in numbers]


@strawberry.type
class People:
    """A page."""

    page: strawberry.Private[Page]
    nodes: list[Human] = paged(Human, "As rows.")
    named: list[Named] = paged(Human, "As an interface.")


@strawberry.type
class Query:
    """The queries."""

    @strawberry.field
    def people(self) -> People:
        """Return a page of people."""
        return People(page=Page(PEOPLE))

    @strawberry.field
    async def human(self) -> Human | None:
        """Return one person."""
        return Human(row=PEOPLE[0])


SCHEMA = strawberry.Schema(Query, types=[Company, Shop])


class Request(Context):
    """A request with an additional attribute."""

    tone = "称"


async def execute_plan(text: str) -> Any:
    """Return the result of an operation's plan; fail if it has none."""
    document = parse(text)
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    reasons: list[str] = []
    found = Engine(SCHEMA, compile_at=1, report=reasons.append).planned(Plans(document, operation), {})
    assert found is not None, reasons
    run: Any = Run(Request(), VariableValues({}, {}))  # type: ignore[arg-type]  # it has the used attributes
    return msgspec.json.decode(msgspec.json.encode(await found[0].write(run)))


def compiled_functions(text: str) -> int:
    """Return the number of functions of an operation's plan."""
    document = parse(text)
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    found = Engine(SCHEMA, compile_at=1).planned(Plans(document, operation), {})
    assert found is not None
    return found[0].source.count("def write")


async def execute_core(text: str) -> Any:
    """Return the result of graphql-core."""
    result = execute(core_schema(SCHEMA), parse(text), context_value=Request())
    found = result if not hasattr(result, "__await__") else await result
    assert found.errors is None, found.errors
    return found.data


FIELDS = (
    "label", "greeting", "greeting(words: 2)", "twice", "twice(times: 2)", "slow", "allowed", "maskedCode",
    "people { name employer { label } }", "code label", "people { employers { greeting } }",
)  # fmt: skip


@pytest.mark.parametrize("place", ["employer", "employers", "first", "mixed { ... on Company", "one { ... on Company"])
@pytest.mark.parametrize("fields", FIELDS)
async def test_fields_of_rows_compile(place: str, fields: str) -> None:
    """Fields compile on joined rows, loaded rows, lists of loaded rows, and rows of several types."""
    inner = f"{place} {{ {fields} }}" + (" }" if "{" in place else "")
    for text in (f"{{ people {{ nodes {{ id {inner} }} }} }}", f"{{ human {{ name {inner} }} }}"):
        assert await execute_plan(text) == await execute_core(text)


@pytest.mark.parametrize(
    "text",
    [
        "{ people { nodes { sex { code title } } } }",
        "{ people { named { name __typename ... on Human { id employer { greeting } } } } }",
        "{ people { nodes { either { ... on Company { slow } ... on Shop { name } } } } }",
        "{ human { path other: path } }",
    ],
)
async def test_fields_compile(text: str) -> None:
    """Codes that read the request, interfaces, unions, and resolvers that read `info` compile."""
    assert await execute_plan(text) == await execute_core(text)


async def test_deep_selection_compiles_once() -> None:
    """The number of compiled functions grows linearly with the depth of the selection."""
    inner = "label"
    for _ in range(3):
        inner = f"label people {{ name employers {{ {inner} }} }}"
    text = f"{{ human {{ employers {{ {inner} }} }} }}"
    plan = await execute_plan(text)
    assert plan == await execute_core(text)
    # Per level: one for the object, one for its loader, one for the list.
    assert compiled_functions(text) <= 3 * text.count("{")


@given(text=queries(SCHEMA.as_str()))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
async def test_generated_operations_equal_graphql_core(text: str) -> None:
    """Operations generated from the schema return the result of graphql-core."""
    try:
        expected = await execute_core(text)
    except (AssertionError, GraphQLError):
        return
    assert await execute_plan(text) == expected
