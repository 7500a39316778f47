"""The documents that shape messages, and the bodies that they give."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import strawberry
from graphql import ExecutionResult, OperationType, execute

from api.adapters.strawberry import core_schema
from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.enrolment.models import WebhookMessage
from api.enrolment.status import EnrolmentStatus
from api.errors import Refused
from api.http.graphql.documents import Documents, Operation
from api.http.graphql.malformed_documents import MalformedDocument
from api.http.graphql.request_language import DEFAULT
from api.schemes.enums import SchemeName
from api.schemes.registry import scheme_of_id
from api.webhooks.schema import ChangedEnrolment, StatusChange, schema
from api.zone import in_shanghai

EVENT = "enrolment.status"


@dataclass(frozen=True, slots=True)
class _Root:
    status_change: StatusChange


@cache
def _documents() -> Documents:
    return Documents(core_schema(schema), introspection=False)


def checked(document: str) -> Operation:
    """Return the operation that shapes messages; raise Refused with the reasons where it cannot."""
    try:
        operation = _documents().operation(document, None)
    except MalformedDocument as malformed:
        reasons = " ".join(error["message"] for error in malformed.formatted())
        raise Refused(f"The document does not fit the schema of messages, see `schema --webhooks`. {reasons}") from None
    node = operation.plans.operation
    if operation.kind is not OperationType.QUERY or node.variable_definitions or len(_operations(operation)) != 1:
        raise Refused("The document of a webhook has one query, and no variables.")
    return _documents().in_language(operation, DEFAULT, {})[0]


def _operations(operation: Operation) -> list[Any]:
    return [each for each in operation.document.definitions if hasattr(each, "operation")]


def body_of(message: WebhookMessage, person_id: str, document: str) -> bytes:
    """Return the body of a message, the same in every attempt."""
    operation = checked(document)
    result = execute(core_schema(schema), operation.document, root_value=_Root(_change(message, person_id)))
    if not isinstance(result, ExecutionResult) or result.errors:
        raise LookupError("a message has no body")
    content = {"type": EVENT, "timestamp": in_shanghai(message.noted_at).isoformat(timespec="seconds")}
    return msgspec.json.encode(content | {"data": result.data})


def _change(message: WebhookMessage, person_id: str) -> StatusChange:
    return StatusChange(
        id=strawberry.ID(message.public_id),
        at=in_shanghai(message.noted_at),
        status=EnrolmentStatus(message.status),
        since=message.since,
        person_id=strawberry.ID(person_id),
        enrolment=ChangedEnrolment(
            id=strawberry.ID(message.enrolment_id),
            scheme=SchemeName(scheme_of_id(message.enrolment_id).name),
            district=CodedValue(table_name=CodeTableName.DISTRICT, code=message.district),
            registered_at=in_shanghai(message.registered_at),
        ),
    )
