"""Without introspection, errors do not disclose the schema."""

import json
import re
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from api.schema.root import schema
from api.settings import Settings
from tests.hall import open_hall

REAL = schema._schema
# Documents with one error each, and their variables.
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "no such field": ("{ secrets }", {}),
    "a field spelled wrongly": ("{ viewr { account } }", {}),
    "no such field below": ("{ viewer { person { password } } }", {}),
    "no such argument": ("{ retirement(born: 1) { date } }", {}),
    "an argument left out": ("{ retirement { date } }", {}),
    "a field of an input left out": ("mutation { registerFlexibleEmployment(input: {}) { __typename } }", {}),
    "no such field of an input": ("{ people(filter: { names: 1 }) { totalCount } }", {}),
    "a value of another kind": ('{ retirement(sex: 1, birthDate: "x") { date } }', {}),
    "no value of an enum": ("{ codeTable(name: SEXES) { title } }", {}),
    "no selection": ("{ viewer }", {}),
    "a selection too much": ("{ viewer { account { x } } }", {}),
    "no such type": ("{ node(id: 1) { ... on Citizen { id } } }", {}),
    "a fragment that fits nowhere": ("{ viewer { ... on CodeTable { title } } }", {}),
    "a union's own field": ('mutation { signIn(input: { account: "", password: "" }) { code } }', {}),
    "a variable of another type": ("query ($n: Int!) { node(id: $n) { id } notice(version: $n) { version } }", {}),
    "a variable's field left out": (
        "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }",
        {"i": {"account": "a"}},
    ),
    "a variable's field too much": (
        "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }",
        {"i": {"account": "a", "password": "b", "pasword": "c"}},
    ),
    "a variable left out": ("query ($n: ID!) { node(id: $n) { id } }", {}),
    "a variable's enum": ("query ($n: CodeTableName!) { codeTable(name: $n) { title } }", {"n": "SEXES"}),
    "the schema": ("{ __schema { types { name } } }", {}),
    "a type": ('{ __type(name: "Person") { fields { name } } }', {}),
    "two that differ": ("{ a: service { version } a: notice { version } }", {}),
}  # fmt: skip


def names() -> set[str]:
    """Return all names of the schema."""
    found = {name for name in REAL.type_map if not name.startswith("__")} - {"String", "Int", "Float", "Boolean", "ID"}
    for kind in REAL.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            found |= set(kind.fields)
        found |= set(getattr(kind, "values", {}))
    return found


@pytest.mark.parametrize(("query", "variables"), WRONG.values(), ids=WRONG)
async def test_errors_name_only_names_of_request(
    empty_settings: Settings, query: str, variables: dict[str, Any]
) -> None:
    """In production errors contain no type, field, value or suggestion that the request does not contain."""
    async with open_hall(empty_settings) as hall:
        answer = (await hall.post(json={"query": query, "variables": variables})).json()
    assert 0 < len(answer["errors"]) <= 5
    for error in answer["errors"]:
        quoted = " ".join(re.findall(r"""['"](.*?)['"]""", error["message"]))
        written = set(re.findall(r"\w+", query + json.dumps(variables)))
        assert set(re.findall(r"\w+", quoted)) & names() <= written
        # Names in camel case are recognised without quotes too.
        long = {word for word in re.findall(r"\w+", error["message"]) if re.search("[a-z][A-Z]", word)}
        assert long <= written | {"GraphQL"}


async def test_errors_name_types_with_introspection(settings: Settings) -> None:
    """With introspection, error messages name the types."""
    async with open_hall(settings) as hall:
        answer = await hall.ask("{ viewr { account } }")
    assert answer["errors"][0]["message"] == "Cannot query field 'viewr' on type 'Query'."
