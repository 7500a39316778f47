"""The served schema contains the agreed contract, with its names and types; it may have more."""

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


def test_contract_is_served() -> None:
    """The served schema has every element that a client written against the contract uses."""
    no_offenders(missing(), "Serve it again: clients rely on it. tests/architecture/contract.graphql is the contract.")


def test_additions_are_optional() -> None:
    """Additions to agreed fields and inputs are optional for older clients; new fields may require arguments."""
    no_offenders(added(), "Make it optional, or give it a default: older clients do not send it.")


def missing() -> Iterator[str]:
    """Yield the agreed elements that are not served, by coordinate."""
    for name in NAMES:
        agreed, served = AGREED.type_map[name], SERVED.type_map.get(name)
        if type(served) is not type(agreed):
            yield f"{name}: is {type(served).__name__}, agreed was {type(agreed).__name__}"
        else:
            yield from (f"{name}.{each}" for each in promises(agreed) - promises(served))


def added() -> Iterator[str]:
    """Yield the elements that clients must send now but not by the contract, by coordinate."""
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
    """Return what a client must send, one line each."""
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
