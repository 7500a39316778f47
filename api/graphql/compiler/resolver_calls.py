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
PASSED_UNCHANGED = frozenset({str, int, float, bool, strawberry.ID})


class VariableArgument(NamedTuple):
    """The variable that an argument takes its value from, and whether the value may be null."""

    variable: str
    is_optional: bool


def call(place: Place, operation: OperationToCompile, schema: Schema, source: GeneratedSource) -> Expression:
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
        converted = _Arguments(definition, described, place.nodes[0], operation, schema)
        is_constant = converted.are_constant
        arguments += (
            _constants(converted, operation, source)
            if is_constant
            else [f"**{source.named('arguments', converted)}(run)"]
        )
    if resolver.info_parameter:
        arguments.append(f"{resolver.info_parameter.name}=ResolverInfo(run, {source.named('place', place)})")
    call_code = f"{source.named('resolve', resolver.wrapped_func)}({', '.join(arguments)})"
    if resolver.is_async:
        return Expression(f"await {call_code}", is_awaited=True, is_pure=False)
    return Expression(call_code, is_pure=is_constant and not resolver.info_parameter)


def _with_extensions(place: Place, source: GeneratedSource) -> Expression:
    """Return the expression for a field with Strawberry's extensions or permissions: its own resolver applies them."""
    resolve = place.definition.resolve
    if resolve is None:
        raise NotCompiled("a field without a resolver")

    def resolved(it: Any, run: Run) -> Any:
        arguments = get_argument_values(place.definition, place.nodes[0], run.variables)
        return resolve(it, place.raw_info(run), **arguments)

    call_code = f"{source.named('resolve', resolved)}(it, run)"
    if place.described.is_async:
        return Expression(f"await {call_code}", is_awaited=True, is_pure=False)
    return Expression(call_code, is_pure=False)


class _Arguments:
    """The arguments of a field, converted as Strawberry converts them."""

    def __init__(
        self,
        definition: GraphQLField,
        described: StrawberryField,
        node: FieldNode,
        operation: OperationToCompile,
        schema: Schema,
    ) -> None:
        self._definition = definition
        self._described = described
        self._node = node
        self._converter = schema.schema_converter
        self._variable_arguments = self._find_variable_arguments(operation)
        # The constant arguments, once they have been converted.
        self._constant_arguments: dict[str, Any] | None = None

    @property
    def are_constant(self) -> bool:
        """Whether they depend on constants of the plan alone."""
        return self._variable_arguments == {}

    def _find_variable_arguments(self, operation: OperationToCompile) -> dict[str, VariableArgument] | None:
        """Return the arguments that are plain variables, by name; None where an argument is more than a variable."""
        names = {self._converter.config.name_converter.from_argument(each): each for each in self._described.arguments}
        found: dict[str, VariableArgument] = {}
        for node in self._node.arguments or ():
            if operation.is_constant(node):
                continue
            argument = names[node.name.value]
            is_optional = isinstance(argument.type, StrawberryOptional)
            kind = argument.type.of_type if isinstance(argument.type, StrawberryOptional) else argument.type
            if kind not in PASSED_UNCHANGED or not isinstance(node.value, VariableNode):
                return None
            found[argument.python_name] = VariableArgument(node.value.name.value, is_optional)
        return found

    def __call__(self, run: Any) -> dict[str, Any]:
        """Return the arguments for the variables of a run."""
        if self._variable_arguments is None:
            return self.convert(run.variables)
        if self._constant_arguments is None:
            arguments = self.convert(run.variables)
            self._constant_arguments = {
                name: value for name, value in arguments.items() if name not in self._variable_arguments
            }
            return arguments
        arguments, coerced = dict(self._constant_arguments), run.variables.coerced
        for name, (variable, is_optional) in self._variable_arguments.items():
            value = arguments[name] = coerced.get(variable)
            # guard: default-of-an-argument
            if value is None and not (is_optional and variable in coerced):
                return self.convert(run.variables)
        return arguments

    def convert(self, variables: VariableValues) -> dict[str, Any]:
        """Return the arguments for these variables."""
        arguments = get_argument_values(self._definition, self._node, variables)
        converter = self._converter
        return convert_arguments(arguments, self._described.arguments, converter.scalar_registry, converter.config)


def _constants(arguments: _Arguments, operation: OperationToCompile, source: GeneratedSource) -> list[str]:
    return [
        f"{name}={source.named('constant', value)}" for name, value in arguments.convert(operation.variables).items()
    ]
