"""GraphQL's own error messages quote what they complain about; here the quotes are taken out.

What somebody typed may be a person's number: it goes back to nobody, not even to its sender, whose screen and log it
would end in.
"""

import re
from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, FloatValueNode, IntValueNode, StringValueNode, Visitor, visit

HIDDEN = "…"
# Shorter texts and numbers are found in the words of any message.
SHORTEST = 3
# Where graphql-core, or its parser, quotes what it cannot take; it shortens long values, so the quote is none of them.
QUOTE = re.compile(r"""(cannot represent [^:'"]*|found): .*|(found (?:String|BlockString|Int|Float)) .*""", re.DOTALL)
# A name in a document may be a number's disguise.
DIGITS = re.compile(r"[0-9]{8,}[Xx]?")


def without_values(
    errors: list[dict[str, Any]], document: DocumentNode | None, variables: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return `errors`, as they are sent, without the document's strings and numbers and the variables' values."""
    values = {*_in_variables(variables), *(_in_document(document) if document else ())}
    patterns = [re.escape(value) for value in sorted(values, key=len, reverse=True) if len(value) >= SHORTEST]
    quoted = [f"(?<=[\"']){re.escape(value)}(?=[\"'])" for value in values if 0 < len(value) < SHORTEST]
    pattern = re.compile("|".join(patterns + quoted)) if patterns or quoted else None
    return [error | {"message": _hidden(error["message"], pattern)} for error in errors]


def _hidden(message: str, pattern: re.Pattern[str] | None) -> str:
    message = DIGITS.sub(HIDDEN, QUOTE.sub(_before_quote, message))
    return pattern.sub(HIDDEN, message) if pattern else message


def _before_quote(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]}."


def _in_variables(variables: dict[str, Any]) -> Iterator[str]:
    waiting: list[Any] = list(variables.values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield value
            yield repr(value)[1:-1]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield repr(value)


class _Collector(Visitor):
    """Collects the literal values of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.values: set[str] = set()

    def enter(self, node: Any, *_: Any) -> None:
        """Keep a string or a number."""
        if isinstance(node, StringValueNode | IntValueNode | FloatValueNode):
            self.values.add(node.value)


def _in_document(document: DocumentNode) -> set[str]:
    collector = _Collector()
    visit(document, collector)
    return collector.values
