"""Removes the values of a request from GraphQL's error messages, which quote them.

A value may be an identity number. It is not even sent back to its sender: it would appear on a screen and in logs.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from graphql import DocumentNode, FloatValueNode, IntValueNode, StringValueNode, Visitor, visit

from api.adapters.graphql_core import QUOTED_VALUE

HIDDEN = "…"
# Names have no limit of their own, and a message repeats them: searching a longer one for values would take long.
MAX_MESSAGE_LENGTH = 1_000
TOO_LONG = "The document or its variables are wrong; what is wrong has names too long to repeat."
# Shorter texts and numbers are found in the words of any message.
MIN_MASKED_LENGTH = 3
# A quoted text shorter than MIN_MASKED_LENGTH.
SHORT = re.compile(r"""(?<=["'])..?(?=["'])""", re.DOTALL)
# A name in a document may be a number's disguise.
DIGITS = re.compile(r"[0-9]{8,}[Xx]?")


def mask_values(
    errors: list[dict[str, Any]], document: DocumentNode | None, variables: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return `errors`, as they are sent, without the document's strings and numbers and the variables' values."""
    values = {*_in_variables(variables), *(_in_document(document) if document else ())}
    long = sorted(
        (value for value in values if MIN_MASKED_LENGTH <= len(value) <= MAX_MESSAGE_LENGTH), key=len, reverse=True
    )
    short = {value for value in values if len(value) < MIN_MASKED_LENGTH}
    return [error | {"message": _hidden(error["message"], long, short)} for error in errors]


def _hidden(message: str, long: Sequence[str], short: AbstractSet[str]) -> str:
    """Return a message without values; the longest are taken out first, since they may contain others."""
    if len(message) > MAX_MESSAGE_LENGTH:
        return TOO_LONG
    message = DIGITS.sub(HIDDEN, QUOTED_VALUE.sub(_before_quote, message))
    for value in long:
        # guard: values-are-not-repeated
        message = message.replace(value, HIDDEN)
    return SHORT.sub(lambda found: HIDDEN if found[0] in short else found[0], message)


def _before_quote(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]}."


def _in_variables(variables: dict[str, Any]) -> Iterator[str]:
    pending: list[Any] = list(variables.values())
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
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
