"""A checked operation -> Python functions that give its answer, ready for the encoder of JSON.

For each object of the selection one function is written: it takes what a resolver returned, and gives the values that
are shown in their shape. What GraphQL leaves open until the operation is known (which resolver, which arguments, which
keys in which order) is decided here, so that at run time only resolvers are called and shapes filled. Directives are
decided as well: a plan holds for one set of values of those variables that the operation's shape or its constants
depend on.

The source has no text of the operation in it but names, which GraphQL limits to letters, digits and underscores;
everything else is passed to it by name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from strawberry import Schema
from strawberry.types.field import StrawberryField

from api.db.query.row_types import JoinedColumns
from api.db.query.rows import Columns
from api.graphql.compiler.codegen import Function, GeneratedSource
from api.graphql.compiler.fragment_cache import CACHED_BY, CodeFragments, ObjectFragments, ValueFragments
from api.graphql.compiler.function_body import Expression, FunctionBody, Load, Needed
from api.graphql.compiler.lists import Lists
from api.graphql.compiler.operation import DEFINITION, NotCompiled, OperationToCompile, is_date, origin_of
from api.graphql.compiler.plan import Place, Plan
from api.graphql.compiler.resolver_calls import call
from api.graphql.compiler.serializers import writer_of
from api.graphql.fields import SOURCE, Coded, Column, Joined, Loaded, Masked, PageRows
from api.graphql.strawberry_internals import core_schema

# Making a plan takes about fifty microseconds a field; nobody else is answered meanwhile.
MOST_FIELDS = 300


def compile_operation(question: OperationToCompile, schema: Schema) -> Plan:
    """Return the plan of a query; raise NotCompiled where the ordinary executor has to answer."""
    return _Compilation(question, schema).plan()


@dataclass(slots=True)
class _Compilation:
    question: OperationToCompile
    schema: Schema
    _source: GeneratedSource = field(default_factory=GeneratedSource)
    _leaves: dict[str, str] = field(default_factory=dict)
    # What the function for one object writes, by its name.
    _bodies: dict[str, FunctionBody] = field(default_factory=dict)
    # What the fields above the current one need.
    _above: list[Needed] = field(default_factory=lambda: [Needed()])
    _fields: int = 0
    _lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        self._lists = Lists(self._source)

    def plan(self) -> Plan:
        """Return the plan of the whole operation."""
        question, types = self.question, core_schema(self.schema)
        root = types.query_type
        if root is None:
            raise NotCompiled("no query type")
        fields = collect_fields(types, dict(question.fragments), question.variables, root, question.operation)
        writer = self._object(root, fields.grouped_field_set)
        return self._source.plan(f"async def plan(run):\n    return {writer.of('None').text}\n")

    def _object(self, kind: GraphQLObjectType, fields: GroupedFieldSet, prefix: str = "") -> Function:
        """Write the functions for one selection of an object type; return the one for a single object."""
        body = FunctionBody(prefix=prefix)
        for key, details in fields.items():
            body.entry(key, self._field(body, kind, details))
        for load in body.loads:
            # Whoever looks at whole rows shares what was loaded with the others of the request.
            load.is_shared = body.columns is None or load.columns is None
            self._source.names[load.name] = load.load if load.is_shared else partial(load.load, columns=load.columns)
        writer = self._source.writer(body)
        self._need(kind, body)
        source = core_schema(self.schema).extensions.get(CACHED_BY, {}).get(kind.name)
        made = writer
        if body.loads:
            made = self._lists.loading(writer, body)
        elif source is not None and writer.is_pure and not (writer.is_awaited or writer.by_class):
            made = self._once(writer, source)
        self._bodies[made.name] = body
        return made

    def _once(self, writer: Function, source: str) -> Function:
        """Write the function that writes what `writer` does, once for each `source` that its objects show."""
        texts = self._source.named("texts", ObjectFragments(lambda it: self._source.names[writer.name](it, None)))
        return self._source.function([f"return {texts}(it, it.{source})"], like=writer)

    def _need(self, kind: GraphQLObjectType, body: FunctionBody) -> None:
        """Say to the fields above which columns are read of the rows behind `kind`."""
        if not body.prefix:
            self._above[-1].add(origin_of(kind), body.columns)

    def _below(self, work: Callable[[], Expression]) -> tuple[Expression, dict[type, Columns]]:
        """Return what `work` writes, and the columns that it needs, by GraphQL type."""
        self._above.append(Needed())
        written = work()
        needed = self._above.pop()
        for kind, columns in needed.by_type.items():
            self._above[-1].add(kind, columns)
        return written, needed.columns()

    def _field(self, body: FunctionBody, kind: GraphQLObjectType, details: list[FieldDetails]) -> Expression:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise NotCompiled("too many fields")
        name = details[0].node.name.value
        if name == "__typename":
            return Expression(f'"{kind.name}"')
        if name.startswith("__"):
            raise NotCompiled(name)
        return self._described(body, kind.fields[name], details)

    def _described(self, body: FunctionBody, definition: GraphQLField, details: list[FieldDetails]) -> Expression:
        """Return a field as its description says: a column, something that was read with the row, or a resolver."""
        described: StrawberryField = definition.extensions[DEFINITION]
        match described.metadata.get(SOURCE):
            case Coded() as source:
                return self._coded(body.column(source.column), source, definition.type, details)
            case Masked(column, mask):
                masked = f"{self._source.named('mask', mask)}({body.column(column)})"
                if isinstance(definition.type, GraphQLNonNull):
                    return self._text(definition.type, body.local(Expression(masked)))
                return Expression(masked)
            case Column(column) if is_date(definition.type):
                # A day as the database gave it: the text, or what the encoder makes it of.
                return Expression(body.column(column))
            case Column(column) if get_named_type(definition.type) in {GraphQLString, GraphQLID}:
                return self._text(definition.type, body.column(column))
            case Column(column):
                return self._written(definition.type, body.column(column), details)
            case Joined(relation, key):
                return self._related(body, relation, key, definition.type, details)
            case PageRows(path, make):
                body.has_object = True
                named = self._object_type(definition.type)
                writer = self._object(named, self._selected(named, details))
                return self._lists.each_row(writer, self._bodies[writer.name], f"it.{path}", make)
            case Loaded(load, key, _):
                loading = Load(self._source.named("load", load), load, key)
                rows = body.loaded(loading)
                written, needed = self._below(lambda: self._rows(definition.type, rows, details, loading))
                loading.columns = needed.get(origin_of(definition.type))
                return written
            case _:
                return self._asked(body, definition, described, details)

    def _rows(self, kind: GraphQLOutputType, rows: str, details: list[FieldDetails], load: Load) -> Expression:
        """Return the expression that writes what `load` loaded: a row or None, or a list of rows."""
        named = self._object_type(kind)
        writer = self._object(named, self._selected(named, details))
        body = self._bodies[writer.name]
        if body.columns is None or writer.is_awaited:
            raise NotCompiled("a resolver on a loaded row")
        if isinstance(kind, GraphQLNonNull):
            return self._source.listing(writer, body, rows, load)
        return Expression(f"None if {rows} is None else {writer.call_with_row(rows)}", is_pure=writer.is_pure)

    def _object_type(self, kind: GraphQLOutputType) -> GraphQLObjectType:
        """Return the type of what is written of rows."""
        named = get_named_type(kind)
        if not isinstance(named, GraphQLObjectType):
            raise NotCompiled("rows of several types")
        return named

    def _asked(
        self, body: FunctionBody, definition: GraphQLField, described: StrawberryField, details: list[FieldDetails]
    ) -> Expression:
        """Return a field whose value a resolver gives, or an attribute."""
        place = Place([detail.node for detail in details], self.question.definitions)
        body.has_object = True
        if described.base_resolver is not None:
            body.columns = None
        value = body.local(call(place, definition, described, self.question, self.schema, self._source))
        written, place.columns = self._below(lambda: self._written(definition.type, value, details))
        return written

    def _related(
        self, body: FunctionBody, relation: str, key: str, kind: GraphQLOutputType, details: list[FieldDetails]
    ) -> Expression:
        """Return the expression for an object that the row shows which leads to it."""
        if not isinstance(kind, GraphQLObjectType):
            raise NotCompiled("a relation that cannot be null")
        prefix = f"{relation}__"
        writer = self._object(kind, self._selected(kind, details), prefix=prefix)
        joined = self._bodies[writer.name]
        if joined.columns is None or joined.wanted or writer.is_awaited or not writer.is_pure:
            raise NotCompiled("a resolver on a joined row")
        value = body.related(JoinedColumns(relation, tuple(joined.picked), key))
        columns = [path.removeprefix(prefix) for path in joined.picked]

        def write(found: Any) -> Any:
            values = found if found.__class__ is tuple else tuple(getattr(found, column) for column in columns)
            return self._source.names[writer.name](values, None)

        return self._looked_up("texts", ValueFragments(write), value)

    def _coded(self, value: str, source: Coded, kind: GraphQLOutputType, details: list[FieldDetails]) -> Expression:
        """Return the expression that looks up the code `value` with its name."""
        is_nullable = not isinstance(kind, GraphQLNonNull)
        shown = self._given(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, "it", details)
        if shown.is_awaited or not shown.is_pure:
            raise NotCompiled("a code's name that depends on who asks")
        writer = self._source.function([f"return {shown.text}"], like=shown)
        # The function exists once the source has been run; it is called when a code is met for the first time.
        labels = CodeFragments(source, lambda it: self._source.names[writer.name](it, None), is_nullable=is_nullable)
        return self._looked_up("labels", labels, value)

    def _looked_up(self, kind: str, texts: CodeFragments | ValueFragments, value: str) -> Expression:
        """Return the expression for the text of a value: from those that are known, otherwise from the one who adds."""
        known, all_ = self._source.named(f"known_{kind}", texts.known), self._source.named(kind, texts)
        return Expression(f"{known}[{value}]", otherwise=f"{all_}[{value}]")

    # What a value becomes, by its type.

    def _written(self, kind: GraphQLOutputType, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression that writes the variable `value`, which holds something of type `kind`."""
        if isinstance(kind, GraphQLNonNull):
            given, otherwise = self._given(kind.of_type, value, details), "missing()"
        else:
            given, otherwise = self._given(kind, value, details), "None"
        return replace(given, text=f"({otherwise} if {value} is None else {given.text})")

    def _text(self, kind: GraphQLOutputType, value: str) -> Expression:
        """Return the expression that writes the variable `value`, which holds a text of the database or None."""
        return Expression(f"missing() if {value} is None else {value}" if isinstance(kind, GraphQLNonNull) else value)

    def _given(self, kind: Any, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression that writes the variable `value`, which is not None."""
        if isinstance(kind, GraphQLList):
            return self._list(kind, value, details)
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, self._selected(kind, details)).of(value)
        if is_abstract_type(kind):
            return self._abstract(kind, details).of(value)
        if kind.name not in self._leaves:
            self._leaves[kind.name] = self._source.named("leaf", writer_of(kind))
        slowly = f"{self._leaves[kind.name]}({value})"
        is_text = kind is GraphQLString or kind is GraphQLID
        return Expression(f"{value} if {value}.__class__ is str else {slowly}" if is_text else slowly)

    def _list(self, kind: GraphQLList[Any], value: str, details: list[FieldDetails]) -> Expression:
        of = kind.of_type
        if isinstance(of, GraphQLNonNull) and isinstance(of.of_type, GraphQLObjectType):
            return self._lists.each(self._object(of.of_type, self._selected(of.of_type, details)), f"listed({value})")
        written = self._written(of, "it", details)
        return self._lists.each(self._source.function([f"return {written.text}"], like=written), f"listed({value})")

    def _abstract(self, kind: Any, details: list[FieldDetails]) -> Function:
        """Write the function that chooses by the class of the value; return it."""
        possible = core_schema(self.schema).get_possible_types(kind)
        like, lines = FunctionBody(), []
        for each in possible:
            writer = self._object(each, self._selected(each, details)).of("it")
            like.is_awaited |= writer.is_awaited
            like.is_pure &= writer.is_pure
            origin = self._source.named("kind", origin_of(each))
            lines += [f"if it.__class__ is {origin}:", f"    return {writer.text}"]
        return self._source.function([*lines, "return missing()"], like=like)

    def _selected(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> GroupedFieldSet:
        question, types = self.question, core_schema(self.schema)
        found = collect_subfields(
            types, dict(question.fragments), question.variables, question.operation, kind, details
        )
        return found.grouped_field_set
