"""A cache of introspected schemas: they depend on the document and its variables alone, and take long to execute.

Tools send the same documents again and again, with other comments and spaces. They are cached by their canonical text.
"""

from collections import OrderedDict
from typing import Any

import msgspec
from graphql import DocumentNode, OperationDefinitionNode, OperationType, print_ast

from api.http.graphql.public_responses import INTROSPECTION, root_fields

# The whole schema is a quarter of a megabyte.
MAX_BYTES = 2_000_000
_encode = msgspec.json.Encoder(order="deterministic").encode


def canonical_text(document: DocumentNode, operation: OperationDefinitionNode) -> str | None:
    """Return the text by which the results of an operation are cached; None where it reads more than the schema."""
    if operation.operation is not OperationType.QUERY or not INTROSPECTION.issuperset(root_fields(document, operation)):
        return None
    return print_ast(document)


Key = tuple[str, str | None, bytes]


class IntrospectionCache:
    """The results that were used last, up to MAX_BYTES together with their keys."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[Key, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, text: str, name: str | None, variables: dict[str, Any]) -> bytes | None:
        """Return the cached result of an operation; None where there is none."""
        key = text, name, _encode(variables)
        if key in self._bodies:
            self._bodies.move_to_end(key)
        return self._bodies.get(key)

    def put(self, text: str, name: str | None, variables: dict[str, Any], body: bytes) -> None:
        """Cache a result without errors; evict the ones that were not used for longest."""
        key = text, name, _encode(variables)
        if key in self._bodies:
            return
        self._bodies[key] = body
        self._bytes += _size(key, body)
        while self._bytes > MAX_BYTES:
            self._bytes -= _size(*self._bodies.popitem(last=False))


def _size(key: Key, body: bytes) -> int:
    text, _, variables = key
    return len(text) + len(variables) + len(body)
