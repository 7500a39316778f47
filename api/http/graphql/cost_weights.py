"""The cost of a schema's fields: 1 is a plain field of a response, about 2 µs.

Parsing a document costs too: for a document that is not cached it takes as long as executing most documents. A list
counts with its longest length, or with ENTRIES where that is not known. A schema names the fields that cost more than 1
in its extension EXTENSION.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    IntValueNode,
    NullValueNode,
    ValueNode,
    get_nullable_type,
    is_list_type,
)

from api.graphql.pagination import clamp

EXTENSION = "cost_weights"
ENTRIES = 4
# The cost of parsing and validating a token, and of compiling a field, in the same unit.
TOKEN = 7
PLANNING = 33
INTROSPECTION = "__"
# The fields of introspection, each with all entries of its list.
INTROSPECTION_WEIGHTS = {
    "__schema": 500,
    "__type": 100,
    "__Schema.types": 2000,
    "__Type.enumValues": 500,
    "__Type.fields": 1500,
    "__Type.inputFields": 200,
    "__Type.interfaces": 200,
    "__Type.possibleTypes": 200,
    "__Field.args": 500,
}


@dataclass(frozen=True, slots=True)
class CostWeights:
    """The fields that cost more than one, as "Type.field", and the maximum lengths of their lists.

    `lists_by_argument` names an argument, and a function from its literal value (None for a variable) to the length.
    """

    fields: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    lists_by_argument: Mapping[str, tuple[str, Callable[[str | None], int]]] = field(default_factory=dict)

    def weight(self, parent: str, name: str) -> int:
        """Return the cost of a field without the selection below it."""
        if name.startswith(INTROSPECTION):
            return INTROSPECTION_WEIGHTS.get(name, 1)
        if parent.startswith(INTROSPECTION):
            return INTROSPECTION_WEIGHTS.get(f"{parent}.{name}", 1)
        return self.fields.get(f"{parent}.{name}", 1)

    def entries(self, parent: str, node: FieldNode, definition: GraphQLField | None) -> int:
        """Return the maximum length of the list in a field; 1 for a field without a list, and for introspection."""
        name = f"{parent}.{node.name.value}"
        if name in self.lists_by_argument:
            argument, length = self.lists_by_argument[name]
            literal = next((each.value for each in node.arguments or () if each.name.value == argument), None)
            return length(getattr(literal, "value", None))
        is_introspection = parent.startswith(INTROSPECTION)
        if definition is None or is_introspection or not is_list_type(get_nullable_type(definition.type)):
            return 1
        return self.lists.get(name, ENTRIES)


EVERY_FIELD_COSTS_ONE = CostWeights()


def cost_weights_of(schema: GraphQLSchema) -> CostWeights:
    """Return the weights that a schema names."""
    found: CostWeights = schema.extensions.get(EXTENSION, EVERY_FIELD_COSTS_ONE)
    return found


def planning(parent: str) -> int:
    """Return the cost of compiling a field; introspection is never compiled."""
    return 0 if parent.startswith(INTROSPECTION) else PLANNING


def page_size(node: FieldNode, max_size: int) -> int:
    """Return how many entries the page in a field has; the maximum where a variable gives it."""
    given = {each.name.value: each.value for each in node.arguments or ()}
    # Where a variable gives `last`, it may be null, and `first` decides.
    return max(_size(given.get("first"), max_size), _size(given["last"], max_size) if "last" in given else 0)


def _size(value: ValueNode | None, max_size: int) -> int:
    if value is None or isinstance(value, NullValueNode):
        return clamp(None, max_size)
    if not isinstance(value, IntValueNode):
        return max_size
    if value.value.startswith("-"):
        return 0
    return clamp(int(value.value), max_size) if len(value.value) <= len(str(max_size)) else max_size
