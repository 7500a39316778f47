"""Responses: bytes with a status, and refusals whose message says what to send instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from api.http.request_state import request_state_of
from api.http.server.protocol import sent_in_one_piece

Header = tuple[bytes, bytes]
JSON = "application/json"
OK, NOT_MODIFIED = 200, 304
# `extensions.code` of refusals that have no code of their own, by status.
CODES = {
    400: "BAD_REQUEST",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    410: "GONE",
    413: "CONTENT_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}
# guard: answers-are-not-stored
NO_STORE = b"no-store"
CACHE_CONTROL = b"cache-control"
NOT_STORED = (CACHE_CONTROL, NO_STORE)
SUCCESS = (
    b"HTTP/1.1 200 OK\r\ncache-control: " + NO_STORE + b"\r\n"
    b"content-type: %b\r\ncontent-length: %d\r\nx-request-id: %b\r\n%b"
)


@dataclass(slots=True)
class Response:
    """A whole response; an ASGI application that sends itself."""

    status: int
    body: bytes
    media_type: str
    headers: Sequence[Header] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send the response; without its body for HEAD."""
        head = list(self.headers)
        if self.status != NOT_MODIFIED:
            head.append((b"content-type", self.media_type.encode()))
            head.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})

    def sent_in_one_piece(self, scope: Scope) -> bool:
        """Send a response 200 with no-store over the protocol's fast path; return whether it was sent."""
        if self.status != OK or self.headers:
            return False
        state, media_type = request_state_of(scope), self.media_type.encode()
        head = SUCCESS % (media_type, len(self.body), state.request_id.encode(), state.head)
        if not sent_in_one_piece(scope, head, self.body):
            return False
        state.status = OK
        return True


class HTTPRefusal(Exception):
    """A refused request; the message says what to send instead, and contains nothing of the request.

    `code` and `extensions` are for programs; the code is by default that of the status.
    """

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        *,
        code: str = "",
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.extensions = {"code": code or CODES[status], **(extensions or {})}
        self.status = status
        self.headers = headers or {}

    def answer(self, media_type: str = JSON) -> Response:
        """Return the refusal in the shape of a GraphQL response."""
        body = msgspec.json.encode({"errors": [{"message": str(self), "extensions": self.extensions}]})
        return Response(self.status, body, f"{media_type}; charset=utf-8", asgi_headers(self.headers))


def header_bytes(headers: Iterable[Header]) -> bytes:
    """Return headers as HTTP/1.1 sends them."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def asgi_headers(headers: Mapping[str, str]) -> list[Header]:
    """Return headers as ASGI sends them."""
    if not headers:
        return []
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def json_response(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    return Response(status, msgspec.json.encode(content), JSON, asgi_headers(headers or {}))


def method_not_allowed(allowed: str) -> HTTPRefusal:
    """Return the refusal of a method that is not among the `allowed`."""
    return HTTPRefusal(405, f"Use {allowed.replace(', ', ' or ')} here.", {"Allow": allowed})
