"""The served schema keeps the rules that clients rely on."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

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
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)

from tests.architecture.sources import ROOT

SDL = (ROOT / "schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL)
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


def test_languages_are_paragraphs() -> None:
    """A description has the Chinese sentences, an empty line, and the English ones, without further paragraphs."""
    parts = {where: description.split("\n\n") for where, description in descriptions()}
    assert [where for where, found in parts.items() if len(found) != 2 or CHINESE_FIRST.match(found[1])] == []


def test_defaults_say_something() -> None:
    """No argument or input field has null as its default, which it has anyway."""
    assert re.findall(r"^.*= null.*$", SDL, re.MULTILINE) == []


EXAMPLE = re.compile(r"Example: ([^\n]+?)\.?$", re.MULTILINE)
FITTING = {
    "Boolean": r"true|false",
    "Date": r"\d{4}-\d{2}-\d{2}",
    "DateTime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+08:00",
    "Int": r"-?\d+",
    "Month": r"\d{4}-\d{2}",
}


def test_examples_fit_their_fields() -> None:
    """An example in a description is a value that the field, the argument or the scalar can have."""
    assert list(unfitting()) == []


def unfitting() -> Iterator[str]:
    """Yield the coordinates whose example their type does not have."""
    typed: dict[str, Any] = {name: type_ for name, type_ in TYPES.items() if isinstance(type_, GraphQLScalarType)}
    for coordinate, field in output_fields():
        typed[coordinate] = field.type
        typed |= {f"{coordinate}({name}:)": argument.type for name, argument in field.args.items()}
    for coordinate, description in descriptions():
        for example in EXAMPLE.findall(description) if coordinate in typed else ():
            type_ = get_named_type(typed[coordinate])
            values = "|".join(type_.values) if isinstance(type_, GraphQLEnumType) else FITTING.get(type_.name, ".*")
            if not re.fullmatch(values, example):
                yield f"{coordinate}: {type_} is never {example}"


def test_deprecations_name_replacement_and_date() -> None:
    """A deprecated element says what to use instead, which exists, and from when it may be missing."""
    reasons = dict(re.findall(r"^ +(\w+).*@deprecated\(reason: \"([^\"]+)\"\)", SDL, re.MULTILINE))
    assert reasons
    for name, reason in reasons.items():
        said = re.fullmatch(r"Use `(\w+)\.(\w+)`\. It may be missing from 20\d\d-\d\d-\d\d on\.", reason)
        assert said is not None, name
        owner = TYPES[said[1]]
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
        assert said[2] in owner.fields


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
    """Date, DateTime and Month are the only scalars beside the built-in ones; each names its specification."""
    assert {name for name, type_ in TYPES.items() if isinstance(type_, GraphQLScalarType)} == {
        "Date",
        "DateTime",
        "Month",
    }
    assert all(type_.specified_by_url for type_ in TYPES.values() if isinstance(type_, GraphQLScalarType))
