"""A compiled operation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues

from api.graphql.context import RequestContext


class InvalidValue(Exception):
    """A value that its type does not allow; graphql-core executes the operation again and reports the place."""


@dataclass(slots=True)
class Run:
    """The input of one execution of a plan."""

    context: RequestContext
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation as a function; `source` is the generated code, for debugging.

    `is_sequential` says that fields are resolved sequentially.
    """

    write: Callable[[Run], Awaitable[Any]]
    source: str
    is_sequential: bool
