"""Generates the call of a resolver: its object, its arguments, and its `info`."""

from typing import Any, NamedTuple

import strawberry
from graphql import FieldNode, GraphQLField, VariableNode, get_argument_values
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

from api.graphql.compiler.codegen import GeneratedSource
from api.graphql.compiler.function_body import Expression
from api.graphql.compiler.operation import NotCompiled, OperationToCompile
from api.graphql.compiler.plan import Run
from api.graphql.compiler.resolver_info import Place

# Types whose coerced values are passed to resolvers unchanged.
AS_THEY_COME = frozenset({str, int, float, bool, strawberry.ID})


class _Given(NamedTuple):
    """The variable that an argument takes its value from, and whether the value may be null."""

    variable: str
    is_optional: bool


def call(place: Place, question: OperationToCompile, schema: Schema, source: GeneratedSource) -> Expression:
    """Return the expression for what the field's resolver returns, or for the attribute where it has none."""
    described, definition = place.described, place.definition
    resolver = described.base_resolver
    if described.extensions:
        return _with_extensions(place, source)
    if resolver is None:
        return Expression(f"it.{described.python_name}")
    is_constant = True
    arguments = ["it"] if resolver.self_parameter or resolver.root_parameter else []
    if definition.args:
        given = _Arguments(definition, described, place.nodes[0], question, schema)
        is_constant = given.are_constant
        arguments += _constants(given, question, source) if is_constant else [f"**{source.named('given', given)}(run)"]
    if resolver.info_parameter:
        arguments.append(f"{resolver.info_parameter.name}=Asking(run, {source.named('place', place)})")
    called = f"{source.named('resolve', resolver.wrapped_func)}({', '.join(arguments)})"
    if resolver.is_async:
        return Expression(f"await {called}", is_awaited=True, is_pure=False)
    return Expression(called, is_pure=is_constant and not resolver.info_parameter)


def _with_extensions(place: Place, source: GeneratedSource) -> Expression:
    """Return the expression for a field with Strawberry's extensions or permissions: its own resolver applies them."""
    resolve = place.definition.resolve
    if resolve is None:
        raise NotCompiled("a field without a resolver")

    def resolved(it: Any, run: Run) -> Any:
        given = get_argument_values(place.definition, place.nodes[0], run.variables)
        return resolve(it, place.raw_info(run), **given)

    called = f"{source.named('resolve', resolved)}(it, run)"
    if place.described.is_async:
        return Expression(f"await {called}", is_awaited=True, is_pure=False)
    return Expression(called, is_pure=False)


class _Arguments:
    """The arguments of a field, converted as Strawberry converts them."""

    def __init__(
        self,
        definition: GraphQLField,
        described: StrawberryField,
        node: FieldNode,
        question: OperationToCompile,
        schema: Schema,
    ) -> None:
        self._definition = definition
        self._described = described
        self._node = node
        self._converter = schema.schema_converter
        self._open = self._given_as_they_come(question)
        # The constant arguments, once they have been converted.
        self._fixed: dict[str, Any] | None = None

    @property
    def are_constant(self) -> bool:
        """Whether they depend on constants of the plan alone."""
        return self._open == {}

    def _given_as_they_come(self, question: OperationToCompile) -> dict[str, _Given] | None:
        """Return the arguments that are plain variables, by name; None where an argument is more than a variable."""
        names = {self._converter.config.name_converter.from_argument(each): each for each in self._described.arguments}
        found: dict[str, _Given] = {}
        for node in self._node.arguments or ():
            if question.is_constant(node):
                continue
            argument = names[node.name.value]
            is_optional = isinstance(argument.type, StrawberryOptional)
            kind = argument.type.of_type if isinstance(argument.type, StrawberryOptional) else argument.type
            if kind not in AS_THEY_COME or not isinstance(node.value, VariableNode):
                return None
            found[argument.python_name] = _Given(node.value.name.value, is_optional)
        return found

    def __call__(self, run: Any) -> dict[str, Any]:
        """Return the arguments for the variables of a run."""
        if self._open is None:
            return self.of(run.variables)
        if self._fixed is None:
            given = self.of(run.variables)
            self._fixed = {name: value for name, value in given.items() if name not in self._open}
            return given
        given, coerced = dict(self._fixed), run.variables.coerced
        for name, (variable, is_optional) in self._open.items():
            value = given[name] = coerced.get(variable)
            # guard: default-of-an-argument
            if value is None and not (is_optional and variable in coerced):
                return self.of(run.variables)
        return given

    def of(self, variables: VariableValues) -> dict[str, Any]:
        """Return the arguments for these variables."""
        given = get_argument_values(self._definition, self._node, variables)
        converter = self._converter
        return convert_arguments(given, self._described.arguments, converter.scalar_registry, converter.config)


def _constants(given: _Arguments, question: OperationToCompile, source: GeneratedSource) -> list[str]:
    return [f"{name}={source.named('constant', value)}" for name, value in given.of(question.variables).items()]
