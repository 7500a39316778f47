"""The served schema keeps the rules that clients rely on."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from tests.architecture.sources import ROOT

SCHEMA = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
TYPES = {
    name: type_
    for name, type_ in SCHEMA.type_map.items()
    if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
}
CHINESE_FIRST = re.compile(r"[《“（]?[\u4e00-\u9fff]")

Described = GraphQLNamedType | GraphQLField | GraphQLArgument | GraphQLInputField


def output_types() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    """Yield every object and interface type."""
    yield from (type_ for type_ in TYPES.values() if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType))


def output_fields() -> Iterator[tuple[str, GraphQLField]]:
    """Yield every output field with its coordinate."""
    for type_ in output_types():
        yield from ((f"{type_.name}.{name}", field) for name, field in type_.fields.items())


def descriptions() -> Iterator[tuple[str, str]]:
    """Yield the coordinate and the description of every element."""
    yield from ((name, type_.description or "") for name, type_ in TYPES.items())
    for coordinate, field in output_fields():
        yield coordinate, field.description or ""
        yield from ((f"{coordinate}({name}:)", argument.description or "") for name, argument in field.args.items())
    for type_ in TYPES.values():
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{type_.name}.{name}", field.description or "") for name, field in type_.fields.items())
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value.description or "") for name, value in type_.values.items())


def test_committed_schema_is_current() -> None:
    """schema.graphql is the output of `python -m api schema`; `make schema` writes it."""
    printed = subprocess.run(
        [sys.executable, "-m", "api", "schema"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert printed.stdout == (ROOT / "schema.graphql").read_text(encoding="utf-8")


def test_descriptions_start_with_chinese() -> None:
    """Every type, field, argument and enum value has a description that starts in Chinese."""
    assert [where for where, description in descriptions() if not CHINESE_FIRST.match(description)] == []


@pytest.mark.parametrize("root", [SCHEMA.query_type, SCHEMA.mutation_type], ids=str)
def test_root_fields_are_nullable(root: GraphQLObjectType) -> None:
    """Every field of Query and Mutation is nullable, so that a fault in one does not null its siblings."""
    assert [name for name, field in root.fields.items() if isinstance(field.type, GraphQLNonNull)] == []


def test_lists_are_non_null() -> None:
    """Outside the two root types, lists are `[T!]!`."""
    roots = {SCHEMA.query_type, SCHEMA.mutation_type}
    for coordinate, field in output_fields():
        if SCHEMA.get_type(coordinate.split(".")[0]) in roots:
            continue
        inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        if isinstance(inner, GraphQLList):
            assert isinstance(field.type, GraphQLNonNull), coordinate
            assert isinstance(inner.of_type, GraphQLNonNull), coordinate


def test_mutations_return_unions() -> None:
    """Each mutation returns its own union of one or more successes, and failures that implement Problem."""
    assert SCHEMA.mutation_type is not None
    problem = SCHEMA.type_map["Problem"]
    for name, field in SCHEMA.mutation_type.fields.items():
        if name == "signOut":
            continue
        assert isinstance(field.type, GraphQLUnionType), name
        assert field.type.name == f"{name[0].upper()}{name[1:]}Result"
        assert any(problem in member.interfaces for member in field.type.types), name
        assert any(problem not in member.interfaces for member in field.type.types), name


def test_mutations_take_idempotency_keys() -> None:
    """Each mutation's input has an idempotencyKey, except signing in and out and ending a session."""
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        if name not in {"signIn", "signOut", "endSession"}:
            assert str(field.args["input"].type).endswith("Input!"), name
            given = SCHEMA.type_map[str(field.args["input"].type).rstrip("!")]
            assert isinstance(given, GraphQLInputObjectType), name
            assert "idempotencyKey" in given.fields, name


def test_no_custom_scalars() -> None:
    """Date and DateTime are the only scalars besides the built-in ones."""
    assert {name for name, type_ in TYPES.items() if isinstance(type_, GraphQLScalarType)} == {"Date", "DateTime"}
