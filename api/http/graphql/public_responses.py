"""Responses without anything of a person or a session: compressed, and for trusted documents by GET also cacheable.

A document is public if its operation reads nothing but fields that the schema lists as public, or the schema itself.
Other responses are not compressed: the length of a compressed secret discloses it (BREACH).
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from api.http.conditional import compressed, is_current
from api.http.request_state import Headers
from api.http.responses import NOT_MODIFIED, OK, Response, asgi_headers

# The key in `GraphQLSchema.extensions` of the names of the public fields of Query.
EXTENSION = "hall.public_fields"
INTROSPECTION = frozenset({"__schema", "__type", "__typename"})
# A new release of a rule or a table reaches caches within this time.
MAX_AGE_SECONDS = 300
VARY = "Accept, Accept-Encoding, Accept-Language"


def is_public(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema) -> bool:
    """Return whether the operation of a valid document reads public fields only."""
    if operation.operation is not OperationType.QUERY:
        return False
    public = INTROSPECTION | schema.extensions.get(EXTENSION, frozenset())
    return all(name in public for name in root_fields(document, operation))


def root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[str]:
    """Yield the names of the root fields that an operation selects."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    return _fields(operation.selection_set, fragments)


def _fields(selected: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[str]:
    for each in selected.selections:
        if isinstance(each, FieldNode):
            yield each.name.value
        elif isinstance(each, FragmentSpreadNode):
            yield from _fields(fragments[each.name.value].selection_set, fragments)
        elif isinstance(each, InlineFragmentNode):
            yield from _fields(each.selection_set, fragments)


def publish(response: Response, headers: Headers, moment: datetime, *, is_cacheable: bool) -> Response:
    """Return a successful public response as the client wants it: compressed, or 304 where the client has it."""
    own = {"Vary": VARY}
    if is_cacheable:
        tag = f'"{sha256(response.body).hexdigest()[:20]}"'
        own |= {"Cache-Control": f"public, max-age={_max_age(moment)}", "ETag": tag}
        if is_current(tag, headers.get(b"if-none-match") or ""):
            return Response(NOT_MODIFIED, b"", response.media_type, asgi_headers(own))
    shorter = compressed(response.body, headers.get(b"accept-encoding") or "")
    if shorter is None and not is_cacheable:
        return response
    coding = {} if shorter is None else {"Content-Encoding": "gzip"}
    return Response(OK, shorter or response.body, response.media_type, asgi_headers(own | coding))


def _max_age(moment: datetime) -> int:
    """Return for how many seconds a response is fresh: rules and calendar change at midnight."""
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo)
    return min(MAX_AGE_SECONDS, int((midnight - moment).total_seconds()))
