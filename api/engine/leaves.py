"""Scalars and enum values as JSON text, exactly as the ordinary executor and its encoder write them."""

from collections.abc import Callable
from enum import Enum
from json.encoder import encode_basestring
from typing import Any

import orjson
from graphql import GraphQLEnumType, GraphQLID, GraphQLLeafType, GraphQLString

Writer = Callable[[Any], str]
NULL = "null"
quoted: Writer = encode_basestring


def writer_of(leaf: GraphQLLeafType) -> Writer:
    """Return the function that writes values of `leaf`, which are not None; it raises what `leaf` refuses."""
    if isinstance(leaf, GraphQLEnumType):
        return _enum_writer(leaf)
    if leaf is GraphQLString or leaf is GraphQLID:
        return _text_writer(leaf)
    return _writer(leaf)


def _writer(leaf: GraphQLLeafType) -> Writer:
    def written(value: Any) -> str:
        return orjson.dumps(leaf.serialize(value)).decode()

    return written


def _text_writer(leaf: GraphQLLeafType) -> Writer:
    slowly = _writer(leaf)

    def written(value: Any) -> str:
        return quoted(value) if value.__class__ is str else slowly(value)

    return written


def _enum_writer(leaf: GraphQLEnumType) -> Writer:
    slowly = _writer(leaf)
    names: dict[Enum, str] = {}

    def written(value: Any) -> str:
        # By identity of the member: a string enum equals its value, which the ordinary executor may refuse.
        found = names.get(value) if isinstance(value, Enum) else None
        if found is None:
            found = slowly(value)
            if isinstance(value, Enum):
                names[value] = found
        return found

    return written
