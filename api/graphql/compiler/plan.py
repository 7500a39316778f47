"""A compiled operation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues

from api.graphql.context import RequestContext


class InvalidValue(Exception):
    """A value that its type does not allow; the ordinary executor says what and where."""


@dataclass(slots=True)
class Run:
    """One run of a plan: what differs between requests."""

    context: RequestContext
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation as a function; `source` is the generated code, for debugging.

    `in_turn` says that no two fields are resolved at the same time.
    """

    write: Callable[[Run], Awaitable[Any]]
    source: str
    in_turn: bool
