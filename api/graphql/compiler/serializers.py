"""Serializers of scalars and enums, with the results of graphql-core: strings, numbers, Booleans."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType

Writer = Callable[[Any], Any]


def writer_of(leaf: GraphQLLeafType) -> Writer:
    """Return the function that gives what is written of values of `leaf`, never None; it raises what `leaf` refuses."""
    return _enum_writer(leaf) if isinstance(leaf, GraphQLEnumType) else leaf.serialize


def _enum_writer(leaf: GraphQLEnumType) -> Writer:
    names: dict[Enum, Any] = {}

    def written(value: Any) -> Any:
        # By identity of the member: a string enum equals its value, which the ordinary executor may refuse.
        found = names.get(value) if isinstance(value, Enum) else None
        if found is None:
            found = leaf.serialize(value)
            if isinstance(value, Enum):
                names[value] = found
        return found

    return written
