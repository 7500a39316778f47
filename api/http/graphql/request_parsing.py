"""Parses the body or query string of a GraphQL request strictly, before anything else reads it.

POST with JSON, or GET for queries. A malformed request is refused with a 4xx whose message says what to send instead:
no later code sees bytes that are not UTF-8, NaN or Infinity, lone surrogates, or unlimited nesting. A NUL is refused in
JSON; a NUL written by an escape of GraphQL is a valid string, which the resolver handles.

Against cross-site request forgery a POST needs `Content-Type: application/json`, which a plain form cannot send: a
script of another site that sets it causes a CORS preflight, which fails unless its origin is in HALL_CORS_ORIGINS.
`refuse_forged` is a second check, and the only one for GET: reading a record writes to the access log, and no page of
another origin may cause that.
"""

import codecs
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from api.graphql.limits import LIMITS
from api.http.graphql import media_types
from api.http.graphql.variables import MAX_NAME_LENGTH, require_plain
from api.http.request_state import Headers
from api.http.responses import HTTPRefusal
from api.timeouts import with_timeout

# From the head of a request on, like the time-out of the whole request.
BODY_SECONDS = 8.0
MAX_PARAMETERS = 16
NO_QUERY = "Send the GraphQL document as the string `query`."
NO_ID = "`documentId` is sha256: and 64 hexadecimal digits, or the id of a document in a manifest."
NO_HASH = "`extensions.persistedQuery` has the version 1, and as `sha256Hash` 64 hexadecimal digits."
# The messages for members of a request with a wrong type.
REFUSED = {
    "query": NO_QUERY,
    "documentId": NO_ID,
    "operationName": "`operationName` is a string or null.",
    "variables": "`variables` is a JSON object or null.",
    "extensions": "`extensions` is a JSON object or null.",
}
CROSS_SITE = "CROSS_SITE_REQUEST"
# Sec-Fetch-Site of the client's own pages, and of an address typed by the user.
OWN_SITES = frozenset({"same-origin", "none"})
# With a colon, an id has to say how it was made.
DOCUMENT_ID = re.compile(r"sha256:[0-9a-f]{64}|[A-Za-z0-9_.-]{1,128}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
PERSISTED = "persistedQuery"


class GraphQLRequest(NamedTuple):
    """A GraphQL request, well-formed as far as its outside goes: a query, or the identifier of a trusted document."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any]
    extensions: dict[str, Any]
    # Whether the identifier is the hash of an automatic persisted query: its client sends the text if it is unknown.
    is_automatic: bool = False


def require_plain_json(headers: Headers) -> None:
    """Raise HTTPRefusal unless a body is announced as JSON, as it is."""
    media_types.require_json(headers.get(b"content-type"))
    if (headers.get(b"content-encoding") or "identity").lower() != "identity":
        raise HTTPRefusal(415, "Send the body uncompressed.")


class Sent(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The members of a request that the specifications name, which the reader of JSON finds and checks by itself."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


_read = msgspec.json.Decoder(Sent).decode


async def parse_post(headers: Headers, receive: Receive, *, since: float) -> GraphQLRequest:
    """Return the request in a POST whose head arrived at `since`; raise HTTPRefusal if it is malformed."""
    return parse_body(await _body(headers, receive, since))


def parse_body(body: bytes) -> GraphQLRequest:
    """Return the request in the complete body of a POST; raise HTTPRefusal if it is malformed."""
    if len(body) > LIMITS.max_body_bytes:
        raise _too_large()
    try:
        sent = _read(body)
    except (ValueError, RecursionError):
        # Read again by the slow way, which says what is wrong, or that something more was sent. RFC 8259 lets a reader
        # pass over the mark that some editors put before a text.
        sent = _sent(_json(body.removeprefix(codecs.BOM_UTF8), "The body"))
    return _request(sent)


def parse_get(query_string: bytes) -> GraphQLRequest:
    """Return the request in the query string of a GET; raise HTTPRefusal if it is malformed."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise HTTPRefusal(400, "Encode the address's parameters in UTF-8 and percent signs.") from None
    parameters: dict[str, Any] = dict(pairs)
    if len(parameters) < len(pairs):
        raise HTTPRefusal(400, "Give each parameter once.")
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _json(parameters[name].encode(), f"The parameter {name}") if parameters[name] else None
    return _request(_sent(parameters))


def refuse_forged(method: str, headers: Headers, allowed_origins: tuple[str, ...], *, has_session: bool) -> None:
    """Raise HTTPRefusal if a page of another origin may be behind the request.

    A POST of JSON has been allowed by CORS if a script of another origin sent it. A GET has not: an image or a link of
    any page sends it, and a browser adds the session to a link. So it has to be provably the person's own.
    """
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if origin is not None and origin in allowed_origins:
        return
    # guard: other-sites-are-refused
    if site == "cross-site":
        raise HTTPRefusal(403, "Requests from pages of other sites are not accepted.", code=CROSS_SITE)
    # guard: links-have-no-session
    if method == "GET" and site not in OWN_SITES and (site or origin or has_session):
        by_post = "Send a query by POST where a session comes along, or where another page sends it."
        raise HTTPRefusal(403, by_post, code=CROSS_SITE)


async def _body(headers: Headers, receive: Receive, since: float) -> bytes:
    declared = headers.get(b"content-length") or "0"
    if not declared.isdecimal() or int(declared[:20]) > LIMITS.max_body_bytes:
        raise _too_large()
    try:
        return await with_timeout(BODY_SECONDS, _received(receive), since=since)
    except TimeoutError:
        raise HTTPRefusal(
            408, f"The body did not arrive within {BODY_SECONDS:.0f} seconds.", {"Connection": "close"}
        ) from None


async def _received(receive: Receive) -> bytes:
    parts: list[bytes] = []
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        more = message.get("more_body", False)
        if length > LIMITS.max_body_bytes:
            raise _too_large()
    return b"".join(parts)


def _too_large() -> HTTPRefusal:
    return HTTPRefusal(413, f"Send at most {LIMITS.max_body_bytes} bytes.", {"Connection": "close"})


def _json(content: bytes, named: str) -> Any:
    if not content:
        raise HTTPRefusal(400, f"{named} is empty; send a JSON object with the query.")
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError):
        raise HTTPRefusal(400, f"{named} is not valid JSON in UTF-8.") from None


def _sent(parameters: Any) -> Sent:
    if isinstance(parameters, list):
        raise HTTPRefusal(400, "Send one operation at a time: a JSON object, not an array.")
    if not isinstance(parameters, dict):
        raise HTTPRefusal(400, 'Send a JSON object, like {"query": "{ service { version } }"}.')
    known = {name: parameters[name] for name in REFUSED if name in parameters}
    for name, value in known.items():
        try:
            msgspec.convert({name: value}, Sent)
        except msgspec.ValidationError:
            raise HTTPRefusal(400, REFUSED[name]) from None
    return msgspec.convert(known, Sent)


def _request(sent: Sent) -> GraphQLRequest:
    query, document_id = sent.query, sent.document_id
    if query is not None:
        _require_document(query)
    if document_id is not None and not DOCUMENT_ID.fullmatch(document_id):
        raise HTTPRefusal(400, NO_ID)
    extensions = sent.extensions or {}
    is_automatic = query is None and document_id is None and PERSISTED in extensions
    if is_automatic:
        document_id = f"sha256:{_automatic_hash(extensions[PERSISTED])}"
    if (query is None) is (document_id is None):
        raise HTTPRefusal(400, "Send the GraphQL document as the string `query`, or the `documentId` of a trusted one.")
    if sent.variables:
        require_plain(sent.variables, "variables")
    if sent.extensions:
        require_plain(sent.extensions, "extensions")
    # An empty one is none, by POST as by GET, where a form cannot leave it out.
    name = sent.operation_name or None
    if name is not None and len(name) > MAX_NAME_LENGTH:
        raise HTTPRefusal(400, f"`operationName` has at most {MAX_NAME_LENGTH} characters.")
    return GraphQLRequest(query, document_id, name, sent.variables or {}, extensions, is_automatic)


def _automatic_hash(persisted: Any) -> str:
    """Return the hash in `extensions.persistedQuery`, as the automatic persisted queries of clients send it."""
    hash_ = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(hash_, str) or not SHA256.fullmatch(hash_):
        raise HTTPRefusal(400, NO_HASH)
    return hash_


def _require_document(query: str) -> None:
    if not query.strip():
        raise HTTPRefusal(400, NO_QUERY)
    if "\0" in query:
        raise HTTPRefusal(400, "The query has a NUL character; leave it out.")
