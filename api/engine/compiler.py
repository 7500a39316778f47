"""A checked operation -> Python functions that write its answer as JSON text.

For each object of the selection one function is written: it takes what a resolver returned, and gives its JSON text.
What GraphQL leaves open until the operation is known (which resolver, which arguments, which keys in which order) is
decided here, so that at run time only resolvers are called and texts joined. Directives are decided as well: a plan
holds for one set of values of those variables that the operation's shape or its constants depend on.

The source has no text of the operation in it but names, which GraphQL limits to letters, digits and underscores;
everything else is passed to it by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_argument_values,
    is_abstract_type,
    visit,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from api.engine.leaves import NULL, quoted, writer_of
from api.engine.plan import Asking, Place, Plan
from api.engine.source import Body, Expression, called, gathered, listed, missing

DEFINITION = "strawberry-definition"
# Making a plan takes about fifty microseconds a field; nobody else is answered meanwhile.
MOST_FIELDS = 300


class NotCompiled(Exception):
    """Something that is left to the ordinary executor, such as introspection."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is compiled: one operation, with the values on which its shape depends."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDetails]
    variables: VariableValues
    # The variables whose values are part of the plan; the others are read at each run.
    constant: frozenset[str]


def compiled(question: Question, schema: Schema) -> Plan:
    """Return the plan of a query; raise NotCompiled where the ordinary executor has to answer."""
    compilation = _Compilation(question, schema)
    source = compilation.source()
    exec(compile(source, "<plan>", "exec"), compilation.names)  # noqa: S102 - the source is ours: see the top
    return Plan(write=compilation.names["plan"], source=source)


class _Variables(Visitor):
    """Gathers the names of variables."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


@dataclass(slots=True)
class _Compilation:
    question: Question
    schema: Schema
    names: dict[str, Any] = field(
        default_factory=lambda: {
            "Asking": Asking,
            "gathered": gathered,
            "listed": listed,
            "missing": missing,
            "quoted": quoted,
        }
    )
    _functions: list[str] = field(default_factory=list)
    _leaves: dict[str, str] = field(default_factory=dict)
    _fields: int = 0

    def source(self) -> str:
        """Return the source of all functions; the one for the whole operation is called `plan`."""
        question, types = self.question, self.schema._schema  # noqa: SLF001 - Strawberry offers no public way to its types
        root = types.query_type
        if root is None:
            raise NotCompiled("no query type")
        fields = collect_fields(types, dict(question.fragments), question.variables, root, question.operation)
        writer = self._object(root, fields.grouped_field_set)
        waiting = "await " if writer.is_awaited else ""
        self._functions.append(f"async def plan(run):\n    return {waiting}{writer.text}(None, run)\n")
        return "\n".join(self._functions)

    def _object(self, kind: GraphQLObjectType, fields: GroupedFieldSet) -> Expression:
        """Write the function for one selection of an object type; return its name."""
        body = Body()
        body.constant("{")
        for key, details in fields.items():
            body.constant(f'{"," if len(body.parts) > 1 else ""}"{key}":')
            self._field(body, kind, details)
        body.constant("}")
        return self._function(body.lines(), is_awaited=body.is_awaited)

    def _field(self, body: Body, kind: GraphQLObjectType, details: list[FieldDetails]) -> None:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise NotCompiled("too many fields")
        nodes = [detail.node for detail in details]
        name = nodes[0].name.value
        if name == "__typename":
            body.constant(f'"{kind.name}"')
            return
        if name.startswith("__"):
            raise NotCompiled(name)
        definition = kind.fields[name]
        resolved = self._resolved(definition, nodes)
        body.is_awaited |= resolved.is_awaited
        body.value(self._written(definition.type, body.local(resolved.text), details))

    # Where a value comes from.

    def _resolved(self, definition: GraphQLField, nodes: list[FieldNode]) -> Expression:
        """Return the expression for what the field's resolver returns."""
        described: StrawberryField = definition.extensions[DEFINITION]
        resolver = described.base_resolver
        if described.extensions:
            raise NotCompiled("field extensions")
        if resolver is None:
            return Expression(f"it.{described.python_name}")
        arguments = ["it"] if resolver.self_parameter or resolver.root_parameter else []
        arguments += self._arguments(definition, described, nodes[0])
        if resolver.info_parameter:
            place = self._named("place", Place(nodes, self._definitions()))
            arguments.append(f"{resolver.info_parameter.name}=Asking(run, {place})")
        call = f"{self._named('resolve', resolver.wrapped_func)}({', '.join(arguments)})"
        return Expression(f"await {call}", is_awaited=True) if resolver.is_async else Expression(call)

    def _arguments(self, definition: GraphQLField, described: StrawberryField, node: FieldNode) -> list[str]:
        if not definition.args:
            return []
        converter = self.schema.schema_converter

        def converted(variables: VariableValues) -> dict[str, Any]:
            given = get_argument_values(definition, node, variables)
            return convert_arguments(given, described.arguments, converter.scalar_registry, converter.config)

        if self._is_constant(node):
            constants = converted(self.question.variables)
            return [f"{name}={self._named('constant', value)}" for name, value in constants.items()]
        return [f"**{self._named('arguments', converted)}(run.variables)"]

    def _is_constant(self, node: FieldNode) -> bool:
        """Return whether the arguments of `node` depend on nothing but constants of the plan."""
        read = _Variables()
        for argument in node.arguments or ():
            visit(argument, read)
        return read.names <= self.question.constant

    # What a value becomes, by its type.

    def _written(self, kind: GraphQLOutputType, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression that writes the variable `value`, which holds something of type `kind`."""
        if isinstance(kind, GraphQLNonNull):
            given, otherwise = self._given(kind.of_type, value, details), "missing()"
        else:
            given, otherwise = self._given(kind, value, details), f"'{NULL}'"
        return Expression(f"({otherwise} if {value} is None else {given.text})", is_awaited=given.is_awaited)

    def _given(self, kind: Any, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression that writes the variable `value`, which is not None."""
        if isinstance(kind, GraphQLList):
            return self._list(kind, value, details)
        if isinstance(kind, GraphQLObjectType):
            return called(self._object(kind, self._selected(kind, details)), value)
        if is_abstract_type(kind):
            return called(self._abstract(kind, details), value)
        if kind.name not in self._leaves:
            self._leaves[kind.name] = self._named("leaf", writer_of(kind))
        slowly = f"{self._leaves[kind.name]}({value})"
        is_text = kind is GraphQLString or kind is GraphQLID
        return Expression(f"quoted({value}) if {value}.__class__ is str else {slowly}" if is_text else slowly)

    def _list(self, kind: GraphQLList[Any], value: str, details: list[FieldDetails]) -> Expression:
        written = self._written(kind.of_type, "it", details)
        writer = self._function([f"return {written.text}"], is_awaited=written.is_awaited)
        each = f"[{writer.text}(each, run) for each in listed({value})]"
        joined = f"await gathered({each})" if writer.is_awaited else f"','.join({each})"
        return Expression(f"'[' + {joined} + ']'", is_awaited=writer.is_awaited)

    def _abstract(self, kind: Any, details: list[FieldDetails]) -> Expression:
        """Write the function that chooses by the class of the value; return its name."""
        possible = self.schema._schema.get_possible_types(kind)  # noqa: SLF001 - as above
        writers = [
            (each.extensions[DEFINITION].origin, self._object(each, self._selected(each, details))) for each in possible
        ]
        is_awaited = any(writer.is_awaited for _, writer in writers)
        lines = []
        for origin, writer in writers:
            lines += [f"if it.__class__ is {self._named('kind', origin)}:", f"    return {called(writer, 'it').text}"]
        return self._function([*lines, "return missing()"], is_awaited=is_awaited)

    def _selected(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> GroupedFieldSet:
        question, types = self.question, self.schema._schema  # noqa: SLF001 - as above
        found = collect_subfields(
            types, dict(question.fragments), question.variables, question.operation, kind, details
        )
        return found.grouped_field_set

    # The source.

    def _function(self, lines: list[str], *, is_awaited: bool) -> Expression:
        name = f"write{len(self._functions)}"
        define = "async def" if is_awaited else "def"
        self._functions.append("\n".join([f"{define} {name}(it, run):", *(f"    {line}" for line in lines), ""]))
        return Expression(name, is_awaited)

    def _named(self, kind: str, value: Any) -> str:
        """Return the name under which the source knows `value`."""
        name = f"{kind}{len(self.names)}"
        self.names[name] = value
        return name

    def _definitions(self) -> dict[str, Any]:
        return {name: details.definition for name, details in self.question.fragments.items()}
