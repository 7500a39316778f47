"""Every place of the schema that takes input, and a document with a variable in that place."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    is_union_type,
)

# Values of other required arguments by name; KEY and NUMBER are replaced later. A new required argument needs a line.
REQUIRED_VALUES = {
    "account": '"nobody"', "by": '{ id: "x" }', "birthDate": '"1980-01-01"', "digest": '"x"',
    "enrolmentId": '"enrolment_x"',
    "ethnicGroup": '"01"', "householdRegistrationType": '"11"', "idNumber": '"NUMBER"', "id": '"x"',
    "idempotencyKey": '"KEY"', "insuredDistrict": '"120101"', "mobileNumber": '"13800001234"', "name": '"mobileNumber"',
    "noticeVersion": '"2026-11-30"', "number": '"x"', "password": '"x"', "purpose": '"核对"',
    "residentialAddress": '"天津市和平区海光路1号"', "sex": '"1"', "value": '"13800001234"', "values": "[]",
}  # fmt: skip
ENUMS = {"CodeTableName": "SEX", "InsuranceSituation": "NEVER", "SchemeName": "RESIDENTS_PENSION"}


@dataclass(frozen=True, slots=True)
class Place:
    """An argument or an input field, and a document in which it is the variable $hostile."""

    name: str
    type: str
    document: str


def places(schema: GraphQLSchema) -> Iterator[Place]:
    """Yield every place, found by a breadth-first walk from the root types."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for way, owner, name, field in _fields(root, descends=kind == "query"):
            for argument_name, argument in field.args.items():
                for inner, place, value in _slots(argument, argument_name):
                    others = _others(field.args, argument_name)
                    called = f"{name}({', '.join([*others, f'{argument_name}: {value}'])}){_selection(field)}"
                    yield Place(
                        f"{owner}.{name}.{place}", inner, f"{kind} ($hostile: {inner}) {{ {way.replace('…', called)} }}"
                    )


def _fields(root: GraphQLObjectType, *, descends: bool) -> Iterator[tuple[str, str, str, GraphQLField]]:
    queue: deque[tuple[str, GraphQLObjectType | GraphQLInterfaceType]] = deque([("…", root)])
    seen = {root.name}
    while queue:
        way, kind = queue.popleft()
        for name, field in kind.fields.items():
            yield way, kind.name, name, field
            inner = get_named_type(field.type)
            if descends and isinstance(inner, GraphQLObjectType | GraphQLInterfaceType) and inner.name not in seen:
                seen.add(inner.name)
                given = _others(field.args, "")
                called = f"{name}({', '.join(given)})" if given else name
                queue.append((way.replace("…", f"{called} {{ … }}"), inner))


def _slots(slot: GraphQLArgument | GraphQLInputField, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the variable's type, the place's name, and the argument's value with the variable in it."""
    yield str(slot.type), path, "$hostile"
    kind = get_named_type(slot.type)
    if isinstance(kind, GraphQLInputObjectType):
        for inner_name, field in kind.fields.items():
            others = _others(kind.fields, inner_name)
            for inner, place, value in _slots(field, f"{path}.{inner_name}"):
                yield inner, place, f"{{ {', '.join([*others, f'{inner_name}: {value}'])} }}"


def _others(slots: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField], without: str) -> list[str]:
    return [
        f"{name}: {_required_value(name, slot)}"
        for name, slot in slots.items()
        if name != without and _is_required(slot)
    ]


def _required_value(name: str, slot: GraphQLArgument | GraphQLInputField) -> str:
    kind = get_named_type(slot.type)
    if isinstance(kind, GraphQLInputObjectType) and name not in REQUIRED_VALUES:
        return f"{{ {', '.join(_others(kind.fields, ''))} }}"
    return ENUMS[kind.name] if isinstance(kind, GraphQLEnumType) else REQUIRED_VALUES[name]


def _is_required(slot: GraphQLArgument | GraphQLInputField) -> bool:
    return is_required_argument(slot) if isinstance(slot, GraphQLArgument) else is_required_input_field(slot)


def _selection(field: GraphQLField) -> str:
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    if is_union_type(kind):
        return " { __typename ... on Problem { code message } }"
    return " { __typename }"
