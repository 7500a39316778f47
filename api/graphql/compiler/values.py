"""Expressions that encode a value by its GraphQL type."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetails, GroupedFieldSet, collect_subfields
from strawberry import Schema

from api.adapters.strawberry import core_schema
from api.graphql.compiler.codegen import Function, GeneratedSource
from api.graphql.compiler.function_body import Expression, FunctionBody
from api.graphql.compiler.lists import Lists
from api.graphql.compiler.operation import OperationToCompile, origin_of
from api.graphql.compiler.serializers import writer_of


@dataclass(slots=True)
class Values(ABC):
    """Expressions for values of an operation; the compiler writes the functions for objects."""

    operation: OperationToCompile
    schema: Schema
    _source: GeneratedSource = field(default_factory=GeneratedSource)
    _leaves: dict[str, str] = field(default_factory=dict)
    _lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        self._lists = Lists(self._source)

    @abstractmethod
    def _object(self, kind: GraphQLObjectType, fields: GroupedFieldSet, prefix: str = "") -> Function:
        """Generate the functions for one selection of an object type; return the one for a single object."""

    def _written(self, kind: GraphQLOutputType, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression for the variable `value`, of type `kind`."""
        expression = self._non_null(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, value, details)
        return self._or_null(kind, value, expression)

    def _or_null(self, kind: GraphQLOutputType, value: str, expression: Expression) -> Expression:
        """Return `expression` for the variable `value`, which may be None: then null, or a fault."""
        otherwise = "missing()" if isinstance(kind, GraphQLNonNull) else "None"
        return replace(expression, text=f"({otherwise} if {value} is None else {expression.text})")

    def _text(self, kind: GraphQLOutputType, value: str) -> Expression:
        """Return the expression for the variable `value`, which holds a text from the database or None."""
        return Expression(f"missing() if {value} is None else {value}" if isinstance(kind, GraphQLNonNull) else value)

    def _non_null(self, kind: Any, value: str, details: list[FieldDetails]) -> Expression:
        """Return the expression for the variable `value`, which is not None."""
        if isinstance(kind, GraphQLList):
            return self._list(kind, value, details)
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, self._selected(kind, details)).of(value)
        if is_abstract_type(kind):
            return self._abstract(kind, details).of(value)
        if kind.name not in self._leaves:
            self._leaves[kind.name] = self._source.named("leaf", writer_of(kind))
        serialized = f"{self._leaves[kind.name]}({value})"
        is_text = kind is GraphQLString or kind is GraphQLID
        return Expression(f"{value} if {value}.__class__ is str else {serialized}" if is_text else serialized)

    def _list(self, kind: GraphQLList[Any], value: str, details: list[FieldDetails]) -> Expression:
        of = kind.of_type
        if isinstance(of, GraphQLNonNull) and isinstance(of.of_type, GraphQLObjectType):
            return self._lists.each(self._object(of.of_type, self._selected(of.of_type, details)), f"listed({value})")
        written = self._written(of, "it", details)
        return self._lists.each(self._source.function([f"return {written.text}"], like=written), f"listed({value})")

    def _abstract(self, kind: Any, details: list[FieldDetails]) -> Function:
        """Generate the function that dispatches on the class of the value; return it."""
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
        operation, types = self.operation, core_schema(self.schema)
        found = collect_subfields(types, dict(operation.fragments), operation.variables, operation.node, kind, details)
        return found.grouped_field_set
