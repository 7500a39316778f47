"""The schemas beside that of the API, of messages to webhooks and of a subgraph, are described as it is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLSchema, is_introspection_type, is_specified_scalar_type

from api.adapters.strawberry import core_schema
from api.schema.federation import federated_schema
from api.webhooks.schema import schema as messages
from tests.architecture.test_schema import CHINESE_FIRST

SCHEMAS = {"messages": messages, "subgraph": federated_schema()}


def descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Yield the coordinate and the description of each type, field, argument and value."""
    for kind in schema.type_map.values():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        yield kind.name, kind.description or ""
        inner: dict[str, Any] = getattr(kind, "fields", None) or getattr(kind, "values", None) or {}
        for name, element in inner.items():
            yield f"{kind.name}.{name}", element.description or ""
            for argument, described in getattr(element, "args", {}).items():
                yield f"{kind.name}.{name}({argument}:)", described.description or ""


@pytest.mark.parametrize("name", SCHEMAS)
def test_everything_is_described(name: str) -> None:
    """Each element has a description in Chinese and in English."""
    found = dict(descriptions(core_schema(SCHEMAS[name])))
    assert len(found) > 20
    in_both = {each for each, text in found.items() if CHINESE_FIRST.match(text) and re.search("[A-Za-z]{2}", text)}
    assert set(found) - in_both == set()
