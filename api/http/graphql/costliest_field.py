"""The field of a document that costs most, for clients that have to ask for less."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_interface_type,
    is_object_type,
)

from api.http.graphql.cost_weights import cost_weights_of
from api.http.graphql.query_cost import measured_fields


def costliest_field(document: DocumentNode, schema: GraphQLSchema, max_page_size: int) -> str | None:
    """Return the path of the field below which most of the cost arises; None in a document without known fields.

    It follows the field that has more than half of the cost of its level, under all its aliases, down to one that costs
    more than what is selected below it. The path has the names of the schema, not the aliases of the document, which
    may hold any text.
    """
    return _Search(document, schema, measured_fields(document, schema, max_page_size)).path()


class _Search:
    def __init__(self, document: DocumentNode, schema: GraphQLSchema, costs: dict[int, int]) -> None:
        self._document = document
        self._schema = schema
        self._costs = costs
        self._weights = cost_weights_of(schema)
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def path(self) -> str | None:
        """Return the names from the root to the field."""
        operations = [each for each in self._document.definitions if isinstance(each, OperationDefinitionNode)]
        opened: set[str] = set()
        level = [
            field
            for operation in operations
            for field in self._fields(operation.selection_set, self._schema.get_root_type(operation.operation), opened)
        ]
        names: list[str] = []
        own = 0
        while level:
            costs: Counter[str] = Counter()
            for node, *_ in level:
                costs[node.name.value] += self._costs.get(id(node), 0)
            [(name, cost)] = costs.most_common(1)
            if 2 * cost <= costs.total() or own > costs.total():
                break
            names.append(name)
            own = sum(weight for node, _, weight in level if node.name.value == name)
            opened = set()
            level = [
                field
                for node, definition, _ in level
                if node.name.value == name and node.selection_set is not None
                for field in self._fields(node.selection_set, get_named_type(definition.type), opened)
            ]
        return ".".join(names) or None

    def _fields(
        self, selected: SelectionSetNode, parent: GraphQLNamedType | None, opened: set[str]
    ) -> Iterator[tuple[FieldNode, GraphQLField, int]]:
        """Yield the node, the definition and the own cost of each known field of a selection.

        A fragment is opened once for each level, because nested fragments can double their fields again and again.
        """
        for each in selected.selections:
            if isinstance(each, FieldNode):
                has_fields = is_object_type(parent) or is_interface_type(parent)
                definition = parent.fields.get(each.name.value) if has_fields else None  # type: ignore[union-attr]  # checked
                if parent is not None and definition is not None:
                    yield each, definition, self._weights.weight(parent.name, each.name.value)
                continue
            fragment: Any = each
            if isinstance(each, FragmentSpreadNode):
                name = each.name.value
                fragment = None if name in opened else self._fragments.get(name)
                opened.add(name)
            if fragment is not None:
                condition = fragment.type_condition
                narrowed = parent if condition is None else self._schema.get_type(condition.name.value)
                yield from self._fields(fragment.selection_set, narrowed, opened)
