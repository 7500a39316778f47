"""The served schema holds all that was agreed, under the agreed names and types; it may hold more."""

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
)

from tests.architecture.sources import ROOT, no_offenders

AGREED = build_schema((ROOT / "tests/architecture/contract.graphql").read_text(encoding="utf-8"))
SERVED = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
NAMES = sorted(
    name
    for name, type_ in AGREED.type_map.items()
    if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
)


def test_what_was_agreed_is_served() -> None:
    """A client written against the contract works: same kind, and nothing that it relies on is missing or other."""
    no_offenders(
        missing(), "Serve it again: a client relies on it. tests/architecture/contract.graphql says what was agreed."
    )


def test_what_was_added_is_optional() -> None:
    """A client written against the contract need not know what was added; what a new field takes is its own affair."""
    no_offenders(added(), "Make it optional, or give it a default: clients that were written earlier do not say it.")


def missing() -> Iterator[str]:
    """Yield what was agreed and is not served, with its coordinate."""
    for name in NAMES:
        agreed, served = AGREED.type_map[name], SERVED.type_map.get(name)
        if type(served) is not type(agreed):
            yield f"{name}: is {type(served).__name__}, agreed was {type(agreed).__name__}"
        else:
            yield from (f"{name}.{each}" for each in promises(agreed) - promises(served))


def added() -> Iterator[str]:
    """Yield what a client must say now and need not say by the contract, with its coordinate."""
    for name in NAMES:
        agreed, served = AGREED.type_map[name], SERVED.type_map.get(name)
        new = demands(served) - demands(agreed) if served else set()
        known = agreed.fields if isinstance(agreed, GraphQLObjectType | GraphQLInterfaceType) else {}
        yield from (f"{name}.{each}" for each in new if "(" not in each or each.partition("(")[0] in known)


def promises(type_: GraphQLNamedType) -> set[str]:
    """Return what a client may rely on, one line each."""
    found: set[str] = set()
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        found |= {f"implements {interface.name}" for interface in type_.interfaces}
        for name, field in type_.fields.items():
            found.add(f"{name}: {field.type}")
            found |= {f"{name}({key}: {arg.type} = {arg.default_value!r})" for key, arg in field.args.items()}
    if isinstance(type_, GraphQLInputObjectType):
        found |= {f"{name}: {field.type} = {field.default_value!r}" for name, field in type_.fields.items()}
    if isinstance(type_, GraphQLEnumType):
        found |= set(type_.values)
    if isinstance(type_, GraphQLUnionType):
        found |= {f"| {member.name}" for member in type_.types}
    return found


def demands(type_: GraphQLNamedType) -> set[str]:
    """Return what a client must say, one line each."""
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return {
            f"{name}({key}:)"
            for name, field in type_.fields.items()
            for key, argument in field.args.items()
            if is_required_argument(argument)
        }
    if isinstance(type_, GraphQLInputObjectType):
        return {name for name, field in type_.fields.items() if is_required_input_field(field)}
    return set()
