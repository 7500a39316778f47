"""What is compiled: one operation, and what is known of it before it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    FragmentDefinitionNode,
    GraphQLOutputType,
    GraphQLScalarType,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    visit,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

DEFINITION = "strawberry-definition"


class NotCompiled(Exception):
    """Something that is left to the ordinary executor, such as introspection."""


@dataclass(frozen=True, slots=True)
class OperationToCompile:
    """One operation, with the values on which its shape depends."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDetails]
    variables: VariableValues
    # The variables whose values are part of the plan; the others are read at each run.
    constant: frozenset[str]

    @property
    def definitions(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments by name."""
        return {name: details.definition for name, details in self.fragments.items()}

    def is_constant(self, argument: ArgumentNode) -> bool:
        """Return whether an argument of a field depends on nothing but constants of the plan."""
        read = _Variables()
        visit(argument, read)
        return read.names <= self.constant


class _Variables(Visitor):
    """Gathers the names of variables."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def origin_of(kind: GraphQLOutputType) -> type:
    """Return the class behind a type, or behind that of its items."""
    origin: type = get_named_type(kind).extensions[DEFINITION].origin
    return origin


def is_date(kind: GraphQLOutputType) -> bool:
    """Return whether this is the scalar of days, whose text is what databases keep."""
    return isinstance(kind, GraphQLScalarType) and kind.name == "Date"
