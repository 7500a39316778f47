"""What follows from the schema in the client: a fragment, and types; `python -m tests.web.answers` writes them."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    build_schema,
    get_named_type,
    is_leaf_type,
    parse,
    type_from_ast,
    visit,
)

from api.http.graphql.persisted_documents import document_text

HALL = Path(__file__).parents[2]
DOCUMENTS = HALL / "web" / "documents"
ANSWERS = DOCUMENTS / "answers.d.ts"
FRAGMENTS = DOCUMENTS / "fragments"
FACTS, REVEALED = FRAGMENTS / "facts.graphql", FRAGMENTS / "revealed.graphql"
# Fields of a person that are no facts of the record page.
NO_FACTS = {"id", "insuredDistrict"}
SCALARS = {"Boolean": "boolean", "Int": "number", "Float": "number"}


def declarations(schema: GraphQLSchema) -> str:
    """Return the text of answers.d.ts."""
    operations = {path.stem: operation(path) for path in sorted(DOCUMENTS.glob("*.graphql"))}
    asked = "".join(f'  "{name}": {variables(schema, asks)};\n' for name, asks in operations.items())
    answered = "".join(f'  "{name}": {answer(schema, asks)};\n' for name, asks in operations.items())
    return (
        "// Written by `python -m tests.web.answers` from the documents beside it and schema.graphql.\n\n"
        f"export interface Variables {{\n{asked}}}\n\nexport interface Answers {{\n{answered}}}\n"
    )


def facts(schema: GraphQLSchema) -> str:
    """Return the text of fragments/facts.graphql: every plain, masked or coded fact of a person."""
    kind = schema.type_map["Person"]
    assert isinstance(kind, GraphQLObjectType)
    shown = [
        _selection(name, inner, "  ")
        for name, field in kind.fields.items()
        if name not in NO_FACTS
        if is_leaf_type(inner := get_named_type(field.type)) or inner.name == "CodedValue"
    ]
    return f"fragment Facts on Person {{\n{''.join(shown)}}}\n"


def revealed(schema: GraphQLSchema) -> str:
    """Return the text of fragments/revealed.graphql: every field of RevealedPerson."""
    kind = schema.type_map["RevealedPerson"]
    assert isinstance(kind, GraphQLObjectType)
    return f"fragment Revealed on RevealedPerson {{\n{''.join(_lines(kind, '  '))}}}\n"


def _lines(kind: GraphQLObjectType, indent: str) -> Iterator[str]:
    """Yield the selection of each field."""
    for name, field in kind.fields.items():
        yield _selection(name, get_named_type(field.type), indent)


def _selection(name: str, kind: GraphQLType, indent: str) -> str:
    if not isinstance(kind, GraphQLObjectType):
        return f"{indent}{name}\n"
    if kind.name == "CodedValue":
        return f"{indent}{name} {{ name }}\n"
    return f"{indent}{name} {{\n{''.join(_lines(kind, indent + '  '))}{indent}}}\n"


def served_schema() -> GraphQLSchema:
    """Return the committed schema."""
    return build_schema((HALL / "schema.graphql").read_text("utf-8"))


def operation(path: Path) -> OperationDefinitionNode:
    """Return a document's operation with its fragment spreads replaced by inline fragments."""
    definitions = parse(document_text(path), no_location=True).definitions
    [found] = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}

    class Spreads(Visitor):
        """Replaces fragment spreads."""

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> InlineFragmentNode:
            fragment = fragments[node.name.value]
            return InlineFragmentNode(
                type_condition=fragment.type_condition, directives=(), selection_set=fragment.selection_set
            )

    spread: OperationDefinitionNode = visit(found, Spreads())
    return spread


def variables(schema: GraphQLSchema, asks: OperationDefinitionNode) -> str:
    """Return the type of the variables that a page passes."""
    typed = {}
    for definition in asks.variable_definitions or ():
        declared = type_from_ast(schema, definition.type)
        assert declared is not None
        typed[definition.variable.name.value] = declared
    return inputs(typed)


def inputs(typed: dict[str, GraphQLType]) -> str:
    """Return the type of an object of input values; nullable members are optional."""
    members = (
        f"{name}{'' if isinstance(declared, GraphQLNonNull) else '?'}: {input_value(declared)}"
        for name, declared in typed.items()
    )
    return f"{{ {'; '.join(members)} }}" if typed else "{}"


def input_value(declared: GraphQLType) -> str:
    """Return the type of an input value."""
    if isinstance(declared, GraphQLNonNull):
        return input_value(declared.of_type).removesuffix(" | null")
    if isinstance(declared, GraphQLList):
        return f"({input_value(declared.of_type)})[] | null"
    if isinstance(declared, GraphQLInputObjectType):
        return f"{inputs({name: field.type for name, field in declared.fields.items()})} | null"
    return f"{scalar(declared)} | null"


def answer(schema: GraphQLSchema, asks: OperationDefinitionNode) -> str:
    """Return the type of an operation's data."""
    root = schema.get_root_type(asks.operation)
    assert root is not None
    return selected(schema, root, [asks.selection_set])


def value(schema: GraphQLSchema, declared: GraphQLType, selections: list[SelectionSetNode]) -> str:
    """Return the type of a response field."""
    if isinstance(declared, GraphQLNonNull):
        return value(schema, declared.of_type, selections).removesuffix(" | null")
    if isinstance(declared, GraphQLList):
        return f"({value(schema, declared.of_type, selections)})[] | null"
    if isinstance(declared, (GraphQLUnionType, GraphQLInterfaceType)):
        possible = sorted(schema.get_possible_types(declared), key=lambda member: member.name)
        return f"({' | '.join(selected(schema, member, selections) for member in possible)}) | null"
    if isinstance(declared, GraphQLObjectType):
        return f"{selected(schema, declared, selections)} | null"
    return f"{scalar(declared)} | null"


def selected(schema: GraphQLSchema, parent: GraphQLObjectType, selections: list[SelectionSetNode]) -> str:
    """Return the type of the selected fields on a concrete type."""
    merged: dict[str, list[FieldNode]] = {}
    for field in fields_on(schema, parent, selections):
        merged.setdefault((field.alias or field.name).value, []).append(field)
    members = []
    for name, fields in merged.items():
        if fields[0].name.value == "__typename":
            members.append(f'{name}: "{parent.name}"')
            continue
        inner = [field.selection_set for field in fields if field.selection_set]
        members.append(f"{name}: {value(schema, parent.fields[fields[0].name.value].type, inner)}")
    return f"{{ {'; '.join(members)} }}"


def fields_on(
    schema: GraphQLSchema, parent: GraphQLObjectType, selections: list[SelectionSetNode]
) -> Iterator[FieldNode]:
    """Yield every field that selections request on a concrete type."""
    for selection in (node for selection_set in selections for node in selection_set.selections):
        if isinstance(selection, FieldNode):
            yield selection
            continue
        assert isinstance(selection, InlineFragmentNode), "spreads are replaced by then"
        condition = selection.type_condition
        condition_type = schema.type_map[condition.name.value] if condition else parent
        if condition_type is parent or (
            isinstance(condition_type, (GraphQLInterfaceType, GraphQLUnionType))
            and schema.is_sub_type(condition_type, parent)
        ):
            yield from fields_on(schema, parent, [selection.selection_set])


def scalar(declared: GraphQLType) -> str:
    """Return the type of a scalar or an enum."""
    if isinstance(declared, GraphQLEnumType):
        return " | ".join(f'"{name}"' for name in declared.values)
    return SCALARS.get(get_named_type(declared).name, "string")


if __name__ == "__main__":
    FACTS.write_text(facts(served_schema()), "utf-8")
    REVEALED.write_text(revealed(served_schema()), "utf-8")
    ANSWERS.write_text(declarations(served_schema()), "utf-8")
