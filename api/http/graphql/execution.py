"""Executes operations. Faults are masked: the client gets a reference, the log gets the place, neither gets values."""

from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, NamedTuple

import msgspec
from graphql import ExecutionResult, GraphQLError, execute
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from api.adapters.strawberry import core_schema
from api.db.errors import translate
from api.errors import DatabaseBusy
from api.graphql.compiler.executor import Engine
from api.graphql.compiler.plan import Run
from api.graphql.context import RequestContext
from api.graphql.limits import LIMITS
from api.http.graphql.documents import Operation
from api.http.graphql.error_masking import mask_values
from api.http.graphql.introspection_cache import IntrospectionCache
from api.http.graphql.name_masking import mask_names
from api.http.observability.logs import log_fault
from api.http.observability.metrics import count_uncompiled
from api.timeouts import ensure_task, with_timeout

INTERNAL = "内部错误，请稍后重试。Internal error; try again later."
# From the head of a request to its answer. Longer than the time-outs of a connection, a lock or a statement, so that
# those report first.
REQUEST_SECONDS = 8
BUSY = "系统繁忙，请稍候重试。The Hall is busy; try again in a moment."


class ExecutionOutcome(NamedTuple):
    """The result of an operation, as JSON."""

    body: bytes
    was_executed: bool
    was_busy: bool = False
    has_errors: bool = False

    def with_extensions(self, extensions: dict[str, Any]) -> "ExecutionOutcome":
        """Return the result with `extensions`."""
        return self._replace(body=b'%b,"extensions":%b}' % (self.body[:-1], msgspec.json.encode(extensions)))

    @property
    def is_success(self) -> bool:
        """Whether it is a result without errors."""
        return self.was_executed and not self.has_errors


@dataclass(frozen=True, slots=True)
class Execution:
    """Executes operations by compiled plans where there is an engine, and by graphql-core otherwise."""

    schema: Schema
    engine: Engine | None
    # Whether errors may contain names of the schema that the document does not contain.
    names: bool
    introspected: IntrospectionCache = field(default_factory=IntrospectionCache)

    def prepare(self, operation: Operation) -> None:
        """Compile an operation in advance."""
        if self.engine is not None:
            self.engine.prepare(operation.plans)

    async def outcome(
        self, operation: Operation, variables: dict[str, Any], context: RequestContext
    ) -> ExecutionOutcome:
        """Return the result of `operation`.

        REQUEST_SECONDS after the head of the request it is cancelled, but not its transaction.
        """
        try:
            return await with_timeout(
                REQUEST_SECONDS, self._outcome(operation, variables, context), since=context.began
            )
        except TimeoutError:
            content = {"errors": [_masked({}, BUSY, "BUSY", context)], "data": None}
            return ExecutionOutcome(msgspec.json.encode(content), was_executed=True, was_busy=True)

    async def _outcome(
        self, operation: Operation, variables: dict[str, Any], context: RequestContext
    ) -> ExecutionOutcome:
        try:
            planned = None if self.engine is None else self.engine.planned(operation.plans, variables)
            if planned is not None:
                plan, values = planned
                context.is_sequential = plan.is_sequential
                data = await plan.write(Run(context, values))
                return ExecutionOutcome(msgspec.json.encode({"data": data}), was_executed=True)
        except (DatabaseBusy, GraphQLError):
            # graphql-core says what is wrong with the values that the sender gave to variables.
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the ordinary executor says what and where
            log_fault("a plan failed", context.request_id, error)
            count_uncompiled("a plan failed")
        context.is_sequential = False
        text, name = operation.introspection, operation.name
        if text is not None and (cached := self.introspected.get(text, name, variables)) is not None:
            return ExecutionOutcome(cached, was_executed=True)
        # graphql-core's tasks and timers need a task around them.
        await ensure_task()
        outcome = await _ordinary(self.schema, operation, variables, context, names=self.names)
        if text is not None and outcome.is_success:
            self.introspected.put(text, name, variables, outcome.body)
        return outcome


async def _ordinary(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: RequestContext, *, names: bool
) -> ExecutionOutcome:
    """Execute `operation` field by field.

    By graphql-core itself on Strawberry's schema: the same resolvers, context and `info` as by `schema.execute`, but
    nothing is parsed or validated again.
    """
    result = execute(
        core_schema(schema),
        operation.document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name,
        executor_class=schema.execution_context_class,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # it is a type guard, only not annotated as one
        # A suggestion is a search through all names, for each error.
        max_coercion_errors=LIMITS.max_errors,
        hide_suggestions=True,
        operation_extensions=None,
    )
    finished: ExecutionResult = await result if isawaitable(result) else result
    return _outcome_of(finished, operation, variables, context, names=names)


def _outcome_of(
    result: ExecutionResult, operation: Operation, variables: dict[str, Any], context: RequestContext, *, names: bool
) -> ExecutionOutcome:
    errors = result.errors
    if not errors:
        return ExecutionOutcome(msgspec.json.encode({"data": result.data}), was_executed=True)
    was_executed = result.data is not None or any(error.path for error in errors)
    causes = [_cause(error) for error in errors]
    was_busy = any(isinstance(cause, DatabaseBusy) for cause in causes)
    shown = [
        _shown(error, cause, context) for error, cause in list(zip(errors, causes, strict=True))[: LIMITS.max_errors]
    ]
    shown = mask_values(shown, operation.document, variables)
    content: dict[str, Any] = {"errors": shown if names else mask_names(shown, operation.document, variables)}
    if was_executed:
        content["data"] = result.data
    body = msgspec.json.encode(content)
    return ExecutionOutcome(body, was_executed=was_executed, was_busy=was_busy, has_errors=True)


def _shown(error: GraphQLError, cause: BaseException | None, context: RequestContext) -> dict[str, Any]:
    """Return an error as the client may see it."""
    shown: dict[str, Any] = dict(error.formatted)
    if _is_the_senders(error, cause):
        return shown | {"extensions": {"code": "BAD_USER_INPUT"}}
    if isinstance(cause, DatabaseBusy):
        return _masked(shown, BUSY, "BUSY", context)
    log_fault("a field failed", context.request_id, cause or error, path=error.path)
    return _masked(shown, INTERNAL, "INTERNAL", context)


def _masked(shown: dict[str, Any], message: str, code: str, context: RequestContext) -> dict[str, Any]:
    return shown | {"message": message, "extensions": {"code": code, "supportReference": context.request_id}}


def _is_the_senders(error: GraphQLError, cause: BaseException | None) -> bool:
    """Return whether the operation is wrong, and not the Hall.

    Before execution errors have no path. During it, graphql-core points to the argument that it cannot take; for a
    value that a resolver should not have returned it has nothing in the document to point to.
    """
    return error.path is None or (isinstance(cause, GraphQLError) and bool(cause.nodes))


def _cause(error: GraphQLError) -> BaseException | None:
    """Return the original exception, with driver errors translated; graphql-core wraps it at each level."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return translate(cause) if isinstance(cause, Exception) else cause
