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
    get_nullable_type,
    is_list_type,
)

from api.graphql.pagination import clamp

EXTENSION = "cost_weights"
ENTRIES = 4
# What a token costs to be parsed and validated, and a field to be planned, in the same unit.
TOKEN = 7
PLANNING = 33
INTROSPECTION = "__"
# The lists of introspection, each with all of its entries: most are shorter than the longest by far.
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
    """The fields that cost more than one, as "Type.field", and the longest that their lists can be.

    `lists_by_argument` names an argument, and a function from its literal value (None for a variable) to the length.
    """

    fields: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    lists_by_argument: Mapping[str, tuple[str, Callable[[str | None], int]]] = field(default_factory=dict)

    def weight(self, parent: str, name: str) -> int:
        """Return what a field costs without what is selected below it."""
        if name.startswith(INTROSPECTION):
            return INTROSPECTION_WEIGHTS.get(name, 1)
        if parent.startswith(INTROSPECTION):
            return INTROSPECTION_WEIGHTS.get(f"{parent}.{name}", 1)
        return self.fields.get(f"{parent}.{name}", 1)

    def entries(self, parent: str, node: FieldNode, definition: GraphQLField | None) -> int:
        """Return the longest that the list in a field can be; one for what is no list, and for introspection."""
        name = f"{parent}.{node.name.value}"
        if name in self.lists_by_argument:
            argument, length = self.lists_by_argument[name]
            given = next((each.value for each in node.arguments or () if each.name.value == argument), None)
            return length(getattr(given, "value", None))
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
    """Return what it costs to plan a field; introspection is never planned."""
    return 0 if parent.startswith(INTROSPECTION) else PLANNING


def page_size(node: FieldNode, longest: int) -> int:
    """Return how many entries the page in a field has; one that a variable gives may be the longest."""
    given = next((each.value for each in node.arguments or () if each.name.value == "first"), None)
    if given is None or isinstance(given, NullValueNode):
        return clamp(None, longest)
    if not isinstance(given, IntValueNode):
        return longest
    if given.value.startswith("-"):
        return 1
    return clamp(int(given.value), longest) if len(given.value) <= len(str(longest)) else longest
