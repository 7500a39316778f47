"""Removes names of the schema from GraphQL's error messages where introspection is closed.

Names that the request contains stay: names in the document, and keys of the variables.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import DocumentNode, NameNode, Visitor, visit

HIDDEN = "…"
QUOTED = re.compile(r"""(['"])(.*?)\1""", re.DOTALL)
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
# Every schema has these.
BUILT_IN = frozenset({"Boolean", "Float", "ID", "Int", "String"})


def mask_names(
    errors: list[dict[str, Any]], document: DocumentNode | None, variables: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return `errors`, as they are sent, without names that stand neither in `document` nor among the variables."""
    known = BUILT_IN.union(_in_document(document) if document else (), _keys(variables))

    def quote(found: re.Match[str]) -> str:
        # guard: names-are-not-taught
        return found[1] + NAME.sub(lambda name: name[0] if name[0] in known else HIDDEN, found[2]) + found[1]

    return [error | {"message": QUOTED.sub(quote, error["message"])} for error in errors]


def _keys(variables: Mapping[str, Any]) -> Iterator[str]:
    pending: list[Any] = [variables]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            yield from value
            pending += value.values()
        elif isinstance(value, list):
            pending += value


class _Names(Visitor):
    """Collects the names in a document."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_name(self, node: NameNode, *_: Any) -> None:
        """Keep a name."""
        self.names.add(node.value)


def _in_document(document: DocumentNode) -> set[str]:
    collector = _Names()
    visit(document, collector)
    return collector.names
