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
from api.http.graphql.document_cost import ENOUGH, DocumentCost, SelectionCost

META_FIELDS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
# How long the pages of a document may be, tried one after the other.
PAGES = (LIMITS.max_page_size, 50, 20, 10)


def violations(measure: DocumentCost, limits: Limits = LIMITS) -> list[GraphQLError]:
    """Return an error for each limit that a document exceeds, with the limit and the measured number."""
    if measure.circular is not None:
        return [GraphQLError(f"The fragment {measure.circular} contains itself.")]
    weight = measure.weight
    found = (
        ("nests fields", weight.depth, limits.max_depth, "levels deep"),
        ("nests values", measure.value_depth, limits.max_depth, "levels deep"),
        ("has", weight.fields, limits.max_fields, "fields"),
        ("has", weight.aliases, limits.max_aliases, "aliases"),
        ("has", weight.directives, limits.max_directives, "directives"),
        ("has", measure.operations, limits.max_operations, "operations"),
        ("spreads fragments", measure.spreads, limits.max_spreads, "times"),
        ("repeats", weight.repeats, limits.max_repeats, "fields beside themselves"),
        # guard: limit-of-cost
        ("may cost", measure.cost, limits.max_cost, "times a plain field; ask for less, or for smaller pages"),
    )
    return [
        GraphQLError(f"The document {does} {_number(number)} {what}; at most {limit} are allowed.")
        for does, number, limit, what in found
        if number > limit
    ]


def measure(document: DocumentNode, schema: GraphQLSchema, longest: int = LIMITS.max_page_size) -> DocumentCost:
    """Return the cost of executing all operations of `document`; a fragment counts wherever it is spread.

    `longest` is how many entries a page has at most.
    """
    return _Scale(document, schema, longest).measure


def measure_with_page_size(document: DocumentNode, schema: GraphQLSchema) -> tuple[DocumentCost, int]:
    """Return the cost of a document, and the longest page size that keeps it within the limit.

    Whoever asks for much of each of a hundred people gets fewer at once, not a refusal: `first` says how many at most.
    """
    for longest in PAGES:
        cost = measure(document, schema, longest)
        if cost.cost <= LIMITS.max_cost:
            break
    return cost, longest


class _Scale:
    """Weighs a document. Recursion follows only the nesting in the text, which the parser has bounded already."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, longest: int) -> None:
        self.measure = DocumentCost(tokens=document.token_count)
        self._schema = schema
        self._weights = cost_weights_of(schema)
        self._longest = longest
        self._pages = _pages(schema)
        self._fragments: dict[str, SelectionCost] = {}
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        for fragment in self._inner_first(fragments):
            condition = schema.get_type(fragment.type_condition.name.value)
            self._fragments[fragment.name.value] = self._selections(fragment.selection_set, condition)
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._operation(definition)

    def _inner_first(self, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[FragmentDefinitionNode]:
        """Yield each fragment after those that it spreads; stop where one contains itself."""
        done: set[str] = set()
        open_: list[tuple[str, Iterator[str]]] = []
        opened: set[str] = set()
        for root, fragment in fragments.items():
            if root not in done:
                open_.append((root, self._spreads(fragment)))
                opened.add(root)
            while open_:
                name, spreads = open_[-1]
                inner = next((each for each in spreads if each in fragments and each not in done), None)
                if inner is None:
                    open_.pop()
                    opened.discard(name)
                    done.add(name)
                    yield fragments[name]
                elif inner in opened:
                    self.measure.circular = inner
                    return
                else:
                    open_.append((inner, self._spreads(fragments[inner])))
                    opened.add(inner)

    def _spreads(self, fragment: FragmentDefinitionNode) -> Iterator[str]:
        waiting: list[SelectionSetNode] = [fragment.selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                self.measure.steps += 1
                if isinstance(selection, FragmentSpreadNode):
                    yield selection.name.value
                elif inner := getattr(selection, "selection_set", None):
                    waiting.append(inner)

    def _operation(self, operation: OperationDefinitionNode) -> None:
        self.measure.operations += 1
        weight = SelectionCost(directives=len(operation.directives or ()))
        self._values(operation.directives or ())
        for variable in operation.variable_definitions or ():
            weight.directives += len(variable.directives or ())
            self._values([variable])
        root = self._schema.get_root_type(operation.operation)
        weight.add(self._selections(operation.selection_set, root))
        self.measure.weight.add(weight)

    def _selections(
        self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None, page: int | None = None
    ) -> SelectionCost:
        """Weigh what is selected of `parent`; `page` is the size of the page that it is, None where it is none."""
        weight = SelectionCost()
        names: Counter[str] = Counter()
        for selection in selection_set.selections:
            self.measure.steps += 1
            weight.directives += len(selection.directives or ())
            self._values(selection.directives or ())
            self._selection(selection, weight, parent, names, page)
        weight.repeats += names.total() - len(names)
        return weight

    def _selection(
        self,
        selection: SelectionNode,
        weight: SelectionCost,
        parent: GraphQLNamedType | None,
        names: Counter[str],
        page: int | None,
    ) -> None:
        if isinstance(selection, FieldNode):
            names[(selection.alias or selection.name).value] += 1
            weight.add(self._field(selection, parent, page))
        elif isinstance(selection, FragmentSpreadNode):
            self.measure.spreads += 1
            names[f"...{selection.name.value}"] += 1
            spread = self._fragments.get(selection.name.value, SelectionCost())
            weight.add(spread if page is None else replace(spread, cost=spread.cost + page * spread.each, each=0))
        elif (inner := getattr(selection, "selection_set", None)) is not None:
            condition = getattr(selection, "type_condition", None)
            narrowed = parent if condition is None else self._schema.get_type(condition.name.value)
            weight.add(self._selections(inner, narrowed, page))

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, page: int | None) -> SelectionCost:
        name, owner = node.name.value, "" if parent is None else parent.name
        weight = SelectionCost(
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
            size = page_size(node, self._longest) if has_pages else None
            inner = self._selections(node.selection_set, kind, size)
            if definition is None or owner not in self._pages or not _is_list(definition):
                weight.nest(inner, self._weights.entries(owner, node, definition))
            elif page is not None:
                weight.nest(inner, page)
            else:
                weight.nest(replace(inner, cost=0, each=inner.cost), 1)
        return weight

    def _values(self, nodes: Iterable[Node]) -> None:
        """Look at all values below `nodes`, level by level."""
        level: list[tuple[Node, int]] = [(node, 0) for node in nodes]
        while level:
            node, depth = level.pop()
            self.measure.steps += 1
            if isinstance(node, ListValueNode | ObjectValueNode):
                depth += 1
                self.measure.value_depth = max(self.measure.value_depth, depth)
            level += [(inner, depth) for inner in _inner_values(node)]


def _inner_values(node: Node) -> Iterator[Node]:
    """Yield the nodes in which the values of `node` stand."""
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
def _pages(schema: GraphQLSchema) -> frozenset[str]:
    """Return the names of the types that are pages: a field that takes `first` leads to them."""
    fields = (field for kind in schema.type_map.values() if is_object_type(kind) for field in kind.fields.values())
    return frozenset(get_named_type(field.type).name for field in fields if "first" in field.args)


def _number(number: int) -> str:
    return "far more" if number >= ENOUGH else str(number)
