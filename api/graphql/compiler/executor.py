"""Which operations are compiled, and the cache of their plans."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLNonNull,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    get_variable_values,
    type_from_ast,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry import Schema

from api.adapters.strawberry import core_schema
from api.graphql.compiler.compiler import compile_operation
from api.graphql.compiler.operation import NotCompiled, OperationToCompile
from api.graphql.compiler.plan import Plan
from api.text.i18n import Language

# The most plans of one operation, one for each combination of Boolean and enum variables; graphql-core executes others.
MAX_PLANS = 16
# An operation is compiled the second time it is requested.
COMPILE_AT = 2
ABSENT = object()
logger = logging.getLogger("hall.compiler")
NO_VARIABLES = VariableValues({}, {})


@dataclass(slots=True)
class Plans:
    """The cached plans of one operation, by the values of its constant variables; None where it cannot be compiled."""

    document: DocumentNode
    operation: OperationDefinitionNode
    times_requested: int = 0
    # Whether the log has a line already that the operation has no plan.
    is_reported: bool = False
    constant: tuple[str, ...] | None = None
    by_constants: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)


class Engine:
    """Compiles queries of `schema` when they are requested for the `compile_at`th time."""

    def __init__(
        self, schema: Schema, compile_at: int = COMPILE_AT, report: Callable[[str], None] = lambda _: None
    ) -> None:
        self._schema = schema
        self._compile_at = compile_at
        # Called with the reason whenever an operation has no plan.
        self.report = report
        self._types = core_schema(schema)

    def prepare(self, plans: Plans) -> None:
        """Compile an operation in advance for each language, and for each value of the enums that it requires."""
        plans.times_requested = self._compile_at
        if plans.operation.operation is not OperationType.QUERY:
            return
        plans.constant = self._constant(plans.operation)
        definitions = [
            each for each in plans.operation.variable_definitions or () if each.variable.name.value in plans.constant
        ]
        values = dict(self._required_values(definitions))
        if "language" in plans.constant:
            values["language"] = [language.value for language in Language]
        for combination in islice(product(*values.values()), MAX_PLANS):
            given = dict(zip(values, combination, strict=True))
            variables = get_variable_values(self._types, definitions, given)
            if not isinstance(variables, list):
                self._plan(plans, variables)

    def planned(self, plans: Plans, raw_variables: Mapping[str, Any]) -> tuple[Plan, VariableValues] | None:
        """Return the plan for these variables, and their coerced values; None where graphql-core has to execute."""
        plans.times_requested += 1
        if plans.times_requested < self._compile_at or plans.operation.operation is not OperationType.QUERY:
            return None
        variables = self._coerced(plans, raw_variables)
        if variables is None:
            return None
        plan = self._plan(plans, variables)
        return None if plan is None else (plan, variables)

    def _coerced(self, plans: Plans, raw_variables: Mapping[str, Any]) -> VariableValues | None:
        definitions = plans.operation.variable_definitions
        if not definitions:
            return NO_VARIABLES
        # graphql-core reports the errors; here the first one is enough.
        coerced = get_variable_values(
            self._types, definitions, dict(raw_variables), max_errors=0, hide_suggestions=True
        )
        return None if isinstance(coerced, list) else coerced

    def _plan(self, plans: Plans, variables: VariableValues) -> Plan | None:
        if plans.constant is None:
            plans.constant = self._constant(plans.operation)
        values = tuple([variables.coerced.get(name, ABSENT) for name in plans.constant])
        if values not in plans.by_constants:
            if len(plans.by_constants) >= MAX_PLANS:
                self._report("too many variants", plans)
                return None
            plans.by_constants[values] = self._compiled(plans, variables, frozenset(plans.constant))
        return plans.by_constants[values]

    def _compiled(self, plans: Plans, variables: VariableValues, constant: frozenset[str]) -> Plan | None:
        fragments = {
            each.name.value: FragmentDetails(each)
            for each in plans.document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        try:
            return compile_operation(OperationToCompile(plans.operation, fragments, variables, constant), self._schema)
        except NotCompiled as reason:
            self._report(str(reason), plans)
            return None

    def _report(self, reason: str, plans: Plans) -> None:
        """Count an operation that graphql-core answers, and log it once for each document."""
        self.report(reason)
        if not plans.is_reported:
            plans.is_reported = True
            logger.info("an operation has no plan: %s", reason)

    def _required_values(self, definitions: Iterable[VariableDefinitionNode]) -> Iterator[tuple[str, list[Any]]]:
        """Yield the name and all values of each required enum or Boolean."""
        for definition in definitions:
            kind = type_from_ast(self._types, definition.type)
            if isinstance(kind, GraphQLNonNull) and definition.default_value is None:
                values = list(kind.of_type.values) if isinstance(kind.of_type, GraphQLEnumType) else [False, True]
                yield definition.variable.name.value, values

    def _constant(self, operation: OperationDefinitionNode) -> tuple[str, ...]:
        """Return the variables whose values become constants of a plan: Booleans and enums."""
        names = []
        for definition in operation.variable_definitions or ():
            kind = type_from_ast(self._types, definition.type)
            kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
            if kind is GraphQLBoolean or isinstance(kind, GraphQLEnumType):
                names.append(definition.variable.name.value)
        return tuple(names)
