"""The `info` of resolvers in a plan: the often used parts directly, and all of Strawberry's Info on demand."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.pyutils import Path
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry import Info
from strawberry.types.field import StrawberryField
from strawberry.types.nodes import Selection, convert_selections

from api.db.query.rows import Columns
from api.graphql.compiler.plan import Run


@dataclass(slots=True, kw_only=True)
class Place:
    """A field of the operation.

    `columns` are those that the selection below needs of the rows behind a GraphQL type; None are all. `known` has what
    resolvers found in the selection: see api/graphql/selection.py.
    """

    described: StrawberryField
    definition: GraphQLField
    parent: GraphQLObjectType
    schema: GraphQLSchema
    operation: OperationDefinitionNode
    nodes: Sequence[FieldNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    columns: dict[type, Columns] = field(default_factory=dict)
    known: dict[Any, tuple[str, ...]] = field(default_factory=dict)

    def selections(self) -> list[Selection]:
        """Return the selection as Strawberry shows it, without values of variables: they are not the same each time."""
        seen: Any = SimpleNamespace(fragments=self.fragments, variable_values=defaultdict(lambda: None))
        return convert_selections(seen, self.nodes)

    def raw_info(self, run: Run) -> GraphQLResolveInfo[Any]:
        """Return graphql-core's info. Its path has only the field's own key: plans keep no indexes of lists."""
        node = self.nodes[0]
        key = (node.alias or node.name).value
        return GraphQLResolveInfo(
            field_name=node.name.value,
            field_nodes=list(self.nodes),
            return_type=self.definition.type,
            parent_type=self.parent,
            path=Path(None, key, self.parent.name),
            schema=self.schema,
            fragments=dict(self.fragments),
            root_value=None,
            operation=self.operation,
            variable_values=run.variables,
            context=run.context,
            is_awaitable=isawaitable,  # type: ignore[arg-type]  # a type guard of another kind
            abort_signal=None,
            async_helpers=GraphQLResolveInfoHelpers(_gather, _track),
        )


class ResolverInfo:
    """Strawberry's Info for a resolver that a plan calls; rare parts are created on first access."""

    __slots__ = ("_full", "_place", "_run", "context")

    def __init__(self, run: Run, place: Place) -> None:
        self.context = run.context
        self._run = run
        self._place = place
        self._full: Info[Any, Any] | None = None

    @property
    def columns(self) -> dict[type, Columns]:
        """The columns that the selection needs, by GraphQL type."""
        return self._place.columns

    @property
    def known(self) -> dict[Any, tuple[str, ...]]:
        """Results cached from earlier executions of this selection."""
        return self._place.known

    @property
    def selected_fields(self) -> list[Selection]:
        """The selection of the field that is being resolved, as Strawberry shows it, without values of variables."""
        return self._place.selections()

    def __getattr__(self, name: str) -> Any:
        """Return any other attribute of Strawberry's Info."""
        if self._full is None:
            self._full = Info(_raw_info=self._place.raw_info(self._run), _field=self._place.described)
        return getattr(self._full, name)


async def _gather(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*values))


def _track(values: Sequence[Any]) -> None:
    for value in values:
        if isawaitable(value):
            asyncio.ensure_future(value).add_done_callback(_seen)


def _seen(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()
