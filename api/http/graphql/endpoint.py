"""/graphql: GraphQL over HTTP as its specification defines it.

    credentials       the credential and the media type of the response
    request_parsing   the request
    documents         the operation
    rate_limits       whether the sender may run it now
    execution         the result

A malformed document is answered as the specification says: with status 200 where the client accepts only JSON, and 400
where it accepts `application/graphql-response+json`.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from graphql import OperationType
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send
from strawberry import Schema

from api import clock
from api.adapters.strawberry import core_schema
from api.errors import DatabaseBusy
from api.graphql.compiler.executor import Engine
from api.graphql.context import RequestContext
from api.http.graphql import cookies, request_parsing
from api.http.graphql.credentials import Credentials, credentials_of
from api.http.graphql.documents import Documents, Operation
from api.http.graphql.error_masking import mask_values
from api.http.graphql.execution import BUSY, REQUEST_SECONDS, Execution, ExecutionOutcome
from api.http.graphql.malformed_documents import MalformedDocument, UntrustedDocument
from api.http.graphql.name_masking import mask_names
from api.http.graphql.persisted_documents import trusted_documents
from api.http.graphql.public_responses import publish
from api.http.graphql.rate_limits import RateLimits, too_many_requests
from api.http.graphql.request_parsing import GraphQLRequest
from api.http.observability.metrics import count_uncompiled
from api.http.request_state import RequestState, request_state_of
from api.http.responses import CACHE_CONTROL, JSON, NOT_STORED, HTTPRefusal, Response, asgi_headers, method_not_allowed
from api.http.server import request_head_cache
from api.http.server.client_address import client_address
from api.http.server.protocol import body_at_once
from api.settings import EngineName, Operations, Settings
from api.timeouts import with_timeout

RETRY_AFTER_SECONDS = 1
# The data that a browser clears at sign-out: form contents, and pages in its back-forward cache.
CLEAR_SITE_DATA = '"cache", "storage"'


# RFC 6750.
CHALLENGE = 'Bearer realm="hall", error="invalid_token"'
UNKNOWN_CREDENTIAL = (
    "访问令牌无效或已过期，请换发后重试。The bearer token is unknown or has expired; "
    "send another one, or leave the Authorization header out."
)


# What the automatic persisted queries of clients understand: they send the text from then on.
NOT_PERSISTED = ExecutionOutcome(
    msgspec.json.encode(
        {"errors": [{"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}]}
    ),
    was_executed=False,
    has_errors=True,
)


class GraphQLEndpoint:
    """The ASGI application at /graphql."""

    def __init__(self, settings: Settings, schema: Schema, context: type[RequestContext]) -> None:
        self._settings = settings
        self._new_context = context
        self._rates = RateLimits(settings)
        engine = Engine(schema, report=count_uncompiled) if settings.engine is EngineName.COMPILED else None
        self._execution = Execution(schema, engine, names=settings.introspection)
        self._documents = Documents(
            core_schema(schema),
            introspection=settings.introspection,
            only_trusted=settings.operations is Operations.TRUSTED,
        )
        self._documents.trust(trusted_documents(settings.documents))

    def sharing_limits(self) -> AbstractAsyncContextManager[None]:
        """Share rate limits with other machines until the block ends."""
        return self._rates.shared()

    def charge_address(self, scope: Scope, cost: int) -> None:
        """Count a request to another address that costs as much as a query; raise HTTPRefusal beyond the limit."""
        self._rates.charge_address(client_address(scope), cost)

    async def prepare(self) -> None:
        """Validate and compile the trusted documents, yielding to the event loop after each."""
        for operation in self._documents.trusted():
            self._execution.prepare(operation)
            await asyncio.sleep(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        media_type = JSON
        try:
            caller = credentials_of(scope, self._settings)
            media_type = caller.media_type
            answer = await self._answer(scope, caller, receive)
        except HTTPRefusal as refusal:
            answer = refusal.answer(media_type)
        except ClientDisconnect:
            return
        # Where other origins may ask, a layer around this one adds headers.
        if self._settings.cors_origins or not answer.sent_in_one_piece(scope):
            if not any(name == CACHE_CONTROL for name, _ in answer.headers):
                answer.headers = [*answer.headers, NOT_STORED]
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, caller: Credentials, receive: Receive) -> Response:
        state, media_type = request_state_of(scope), caller.media_type
        context = self._context(scope, caller, state)
        self._rates.admit(context)
        if context.bearer is None:
            request_parsing.refuse_forged(
                scope["method"],
                caller.headers,
                self._settings.cors_origins,
                has_session=caller.cookie is not None,
            )
        body = self._body_at_once(scope, caller)
        request = await self._parsed(scope, caller, receive) if body is None else request_parsing.parse_body(body)
        try:
            operation, reading = self._operation(request, context)
        except UntrustedDocument:
            if request.is_automatic:
                return _written(NOT_PERSISTED, media_type, {})
            raise _unknown(request) from None
        except MalformedDocument as malformed:
            self._rates.charge_malformed(context)
            return _written(self._refused(malformed), media_type, {})
        state.operation = operation.name
        state.kind = operation.kind_name
        # guard: no-mutation-by-get
        if operation.kind is OperationType.MUTATION and scope["method"] != "POST":
            raise HTTPRefusal(405, "Send mutations by POST.", {"Allow": "POST"})
        spoken, variables = self._documents.in_language(operation, caller.language, request.variables)
        answered = await self._execute(spoken, variables, context, reading)
        if request.extensions.get("cost") is True:
            answered = answered.with_extensions({"cost": self._documents.explained_cost(operation, context.cost)})
        answer = _written(answered, media_type, self._cookie(context))
        if operation.is_public and answered.is_success and not answer.headers:
            is_cacheable = scope["method"] == "GET" and request.document_id is not None
            return publish(answer, caller.headers, context.moment, is_cacheable=is_cacheable)
        return answer

    async def _execute(
        self, operation: Operation, variables: dict[str, Any], context: RequestContext, reading: int
    ) -> ExecutionOutcome:
        """Return the result of an operation whose sender has not exceeded a limit."""
        context.max_page_size = operation.max_page_size
        is_mutation = operation.kind is OperationType.MUTATION
        context.wait = self._rates.charge(context, operation, reading=reading)
        if context.wait and not is_mutation:
            raise too_many_requests(context.wait)
        if is_mutation and context.bearer is not None:
            # A mutation does not start with an invalid token.
            await _require_known(context)
        plans = len(operation.plans.by_constants)
        answered = await self._execution.outcome(operation, variables, context)
        # Parsing a trusted document is not charged.
        if operation.reading and not reading and len(operation.plans.by_constants) > plans:
            self._rates.charge_work(context, operation.planning)
        if context.found is None and context.bearer is not None and not (is_mutation or answered.was_busy):
            # Most queries have looked the token up together with their data; a query of public data has not.
            await _require_known(context)
        self._rates.learn(context)
        return answered

    def _refused(self, malformed: MalformedDocument) -> ExecutionOutcome:
        errors = mask_values(malformed.formatted(), malformed.document, {})
        if not self._settings.introspection:
            errors = mask_names(errors, malformed.document, {})
        return ExecutionOutcome(msgspec.json.encode({"errors": errors}), was_executed=False, has_errors=True)

    def _operation(self, request: GraphQLRequest, context: RequestContext) -> tuple[Operation, int]:
        """Return the operation, and the cost of parsing its document; 0 for a cached one."""
        if request.document_id is not None:
            return self._documents.trusted_operation(request.document_id, request.operation_name), 0
        query = request.query or ""
        cached = self._documents.cached(query, request.operation_name)
        if cached is not None:
            return cached, 0
        self._rates.admit_reading(context)
        operation = self._documents.operation(query, request.operation_name)
        # guard: reading-is-counted
        return operation, operation.reading

    def _body_at_once(self, scope: Scope, caller: Credentials) -> bytes | None:
        """Return the body of a POST that has arrived completely and is JSON; None where it has to be received."""
        if scope["method"] != "POST":
            return None
        if not caller.sends_json:
            request_parsing.require_plain_json(caller.headers)
            caller.sends_json = True
        return body_at_once(scope)

    async def _parsed(self, scope: Scope, caller: Credentials, receive: Receive) -> GraphQLRequest:
        if scope["method"] == "POST":
            return await request_parsing.parse_post(caller.headers, receive, since=request_state_of(scope).began)
        if scope["method"] == "GET":
            return request_parsing.parse_get(scope["query_string"])
        raise method_not_allowed("GET, POST")

    def _context(self, scope: Scope, caller: Credentials, state: RequestState) -> RequestContext:
        return self._new_context(
            settings=self._settings,
            request_id=state.request_id,
            moment=clock.now(),
            began=state.began,
            address=client_address(scope),
            cookie=caller.cookie,
            bearer=caller.bearer,
            user_agent=caller.user_agent,
        )

    def _cookie(self, context: RequestContext) -> dict[str, str]:
        if context.cookie_to_set is None:
            return {}
        if context.cookie_to_set == "":
            # Cached heads contain the cookie of the ended session.
            request_head_cache.clear()
        headers = {"Set-Cookie": cookies.set_cookie(context.cookie_to_set, self._settings)}
        return headers if context.cookie_to_set else headers | {"Clear-Site-Data": CLEAR_SITE_DATA}


async def _require_known(context: RequestContext) -> None:
    """Raise HTTPRefusal where a bearer token is unknown or expired, or where the database is busy."""
    context.is_sequential = True
    try:
        principal = await with_timeout(REQUEST_SECONDS, context.principal(), since=context.began)
    except (DatabaseBusy, TimeoutError):
        retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        raise HTTPRefusal(503, BUSY, retry, code="BUSY") from None
    if principal is None:
        challenge, reference = {"WWW-Authenticate": CHALLENGE}, {"supportReference": context.request_id}
        raise HTTPRefusal(401, UNKNOWN_CREDENTIAL, challenge, code="INVALID_TOKEN", extensions=reference)


def _unknown(request: GraphQLRequest) -> HTTPRefusal:
    if request.document_id is not None:
        unknown = "No trusted document has this `documentId`; send its text as `query`."
        return HTTPRefusal(404, unknown, code="DOCUMENT_NOT_FOUND")
    only = "Only trusted documents are answered here; send the `documentId` of one."
    return HTTPRefusal(403, only, code="ONLY_TRUSTED_DOCUMENTS")


def _written(answered: ExecutionOutcome, media_type: str, headers: dict[str, str]) -> Response:
    status = 200 if answered.was_executed or media_type == JSON else 400
    if answered.was_busy:
        status = 503
        headers = headers | {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Response(status, answered.body, f"{media_type}; charset=utf-8", asgi_headers(headers))
