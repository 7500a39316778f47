"""Compiles a validated operation to Python functions whose result goes to the JSON encoder.

Each object of the selection becomes one function: it takes the resolver's result and returns a Struct of the selected
values. Resolvers, arguments, response keys and their order are decided at compile time; at run time the functions only
call resolvers and fill Structs. Directives are decided at compile time too: a plan is valid for one set of values of
the variables on which the selection, or a constant of the plan, depends.

Of the operation's text the source contains only names, which GraphQL limits to letters, digits and underscores; every
other value is bound to a name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    GroupedFieldSet,
    collect_fields,
)
from strawberry import Schema
from strawberry.types.field import StrawberryField

from api.adapters.strawberry import core_schema
from api.db.query.row_types import JoinedColumns, JoinedRow
from api.db.query.rows import Columns
from api.graphql.compiler.codegen import Function
from api.graphql.compiler.fragment_cache import CACHED_BY, CodeFragments, ObjectFragments, ValueFragments
from api.graphql.compiler.function_body import Expression, FunctionBody, Load, Needed
from api.graphql.compiler.operation import DEFINITION, NotCompiled, OperationToCompile, is_date, origin_of
from api.graphql.compiler.plan import Plan
from api.graphql.compiler.resolver_calls import call
from api.graphql.compiler.resolver_info import Place
from api.graphql.compiler.values import Values
from api.graphql.fields import SOURCE, Coded, Column, Joined, Loaded, Masked, PageRows

# Compiling takes about 50 µs a field and blocks the event loop.
MAX_FIELDS = 300


def compile_operation(operation: OperationToCompile, schema: Schema) -> Plan:
    """Return the plan of a query; raise NotCompiled where graphql-core has to execute it."""
    return _Compilation(operation, schema).plan()


@dataclass(slots=True)
class _Compilation(Values):
    # The body of each function for one object, by the function's name.
    _bodies: dict[str, FunctionBody] = field(default_factory=dict)
    # The columns needed at each level above the current field.
    _above: list[Needed] = field(default_factory=lambda: [Needed()])
    _fields: int = 0

    def plan(self) -> Plan:
        """Return the plan of the whole operation."""
        operation, types = self.operation, core_schema(self.schema)
        root = types.query_type
        if root is None:
            raise NotCompiled("no query type")
        fields = collect_fields(types, dict(operation.fragments), operation.variables, root, operation.node)
        writer = self._object(root, fields.grouped_field_set)
        return self._source.plan(f"async def plan(run):\n    return {writer.of('None').text}\n")

    def _object(self, kind: GraphQLObjectType, fields: GroupedFieldSet, prefix: str = "") -> Function:
        """Generate the functions for one selection of an object type; return the one for a single object."""
        body = FunctionBody(prefix=prefix)
        for key, details in fields.items():
            body.entry(key, self._field(body, kind, details))
        for load in body.loads:
            # Rows with all columns are shared by all fields of the request.
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
        """Generate a function that caches the JSON of `writer` by the object in the attribute `source`."""
        texts = self._source.named("texts", ObjectFragments(lambda it: self._source.names[writer.name](it, None)))
        return self._source.function([f"return {texts}(it, it.{source})"], like=writer)

    def _need(self, kind: GraphQLObjectType, body: FunctionBody) -> None:
        """Record for the fields above which columns of the rows behind `kind` are read."""
        if not body.prefix:
            self._above[-1].add(origin_of(kind), body.columns)

    def _below(self, work: Callable[[], Expression]) -> tuple[Expression, dict[type, Columns]]:
        """Return the expression that `work` returns, and the columns that it needs, by GraphQL type."""
        self._above.append(Needed())
        written = work()
        needed = self._above.pop()
        for kind, columns in needed.by_type.items():
            self._above[-1].add(kind, columns)
        return written, needed.columns()

    def _field(self, body: FunctionBody, kind: GraphQLObjectType, details: list[FieldDetails]) -> Expression:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise NotCompiled("too many fields")
        name = details[0].node.name.value
        if name == "__typename":
            return Expression(f'"{kind.name}"')
        if name.startswith("__"):
            raise NotCompiled("introspection")
        return self._described(body, kind, kind.fields[name], details)

    def _described(
        self, body: FunctionBody, parent: GraphQLObjectType, definition: GraphQLField, details: list[FieldDetails]
    ) -> Expression:
        """Return the expression for a field, by the description of its source; a resolver where it has none."""
        described: StrawberryField = definition.extensions[DEFINITION]
        match described.metadata.get(SOURCE):
            case Coded() as source:
                return self._coded(body, body.column(source.column), source, definition.type, details)
            case Masked(column, mask):
                masked = f"{self._source.named('mask', mask)}({body.column(column)})"
                if isinstance(definition.type, GraphQLNonNull):
                    return self._text(definition.type, body.local(Expression(masked)))
                return Expression(masked)
            case Column(column):
                return self._column(body.column(column), definition.type, details)
            case Joined() as source:
                return self._related(body, source, definition.type, details)
            case PageRows() as source:
                return self._page_rows(body, source, definition.type, details)
            case Loaded(load, key, make):
                loading = Load(self._source.named("load", load), load, key)
                rows = body.loaded(loading)
                written, needed = self._below(lambda: self._rows(body, definition.type, rows, details, loading, make))
                is_object = isinstance(get_named_type(definition.type), GraphQLObjectType)
                loading.columns = needed.get(origin_of(definition.type)) if is_object else None
                return written
            case _:
                return self._resolved(body, parent, definition, details)

    def _column(self, column: str, kind: GraphQLOutputType, details: list[FieldDetails]) -> Expression:
        """Return the expression for a column; dates and texts stay as the database driver returned them."""
        if is_date(kind):
            return Expression(column)
        if get_named_type(kind) in {GraphQLString, GraphQLID}:
            return self._text(kind, column)
        return self._written(kind, column, details)

    def _page_rows(
        self, body: FunctionBody, source: PageRows, kind: GraphQLOutputType, details: list[FieldDetails]
    ) -> Expression:
        """Return the expression for the rows of a page."""
        body.has_object = True
        named, rows = get_named_type(kind), f"it.{source.path}"
        if isinstance(named, GraphQLObjectType):
            writer = self._object(named, self._selected(named, details))
            return self._lists.each_row(writer, self._bodies[writer.name], rows, source.kind)
        made = f"[{self._source.named('make', source.kind)}(row=each) for each in {rows}]"
        return self._written(kind, body.local(Expression(made)), details)

    def _rows(  # noqa: PLR0913, PLR0917 - what is loaded, and what becomes of it
        self,
        body: FunctionBody,
        kind: GraphQLOutputType,
        rows: str,
        details: list[FieldDetails],
        load: Load,
        make: Callable[..., Any],
    ) -> Expression:
        """Return the expression for the result of `load`: a row or None, or a list of rows."""
        named, is_list = get_named_type(kind), is_list_type(get_nullable_type(kind))
        named_make = self._source.named("make", make)
        made = f"[{named_make}(row=each) for each in {rows}]" if is_list else f"{named_make}(row={rows})"
        objects = Expression(f"None if {rows} is None else {made}")
        if not isinstance(named, GraphQLObjectType):
            return self._written(kind, body.local(objects), details)
        writer = self._object(named, self._selected(named, details))
        inner = self._bodies[writer.name]
        if inner.columns is None or writer.is_awaited:
            # A resolver needs the objects themselves.
            value = body.local(objects)
            written = self._lists.each(writer, value) if is_list else writer.of(value)
            return self._or_null(kind, value, written)
        if is_list:
            return self._source.listing(writer, inner, rows, load)
        return Expression(f"None if {rows} is None else {writer.call_with_row(rows)}", is_pure=writer.is_pure)

    def _resolved(
        self, body: FunctionBody, parent: GraphQLObjectType, definition: GraphQLField, details: list[FieldDetails]
    ) -> Expression:
        """Return the expression for a field with a resolver, or for an attribute."""
        described: StrawberryField = definition.extensions[DEFINITION]
        place = Place(
            described=described,
            definition=definition,
            parent=parent,
            schema=core_schema(self.schema),
            operation=self.operation.node,
            nodes=[detail.node for detail in details],
            fragments=self.operation.fragment_definitions,
        )
        body.has_object = True
        if described.base_resolver is not None or described.extensions:
            body.columns = None
        value = body.local(call(place, self.operation, self.schema, self._source))
        written, place.columns = self._below(lambda: self._written(definition.type, value, details))
        return written

    def _related(
        self, body: FunctionBody, source: Joined, kind: GraphQLOutputType, details: list[FieldDetails]
    ) -> Expression:
        """Return the expression for the object of a joined row."""
        if isinstance(kind, GraphQLObjectType) and not body.prefix:
            writer = self._object(kind, self._selected(kind, details), prefix=f"{source.relation}__")
            joined = self._bodies[writer.name]
            if joined.columns is not None and writer.is_pure and not (joined.joined_rows or writer.is_awaited):
                return self._from_columns(body, source, writer, joined)
        # A resolver needs the object itself, and may read any column of its row.
        body.has_object, body.columns = True, None
        make, row = self._source.named("make", source.kind), self._source.named("row", JoinedRow)
        made = f'{make}({row}(it.row, "{source.relation}"))'
        return self._written(kind, body.local(Expression(f"None if it.row.{source.key} is None else {made}")), details)

    def _from_columns(self, body: FunctionBody, source: Joined, writer: Function, joined: FunctionBody) -> Expression:
        """Return the expression for a joined row of which only columns are selected: cached by their values."""
        value = body.related(JoinedColumns(source.relation, tuple(joined.picked), source.key))
        columns = [path.removeprefix(f"{source.relation}__") for path in joined.picked]

        def write(found: Any) -> Any:
            values = found if found.__class__ is tuple else tuple(getattr(found, column) for column in columns)
            return self._source.names[writer.name](values, None)

        return self._looked_up("texts", ValueFragments(write), value)

    def _coded(
        self,
        body: FunctionBody,
        value: str,
        source: Coded,
        kind: GraphQLOutputType,
        details: list[FieldDetails],
    ) -> Expression:
        """Return the expression for a code and its name, cached by code."""
        is_nullable = not isinstance(kind, GraphQLNonNull)
        shown = self._non_null(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, "it", details)
        if shown.is_awaited or not shown.is_pure:
            # A resolver of the code depends on the request, so its JSON cannot be cached.
            coded = body.local(Expression(f"{self._source.named('show', source.show)}({value})"))
            return self._written(kind, coded, details)
        writer = self._source.function([f"return {shown.text}"], like=shown)
        # The function exists once the source has run; it is called for the first use of a code.
        labels = CodeFragments(source, lambda it: self._source.names[writer.name](it, None), is_nullable=is_nullable)
        return self._looked_up("labels", labels, value)

    def _looked_up(self, kind: str, texts: CodeFragments | ValueFragments, value: str) -> Expression:
        """Return the expression that looks a value up in the cache, or adds it."""
        known, all_ = self._source.named(f"known_{kind}", texts.known), self._source.named(kind, texts)
        return Expression(f"{known}[{value}]", otherwise=f"{all_}[{value}]")
