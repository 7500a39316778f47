"""A checked operation -> Python functions that write its answer as JSON text.

For each object of the selection one function is written: it takes what a resolver returned, and gives its JSON text.
What GraphQL leaves open until the operation is known (which resolver, which arguments, which keys in which order) is
decided here, so that at run time only resolvers are called and texts joined. Directives are decided as well: a plan
holds for one set of values of those variables that the operation's shape or its constants depend on.

The source has no text of the operation in it but names, which GraphQL limits to letters, digits and underscores;
everything else is passed to it by name.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    get_argument_values,
    is_abstract_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from api.codes.tables import CodeTableName
from api.engine.labels import Labels
from api.engine.leaves import NULL, quoted, writer_of
from api.engine.plan import Asking, Place, Plan
from api.engine.question import NotCompiled, Question
from api.engine.source import Body, Expression, called, gathered, listed, missing

DEFINITION = "strawberry-definition"
# Making a plan takes about fifty microseconds a field; nobody else is answered meanwhile.
MOST_FIELDS = 300


def compiled(question: Question, schema: Schema) -> Plan:
    """Return the plan of a query; raise NotCompiled where the ordinary executor has to answer."""
    compilation = _Compilation(question, schema)
    source = compilation.source()
    exec(compile(source, "<plan>", "exec"), compilation.names)  # noqa: S102 - the source is ours: see the top
    return Plan(write=compilation.names["plan"], source=source, in_turn="gathered(" not in source)


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
    # The functions that write lists, by those that write one object of them.
    _several: dict[str, str] = field(default_factory=dict)
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
        """Write the functions for one selection of an object type; return the name of the one for a single object."""
        body = Body()
        body.constant("{")
        for key, details in fields.items():
            body.constant(f'{"," if len(body.parts) > 1 else ""}"{key}":')
            self._field(body, kind, details)
        body.constant("}")
        loaded = "".join(f", loaded{place}" for place in range(len(body.loads)))
        writer = self._function(body.lines(), like=body, given=loaded)
        return self._loading(writer, body) if body.loads else writer

    def _loading(self, writer: Expression, body: Body) -> Expression:
        """Write the functions that load what `writer` needs: for one object, and for a list of them."""
        given = "".join(f", loaded{place}" for place in range(len(body.loads)))
        one = [
            f"loaded{place} = await run.context.load({load}, it.row.{key})"
            for place, (load, key) in enumerate(body.loads)
        ]
        all_ = [
            f"loaded{place} = await run.context.load_all({load}, [each.row.{key} for each in it])"
            for place, (load, key) in enumerate(body.loads)
        ]
        each = f"[{writer.text}(it, run{given}) for it{given} in zip(it{given})]"
        waiting = Expression("", is_awaited=True, is_pure=False)
        single = self._function(
            [*one, f"return {'await ' if writer.is_awaited else ''}{writer.text}(it, run{given})"], like=waiting
        )
        several = self._function(
            [*all_, f"return {f'await gathered({each})' if writer.is_awaited else each}"], like=waiting
        )
        self._several[single.text] = several.text
        return single

    def _field(self, body: Body, kind: GraphQLObjectType, details: list[FieldDetails]) -> None:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise NotCompiled("too many fields")
        name = details[0].node.name.value
        if name == "__typename":
            body.constant(f'"{kind.name}"')
            return
        if name.startswith("__"):
            raise NotCompiled(name)
        definition = kind.fields[name]
        described: StrawberryField = definition.extensions[DEFINITION]
        if described.extensions:
            raise NotCompiled("field extensions")
        match described.metadata:
            case {"column": column, "table": table}:
                body.value(self._coded(body.column(column), table, definition.type, details))
            case {"column": column, "mask": mask}:
                masked = Expression(f"{self._named('mask', mask)}({body.column(column)})")
                body.value(self._written(definition.type, body.local(masked), details))
            case {"column": column} if _is_date(definition.type):
                value = body.local(Expression(body.column(f"raw_{column}")))
                body.value(Expression(f"'{NULL}' if {value} is None else f'\"{{{value}}}\"'"))
            case {"column": column}:
                body.value(self._written(definition.type, body.local(Expression(body.column(column))), details))
            case {"load": load, "key": key, "shown": shown}:
                loaded = body.loaded(self._named("load", load), key)
                value = body.local(Expression(f"{self._named('shown', shown)}({loaded})"))
                body.value(self._written(definition.type, value, details))
            case _:
                value = body.local(self._resolved(definition, described, [detail.node for detail in details]))
                body.value(self._written(definition.type, value, details))

    # Where a value comes from.

    def _resolved(self, definition: GraphQLField, described: StrawberryField, nodes: list[FieldNode]) -> Expression:
        """Return the expression for what the field's resolver returns."""
        resolver = described.base_resolver
        if resolver is None:
            return Expression(f"it.{described.python_name}")
        arguments = ["it"] if resolver.self_parameter or resolver.root_parameter else []
        arguments += self._arguments(definition, described, nodes[0])
        if resolver.info_parameter:
            place = self._named("place", Place(nodes, self.question.definitions))
            arguments.append(f"{resolver.info_parameter.name}=Asking(run, {place})")
        call = f"{self._named('resolve', resolver.wrapped_func)}({', '.join(arguments)})"
        is_pure = not resolver.info_parameter and self.question.is_constant(nodes[0])
        if resolver.is_async:
            return Expression(f"await {call}", is_awaited=True, is_pure=False)
        return Expression(call, is_pure=is_pure)

    def _coded(
        self, value: str, table: CodeTableName, kind: GraphQLOutputType, details: list[FieldDetails]
    ) -> Expression:
        """Return the expression that looks up the code `value` with its name."""
        is_nullable = not isinstance(kind, GraphQLNonNull)
        shown = self._given(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, "it", details)
        if shown.is_awaited or not shown.is_pure:
            raise NotCompiled("a code's name that depends on who asks")
        writer = self._function([f"return {shown.text}"], like=shown)
        # The function exists once the source has been run; it is called when a code is met for the first time.
        labels = Labels(table, lambda it: self.names[writer.text](it, None), is_nullable=is_nullable)
        return Expression(f"{self._named('labels', labels)}[{value}]")

    def _arguments(self, definition: GraphQLField, described: StrawberryField, node: FieldNode) -> list[str]:
        if not definition.args:
            return []
        converter = self.schema.schema_converter

        def converted(variables: VariableValues) -> dict[str, Any]:
            given = get_argument_values(definition, node, variables)
            return convert_arguments(given, described.arguments, converter.scalar_registry, converter.config)

        if self.question.is_constant(node):
            constants = converted(self.question.variables)
            return [f"{name}={self._named('constant', value)}" for name, value in constants.items()]
        return [f"**{self._named('arguments', converted)}(run.variables)"]

    # What a value becomes, by its type.

    def _written(self, kind: GraphQLOutputType, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression that writes the variable `value`, which holds something of type `kind`."""
        if isinstance(kind, GraphQLNonNull):
            given, otherwise = self._given(kind.of_type, value, details), "missing()"
        else:
            given, otherwise = self._given(kind, value, details), f"'{NULL}'"
        return replace(given, text=f"({otherwise} if {value} is None else {given.text})")

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
        of = kind.of_type
        if isinstance(of, GraphQLNonNull) and isinstance(of.of_type, GraphQLObjectType):
            writer = self._object(of.of_type, self._selected(of.of_type, details))
            if several := self._several.get(writer.text):
                return replace(writer, text=f"'[' + ','.join(await {several}(listed({value}), run)) + ']'")
        else:
            written = self._written(of, "it", details)
            writer = self._function([f"return {written.text}"], like=written)
        each = f"[{writer.text}(each, run) for each in listed({value})]"
        return replace(writer, text=f"'[' + ','.join({f'await gathered({each})' if writer.is_awaited else each}) + ']'")

    def _abstract(self, kind: Any, details: list[FieldDetails]) -> Expression:
        """Write the function that chooses by the class of the value; return its name."""
        possible = self.schema._schema.get_possible_types(kind)  # noqa: SLF001 - as above
        like, lines = Body(), []
        for each in possible:
            writer = called(self._object(each, self._selected(each, details)), "it")
            like.is_awaited |= writer.is_awaited
            like.is_pure &= writer.is_pure
            origin = self._named("kind", each.extensions[DEFINITION].origin)
            lines += [f"if it.__class__ is {origin}:", f"    return {writer.text}"]
        return self._function([*lines, "return missing()"], like=like)

    def _selected(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> GroupedFieldSet:
        question, types = self.question, self.schema._schema  # noqa: SLF001 - as above
        found = collect_subfields(
            types, dict(question.fragments), question.variables, question.operation, kind, details
        )
        return found.grouped_field_set

    # The source.

    def _function(self, lines: list[str], *, like: Expression | Body, given: str = "") -> Expression:
        """Write a function that is awaited and pure as `like` is; return its name."""
        name = f"write{len(self._functions)}"
        define = "async def" if like.is_awaited else "def"
        self._functions.append("\n".join([f"{define} {name}(it, run{given}):", *(f"    {line}" for line in lines), ""]))
        return Expression(name, is_awaited=like.is_awaited, is_pure=like.is_pure)

    def _named(self, kind: str, value: Any) -> str:
        """Return the name under which the source knows `value`."""
        name = f"{kind}{len(self.names)}"
        self.names[name] = value
        return name


def _is_date(kind: GraphQLOutputType) -> bool:
    return isinstance(kind, GraphQLScalarType) and kind.name == "Date"
