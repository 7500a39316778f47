"""Variations of an operation: aliases, fragments, directives, variables, and arguments that match rows."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    is_input_object_type,
    parse,
    parse_type,
    print_ast,
    value_from_ast_untyped,
    visit,
)

RARELY, SELDOM, OFTEN = 0.01, 0.15, 0.6


def varied(
    document: DocumentNode, schema: GraphQLSchema, known: Mapping[str, Sequence[str]], random: Random
) -> tuple[str, dict[str, Any]]:
    """Return the text and variables of a variation of `document`; `known` has argument values by name."""
    types = TypeInfo(schema)
    variation = _Variation(types, known, random)
    changed = visit(document, TypeInfoVisitor(types, variation))
    operation, *others = changed.definitions
    definitions = (*(operation.variable_definitions or ()), *variation.definitions)
    operation = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=definitions,
        directives=operation.directives,
        selection_set=operation.selection_set,
    )
    return print_ast(DocumentNode(definitions=(operation, *others, *variation.fragments))), variation.variables


def other_variables(variables: Mapping[str, Any], random: Random) -> dict[str, Any]:
    """Return other variables for the same operation: one is null, missing or unchanged."""
    name = random.choice(sorted(variables))
    others = {each: value for each, value in variables.items() if each != name}
    return random.choice([others, others | {name: None}, dict(variables)])


class _Variation(Visitor):
    """Changes a document bottom-up."""

    def __init__(self, types: TypeInfo, known: Mapping[str, Sequence[str]], random: Random) -> None:
        super().__init__()
        self._types = types
        self._known = known
        self._random = random
        self.definitions: list[VariableDefinitionNode] = []
        self.fragments: list[FragmentDefinitionNode] = []
        self.variables: dict[str, Any] = {}

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        """Replace an argument by a known value or a variable."""
        argument = self._types.get_argument()
        if argument is None:
            return None
        value = self._known_value(node)
        if self._happens(OFTEN) and not _has_variables(value):
            value = self._variable(argument, value)
        return ArgumentNode(name=node.name, value=value)

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        """Add an alias or a directive to a field."""
        alias, directives = node.alias, tuple(node.directives or ())
        if alias is None and self._happens(SELDOM):
            alias = NameNode(value=f"also_{node.name.value}")
        if self._happens(SELDOM):
            directives = (*directives, self._directive())
        if (alias, directives) == (node.alias, tuple(node.directives or ())):
            return None
        return FieldNode(
            alias=alias,
            name=node.name,
            arguments=node.arguments,
            directives=directives,
            selection_set=node.selection_set,
        )

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
        """Move some fields into a fragment."""
        kind = self._types.get_parent_type()
        if not isinstance(kind, GraphQLObjectType) or not self._happens(SELDOM * 2):
            return None
        selections = tuple(node.selections)
        some = self._random.randrange(len(selections) + 1)
        inner = selections[some:] or (FieldNode(name=NameNode(value="__typename")),)
        return SelectionSetNode(selections=(*selections[:some], self._fragment(kind, inner)))

    def _fragment(self, kind: GraphQLObjectType, inner: tuple[SelectionNode, ...]) -> SelectionNode:
        selection_set = SelectionSetNode(selections=inner)
        condition = NamedTypeNode(name=NameNode(value=kind.name))
        directives = (self._directive(),) if self._happens(SELDOM) else ()
        if self._happens(OFTEN):
            return InlineFragmentNode(type_condition=condition, directives=directives, selection_set=selection_set)
        name = NameNode(value=f"Part{len(self.fragments)}")
        self.fragments.append(FragmentDefinitionNode(name=name, type_condition=condition, selection_set=selection_set))
        return FragmentSpreadNode(name=name, directives=directives)

    def _directive(self) -> DirectiveNode:
        name, value = self._random.choice(["skip", "include"]), self._random.random() < OFTEN
        condition: ValueNode = BooleanValueNode(value=value)
        if self._happens(OFTEN):
            condition = self._declared("Boolean!", value)
        argument = ArgumentNode(name=NameNode(value="if"), value=condition)
        return DirectiveNode(name=NameNode(value=name), arguments=(argument,))

    def _known_value(self, node: ArgumentNode) -> ValueNode:
        texts = self._known.get(node.name.value)
        if texts and isinstance(node.value, StringValueNode) and self._happens(OFTEN):
            return StringValueNode(value=self._random.choice(texts))
        return node.value

    def _variable(self, argument: GraphQLArgument, value: ValueNode) -> ValueNode:
        kind = argument.type
        if is_input_object_type(kind) and self._happens(SELDOM):
            return value
        return self._declared(str(kind), value_from_ast_untyped(value))

    def _declared(self, kind: str, value: Any) -> VariableNode:
        name = f"given{len(self.variables)}"
        self.variables[name] = self._random.choice([None, [value, 1], {"a": "b"}]) if self._happens(RARELY) else value
        variable = VariableNode(name=NameNode(value=name))
        self.definitions.append(VariableDefinitionNode(variable=variable, type=parse_type(kind), directives=()))
        return variable

    def _happens(self, probability: float) -> bool:
        return self._random.random() < probability


def _has_variables(value: ValueNode) -> bool:
    return "$" in print_ast(value)


def read(text: str) -> DocumentNode:
    """Parse a text without locations."""
    return parse(text, no_location=True)
