"""Measures the cost of a document in one pass: each node is visited once, each fragment is measured once.

It runs before GraphQL's validation rules, some of which compare all fields pairwise.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from api.graphql.limits import LIMITS, Limits
from api.http.graphql.cost_weights import cost_weights_of, page_size, planning
from api.http.graphql.document_cost import COST_CAP, DocumentCost, SelectionCost

# The limit of cost, as `service.limits` names it.
MAX_COST = "maxCost"
META_FIELDS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
# Maximum page sizes, tried one after the other until the cost is within the limit.
PAGE_SIZES = (LIMITS.max_page_size, 50, 20, 10)


def violations(total: DocumentCost, limits: Limits = LIMITS) -> list[GraphQLError]:
    """Return an error for each limit that a document exceeds, with the limit and the measured number."""
    if total.circular is not None:
        return [GraphQLError(f"The fragment {total.circular} contains itself.")]
    execution = total.execution
    found = (
        ("maxDepth", "nests fields", execution.depth, limits.max_depth, "levels deep"),
        ("maxDepth", "nests values", total.value_depth, limits.max_depth, "levels deep"),
        ("maxFields", "has", execution.fields, limits.max_fields, "fields"),
        ("maxAliases", "has", execution.aliases, limits.max_aliases, "aliases"),
        ("maxDirectives", "has", execution.directives, limits.max_directives, "directives"),
        ("maxOperations", "has", total.operations, limits.max_operations, "operations"),
        ("maxSpreads", "spreads fragments", total.spreads, limits.max_spreads, "times"),
        ("maxRepeats", "repeats", execution.repeats, limits.max_repeats, "fields beside themselves"),
        # guard: limit-of-cost
        (MAX_COST, "may cost", total.cost, limits.max_cost, "times a plain field; ask for less, or for smaller pages"),
    )
    return [
        GraphQLError(
            f"The document {does} {_number(number)} {what}; at most {limit} are allowed.",
            extensions={"limit": name, "maximum": limit, "actual": number},
        )
        for name, does, number, limit, what in found
        if number > limit
    ]


def measure(document: DocumentNode, schema: GraphQLSchema, max_page_size: int = LIMITS.max_page_size) -> DocumentCost:
    """Return the cost of executing all operations of `document`; a fragment counts wherever it is spread.

    `max_page_size` is the maximum number of entries of a page.
    """
    return _Meter(document, schema, max_page_size).total


def measured_fields(document: DocumentNode, schema: GraphQLSchema, max_page_size: int) -> dict[int, int]:
    """Return the cost of each field of a document with the selection below it, by the `id` of its node."""
    return _Meter(document, schema, max_page_size).by_field


def measure_with_page_size(document: DocumentNode, schema: GraphQLSchema) -> tuple[DocumentCost, int]:
    """Return the cost of a document, and the largest page size that keeps it within the limit.

    A query that selects much of each of a hundred people gets shorter pages instead of a refusal.
    """
    for size in PAGE_SIZES:
        total = measure(document, schema, size)
        if total.cost <= LIMITS.max_cost:
            break
    return total, size


class _Meter:
    """Measures a document. Recursion follows only the nesting in the text, which max_tokens bounds."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, max_page_size: int) -> None:
        self.total = DocumentCost(tokens=document.token_count)
        self.by_field: dict[int, int] = {}
        self._schema = schema
        self._weights = cost_weights_of(schema)
        self._max_page_size = max_page_size
        self._page_types = _page_types(schema)
        self._fragments: dict[str, SelectionCost] = {}
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        for fragment in self._in_dependency_order(fragments):
            condition = schema.get_type(fragment.type_condition.name.value)
            self._fragments[fragment.name.value] = self._selections(fragment.selection_set, condition)
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._operation(definition)

    def _in_dependency_order(self, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[FragmentDefinitionNode]:
        """Yield each fragment after those that it spreads; stop where one contains itself."""
        finished: set[str] = set()
        stack: list[tuple[str, Iterator[str]]] = []
        on_stack: set[str] = set()
        for root, fragment in fragments.items():
            if root not in finished:
                stack.append((root, self._spreads(fragment)))
                on_stack.add(root)
            while stack:
                name, spreads = stack[-1]
                inner = next((each for each in spreads if each in fragments and each not in finished), None)
                if inner is None:
                    stack.pop()
                    on_stack.discard(name)
                    finished.add(name)
                    yield fragments[name]
                elif inner in on_stack:
                    self.total.circular = inner
                    return
                else:
                    stack.append((inner, self._spreads(fragments[inner])))
                    on_stack.add(inner)

    def _spreads(self, fragment: FragmentDefinitionNode) -> Iterator[str]:
        pending: list[SelectionSetNode] = [fragment.selection_set]
        while pending:
            for selection in pending.pop().selections:
                self.total.steps += 1
                if isinstance(selection, FragmentSpreadNode):
                    yield selection.name.value
                elif inner := getattr(selection, "selection_set", None):
                    pending.append(inner)

    def _operation(self, operation: OperationDefinitionNode) -> None:
        self.total.operations += 1
        cost = SelectionCost(directives=len(operation.directives or ()))
        self._values(operation.directives or ())
        for variable in operation.variable_definitions or ():
            cost.directives += len(variable.directives or ())
            self._values([variable])
        root = self._schema.get_root_type(operation.operation)
        cost.add(self._selections(operation.selection_set, root))
        self.total.execution.add(cost)
        # Two operations of one name are invalid, but measured before that is checked.
        name = operation.name.value if operation.name else None
        self.total.by_operation[name] = max(cost.cost, self.total.by_operation.get(name, 0))

    def _selections(
        self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None, page: int | None = None
    ) -> SelectionCost:
        """Return the cost of a selection of `parent`; `page` is the page size where that is a page, None elsewhere."""
        cost = SelectionCost()
        names: Counter[str] = Counter()
        for selection in selection_set.selections:
            self.total.steps += 1
            cost.directives += len(selection.directives or ())
            self._values(selection.directives or ())
            self._selection(selection, cost, parent, names, page)
        cost.repeats += names.total() - len(names)
        return cost

    def _selection(
        self,
        selection: SelectionNode,
        cost: SelectionCost,
        parent: GraphQLNamedType | None,
        names: Counter[str],
        page: int | None,
    ) -> None:
        if isinstance(selection, FieldNode):
            names[(selection.alias or selection.name).value] += 1
            cost.add(self._field(selection, parent, page))
        elif isinstance(selection, FragmentSpreadNode):
            self.total.spreads += 1
            names[f"...{selection.name.value}"] += 1
            spread = self._fragments.get(selection.name.value, SelectionCost())
            cost.add(spread if page is None else replace(spread, cost=spread.cost + page * spread.each, each=0))
        elif (inner := getattr(selection, "selection_set", None)) is not None:
            condition = getattr(selection, "type_condition", None)
            narrowed = parent if condition is None else self._schema.get_type(condition.name.value)
            cost.add(self._selections(inner, narrowed, page))

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, page: int | None) -> SelectionCost:
        name, owner = node.name.value, "" if parent is None else parent.name
        cost = SelectionCost(
            depth=1,
            fields=1,
            aliases=int(node.alias is not None),
            cost=self._weights.weight(owner, name),
            planning=planning(owner),
        )
        self._values(node.arguments or ())
        if node.selection_set is not None:
            definition = _definition(name, parent)
            kind = None if definition is None else get_named_type(definition.type)
            has_pages = definition is not None and "first" in definition.args
            size = page_size(node, self._max_page_size) if has_pages else None
            inner = self._selections(node.selection_set, kind, size)
            if definition is None or owner not in self._page_types or not _is_list(definition):
                cost.nest(inner, self._weights.entries(owner, node, definition))
            elif page is not None:
                cost.nest(inner, page)
            else:
                cost.nest(replace(inner, cost=0, each=inner.cost), 1)
        self.by_field[id(node)] = max(cost.cost, cost.each)
        return cost

    def _values(self, nodes: Iterable[Node]) -> None:
        """Measure how deep the values below `nodes` nest."""
        level: list[tuple[Node, int]] = [(node, 0) for node in nodes]
        while level:
            node, depth = level.pop()
            self.total.steps += 1
            if isinstance(node, ListValueNode | ObjectValueNode):
                depth += 1
                self.total.value_depth = max(self.total.value_depth, depth)
            level += [(inner, depth) for inner in _inner_values(node)]


def _inner_values(node: Node) -> Iterator[Node]:
    """Yield the nodes that hold the values of `node`."""
    for key in ("arguments", "values", "fields", "directives"):
        yield from getattr(node, key, None) or ()
    for key in ("value", "default_value"):
        if isinstance(inner := getattr(node, key, None), Node):
            yield inner


def _definition(name: str, parent: GraphQLNamedType | None) -> GraphQLField | None:
    if name in META_FIELDS:
        return META_FIELDS[name]
    return parent.fields.get(name) if is_object_type(parent) or is_interface_type(parent) else None


def _is_list(definition: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(definition.type))


@cache
def _page_types(schema: GraphQLSchema) -> frozenset[str]:
    """Return the names of the types that are pages: a field that takes `first` leads to them."""
    fields = (field for kind in schema.type_map.values() if is_object_type(kind) for field in kind.fields.values())
    return frozenset(get_named_type(field.type).name for field in fields if "first" in field.args)


def _number(number: int) -> str:
    return "far more" if number >= COST_CAP else str(number)
