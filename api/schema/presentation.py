"""How the schema presents itself to tools: descriptions in two paragraphs, and no defaults that say nothing."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    Undefined,
    is_interface_type,
    is_introspection_type,
    is_object_type,
    is_specified_directive,
    is_specified_scalar_type,
)

DESCRIPTION = """城市社会保险个人网上服务大厅：查询个人参保信息，办理参保登记。

The Hall, a city's social-insurance personal online hall: people read their own record, learn whether and why they may
enrol in a scheme, enrol, and get a receipt. docs/api.md is for client developers."""
# The Chinese sentences end before the first letter, quotation mark or digit that follows a full stop directly.
END_OF_CHINESE = re.compile(r"。(?=[A-Za-z0-9`\"'])")


def present(schema: GraphQLSchema) -> None:
    """Complete a schema for tools, such as editors and code generators."""
    schema.description = DESCRIPTION
    for element in _elements(schema):
        if element.description is not None:
            element.description = paragraphs(element.description)
        # A nullable argument that is left out is null to a resolver anyway.
        if getattr(element, "default_value", Undefined) is None:
            element.default_value, element.default = Undefined, None


def paragraphs(description: str) -> str:
    """Return a description with an empty line between its Chinese and its English sentences."""
    return description if "\n\n" in description else END_OF_CHINESE.sub("。\n\n", description, count=1)


def _elements(schema: GraphQLSchema) -> Iterator[Any]:
    """Yield types, fields, arguments, enum values and directives of our own."""
    for kind in schema.type_map.values():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        yield kind
        if is_object_type(kind) or is_interface_type(kind):
            for field in kind.fields.values():
                yield field
                yield from field.args.values()
        elif isinstance(kind, GraphQLInputObjectType):
            yield from kind.fields.values()
        elif isinstance(kind, GraphQLEnumType):
            yield from kind.values.values()
    for directive in schema.directives:
        if not is_specified_directive(directive):
            yield directive
            yield from directive.args.values()
