"""What a GraphQL request must look like before anybody reads it.

POST with JSON, or GET for queries. Whatever is malformed is refused here, with a 4xx that says what to do: nothing
behind this door sees bytes that are not UTF-8, numbers without a value, lone surrogates, or endless nesting. A NUL is
refused in JSON; one that GraphQL's own escape writes is a valid string, which the field that gets it answers.

Against forged requests from other sites, a POST needs `Content-Type: application/json`. That is the header which a
plain form cannot send: a script of another site that sets it must ask first (a CORS preflight), and is told no unless
its origin is in HALL_CORS_ORIGINS. `refuse_forged` is the second lock on the same door, and the one on links: a look at
one's record is written down, and nobody else's page may cause that either.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from api.deadline import within
from api.http import media_types
from api.http.answers import Refusal
from api.http.exchange import Headers
from api.limits import LIMITS

BODY_SECONDS = 10.0
LONGEST_NAME = 255
MOST_PARAMETERS = 16
DOCUMENT_ID = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


class Asked(NamedTuple):
    """A GraphQL request, well-formed as far as its outside goes: a query, or the identifier of a trusted document."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any]


def require_plain_json(headers: Headers) -> None:
    """Raise Refusal unless a body is announced as JSON, as it is."""
    media_types.require_json(headers.get(b"content-type"))
    if (headers.get(b"content-encoding") or "identity").lower() != "identity":
        raise Refusal(415, "Send the body uncompressed.")


async def posted(headers: Headers, receive: Receive) -> Asked:
    """Return what a POST asks; raise Refusal if it is malformed."""
    return arrived(await _body(headers, receive))


def arrived(body: bytes) -> Asked:
    """Return what the whole body of a POST asks; raise Refusal if it is malformed."""
    if len(body) > LIMITS.max_body_bytes:
        raise _too_large()
    return _asked(_json(body, "The body"))


def linked(query_string: bytes) -> Asked:
    """Return what a GET asks in its address; raise Refusal if it is malformed."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        raise Refusal(400, "Encode the address's parameters in UTF-8 and percent signs.") from None
    parameters: dict[str, Any] = dict(pairs)
    if len(parameters) < len(pairs):
        raise Refusal(400, "Give each parameter once.")
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _json(parameters[name].encode(), f"The parameter {name}") if parameters[name] else None
    if not parameters.get("operationName"):
        parameters["operationName"] = None
    return _asked(parameters)


def refuse_forged(headers: Headers, allowed_origins: tuple[str, ...]) -> None:
    """Raise Refusal if a browser says that a page of another site is behind the request."""
    if headers.get(b"sec-fetch-site") == "cross-site" and headers.get(b"origin") not in allowed_origins:
        raise Refusal(403, "Requests from pages of other sites are not accepted.")


async def _body(headers: Headers, receive: Receive) -> bytes:
    declared = headers.get(b"content-length") or "0"
    if not declared.isdecimal() or int(declared[:20]) > LIMITS.max_body_bytes:
        raise _too_large()
    try:
        return await within(BODY_SECONDS, _received(receive))
    except TimeoutError:
        raise Refusal(
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


def _too_large() -> Refusal:
    return Refusal(413, f"Send at most {LIMITS.max_body_bytes} bytes.", {"Connection": "close"})


def _json(content: bytes, named: str) -> Any:
    if not content:
        raise Refusal(400, f"{named} is empty; send a JSON object with the query.")
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError):
        raise Refusal(400, f"{named} is not valid JSON in UTF-8.") from None


def _asked(parameters: Any) -> Asked:
    if isinstance(parameters, list):
        raise Refusal(400, "Send one operation at a time: a JSON object, not an array.")
    if not isinstance(parameters, dict):
        raise Refusal(400, 'Send a JSON object, like {"query": "{ service { version } }"}.')
    query, document_id = parameters.get("query"), parameters.get("documentId")
    if query is not None:
        _require_document(query)
    if document_id is not None:
        _require_id(document_id)
    if (query is None) is (document_id is None):
        raise Refusal(400, "Send the GraphQL document as the string `query`, or the `documentId` of a trusted one.")
    variables, extensions = _object(parameters, "variables"), _object(parameters, "extensions")
    if variables:
        _require_plain(variables)
    if extensions:
        _require_plain(extensions)
    return Asked(query, document_id, _operation_name(parameters), variables)


def _require_document(query: Any) -> None:
    if not isinstance(query, str) or not query.strip():
        raise Refusal(400, "Send the GraphQL document as the string `query`.")
    if "\0" in query:
        raise Refusal(400, "The query has a NUL character; leave it out.")


def _require_id(document_id: Any) -> None:
    if not isinstance(document_id, str) or not DOCUMENT_ID.fullmatch(document_id):
        raise Refusal(400, "`documentId` is sha256: and 64 hexadecimal digits.")


def _operation_name(parameters: Mapping[str, Any]) -> str | None:
    name = parameters.get("operationName")
    if name is not None and not isinstance(name, str):
        raise Refusal(400, "`operationName` is a string or null.")
    if name is not None and len(name) > LONGEST_NAME:
        raise Refusal(400, f"`operationName` has at most {LONGEST_NAME} characters.")
    return name


def _object(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(400, f"`{name}` is a JSON object or null.")
    return value


def _require_plain(value: dict[str, Any]) -> None:
    """Raise Refusal if there is a NUL in `value`, or if it nests too deeply. Level by level: nothing recurses."""
    level: list[Any] = [value]
    for _ in range(LIMITS.max_depth + 1):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner += each
                inner += each.values()
            elif isinstance(each, list):
                inner += each
            elif isinstance(each, str) and "\0" in each:
                raise Refusal(400, "A variable has a NUL character; leave it out.")
        level = inner
        if not level:
            return
    raise Refusal(400, f"The variables nest deeper than {LIMITS.max_depth} levels.")
