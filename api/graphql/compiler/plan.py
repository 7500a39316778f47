"""A compiled operation, and what its resolvers see as `info`."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode
from graphql.execution.values import VariableValues
from strawberry.types.nodes import Selection, convert_selections

from api.db.query.rows import Columns
from api.graphql.context import RequestContext


class InvalidValue(Exception):
    """A value that its type does not allow; the ordinary executor says what and where."""


@dataclass(slots=True)
class Place:
    """A field of the operation, as far as resolvers may look at it.

    `columns` are those that the selection below needs of the rows behind a GraphQL type; None are all. `known` has what
    resolvers found in the selection: see api/graphql/selection.py.
    """

    nodes: Sequence[FieldNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    columns: dict[type, Columns] = field(default_factory=dict)
    known: dict[Any, tuple[str, ...]] = field(default_factory=dict)

    def selections(self) -> list[Selection]:
        """Return the selection as Strawberry shows it, without values of variables: they are not the same each time."""
        seen: Any = SimpleNamespace(fragments=self.fragments, variable_values=defaultdict(lambda: None))
        return convert_selections(seen, self.nodes)


@dataclass(slots=True)
class Run:
    """One run of a plan: what differs between requests."""

    context: RequestContext
    variables: VariableValues


class ResolverInfo:
    """What a resolver sees as `info`: the part of Strawberry's that the Hall's resolvers use."""

    __slots__ = ("_place", "context")

    def __init__(self, run: Run, place: Place) -> None:
        self.context = run.context
        self._place = place

    @property
    def columns(self) -> dict[type, Columns]:
        """The columns that the selection needs, by GraphQL type."""
        return self._place.columns

    @property
    def known(self) -> dict[Any, tuple[str, ...]]:
        """What was found in the selection the time before."""
        return self._place.known

    @property
    def selected_fields(self) -> list[Selection]:
        """The selection of the field that is being resolved, as Strawberry shows it, without values of variables."""
        return self._place.selections()


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation as a function; `source` is what was compiled, for whoever wants to read it.

    `in_turn` says that no two fields are resolved at the same time.
    """

    write: Callable[[Run], Awaitable[Any]]
    source: str
    in_turn: bool
