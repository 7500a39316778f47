"""How a resolver is called: with which object, which arguments, and what it may see of the operation."""

from typing import Any

from graphql import FieldNode, GraphQLField, get_argument_values
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from api.engine.plan import Place
from api.engine.question import NotCompiled, Question
from api.engine.source import Expression, Source


def call(  # noqa: PLR0913, PLR0917 - all that a call is made of
    place: Place,
    definition: GraphQLField,
    described: StrawberryField,
    question: Question,
    schema: Schema,
    source: Source,
) -> Expression:
    """Return the expression for what the field's resolver returns, or for the attribute where it has none."""
    resolver = described.base_resolver
    if described.extensions:
        raise NotCompiled("field extensions")
    if resolver is None:
        return Expression(f"it.{described.python_name}")
    is_constant = question.is_constant(place.nodes[0])
    arguments = ["it"] if resolver.self_parameter or resolver.root_parameter else []
    if definition.args:
        given = _Arguments(definition, described, place.nodes[0], schema)
        arguments += _constants(given, question, source) if is_constant else [f"**{source.named('given', given)}(run)"]
    if resolver.info_parameter:
        arguments.append(f"{resolver.info_parameter.name}=Asking(run, {source.named('place', place)})")
    called = f"{source.named('resolve', resolver.wrapped_func)}({', '.join(arguments)})"
    if resolver.is_async:
        return Expression(f"await {called}", is_awaited=True, is_pure=False)
    return Expression(called, is_pure=is_constant and not resolver.info_parameter)


class _Arguments:
    """The arguments of a field as Strawberry would give them to its resolver."""

    def __init__(self, definition: GraphQLField, described: StrawberryField, node: FieldNode, schema: Schema) -> None:
        self._definition = definition
        self._described = described
        self._node = node
        self._converter = schema.schema_converter

    def __call__(self, run: Any) -> dict[str, Any]:
        return self.of(run.variables)

    def of(self, variables: VariableValues) -> dict[str, Any]:
        """Return them for these variables."""
        given = get_argument_values(self._definition, self._node, variables)
        converter = self._converter
        return convert_arguments(given, self._described.arguments, converter.scalar_registry, converter.config)


def _constants(given: _Arguments, question: Question, source: Source) -> list[str]:
    return [f"{name}={source.named('constant', value)}" for name, value in given.of(question.variables).items()]
