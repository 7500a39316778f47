"""The operation that is compiled."""

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
    """The operation has something that only graphql-core executes, such as introspection; the message is the reason."""


@dataclass(frozen=True, slots=True)
class OperationToCompile:
    """One operation, with the values of its constant variables."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDetails]
    variables: VariableValues
    # The variables whose values are constants of the plan; the others are read at each run.
    constant: frozenset[str]

    @property
    def fragment_definitions(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments by name."""
        return {name: details.definition for name, details in self.fragments.items()}

    def is_constant(self, argument: ArgumentNode) -> bool:
        """Return whether an argument depends on constants of the plan alone."""
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
    """Return the Python class behind a type, or behind the type of its items."""
    origin: type = get_named_type(kind).extensions[DEFINITION].origin
    return origin


def is_date(kind: GraphQLOutputType) -> bool:
    """Return whether this is the scalar Date, whose text equals the stored text."""
    return isinstance(kind, GraphQLScalarType) and kind.name == "Date"
