"""Limits on the size of request heads, on the time in which they arrive, and on the number of connections.

uvicorn has no such limits: its parser concatenates the parts of a header, and a silent connection stays open.
"""

import logging
import resource
from time import monotonic
from typing import Any, ClassVar

import httptools
import msgspec

from api.adapters.uvicorn import STATUS_LINE, HttpToolsProtocol
from api.http.request_state import FIELDS

MAX_HEAD_BYTES = 16_384
MAX_HEADERS = 100
HEAD_SECONDS = 10.0
# Name, colon, space, value and the end of the line.
FIELD_OVERHEAD = 4
# File descriptors for other uses than connections: databases, their threads, logs, the client's files.
OTHER_FILES = 128
# The limit of open files is raised to this number, or to the system's hard limit.
MAX_OPEN_FILES = 65_536
# Seconds between log lines about refused connections.
SECONDS_BETWEEN_LINES = 60
TOO_LARGE = f"Send a head of at most {MAX_HEAD_BYTES} bytes and {MAX_HEADERS} fields."
TOO_LATE = f"The head did not arrive within {HEAD_SECONDS:.0f} seconds."
CODES = {400: "BAD_REQUEST", 408: "REQUEST_TIMEOUT", 431: "REQUEST_HEADER_FIELDS_TOO_LARGE"}
logger = logging.getLogger("hall")


class LimitedConnection(HttpToolsProtocol):
    """uvicorn's protocol for HTTP/1.1, within limits."""

    # The maximum number of connections; the remaining file descriptors are for the database.
    max_connections: ClassVar = 20_000
    _logged_at: ClassVar = float("-inf")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_in_head = False
        # Bytes and fields of the current head or trailer, and bytes since the parser last reported progress.
        self._head_bytes = self._headers_read = self._unread_bytes = 0
        self._has_progressed = False
        # When the wait for a head began: for a new connection, or at the head's first byte.
        self._head_since: float | None = None
        self._idle_since = 0.0
        self._refusal = 0

    def connection_made(self, transport: Any) -> None:
        """Accept a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self._log_full()
            transport.abort()
            return
        self._head_since = self.loop.time()
        self._arm_timer(HEAD_SECONDS)

    def _log_full(self) -> None:
        now = monotonic()
        if now - LimitedConnection._logged_at >= SECONDS_BETWEEN_LINES:
            LimitedConnection._logged_at = now
            logger.error(
                "no more connections are accepted: there are as many as RLIMIT_NOFILE has room for",
                extra={FIELDS: {"connections": self.max_connections}},
            )

    def data_received(self, data: bytes) -> None:
        """Parse received data, unless it exceeds a limit."""
        self._has_progressed = False
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._has_progressed:
            self._unread_bytes = 0
        else:
            # Part of one header, of blank lines, or of the size of a chunk.
            self._unread_bytes += len(data)
            if self._head_bytes + self._unread_bytes > MAX_HEAD_BYTES:
                self._refuse(431)
                return
        if self._is_in_head and self._head_since is None:
            self._head_since = self.loop.time()
        if self.timeout_keep_alive_task is None and not self._is_being_answered():
            self._arm_timer(self._seconds_left())

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self._is_in_head = self._has_progressed = True
        self._head_bytes = self._headers_read = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Read a part of the request target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Read a header; one behind the body is a trailer, which is never a header (RFC 9110, section 6.5.1)."""
        self._headers_read += 1
        self._count(len(name) + len(value) + FIELD_OVERHEAD)
        # guard: trailers-are-no-headers
        if self._is_in_head:
            super().on_header(name, value)

    def _count(self, length: int) -> None:
        self._has_progressed = True
        self._head_bytes += length
        # guard: limit-of-heads
        if self._head_bytes > MAX_HEAD_BYTES or self._headers_read > MAX_HEADERS:
            self._refusal = 431
            raise httptools.HttpParserError("the head is too large")

    def on_headers_complete(self) -> None:
        """End the head."""
        self._is_in_head = False
        self._head_since = None
        self._has_progressed = True
        # The trailer has limits of its own.
        self._head_bytes = self._headers_read = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Read a part of the body."""
        self._has_progressed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._has_progressed = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Respond to data that the parser refuses; uvicorn calls this method."""
        self._send(self._refusal or 400, TOO_LARGE if self._refusal else msg)

    def _refuse(self, status: int) -> None:
        logger.warning("a request was refused before it was read", extra={FIELDS: {"status": status}})
        self._send(status, TOO_LATE if status == 408 else TOO_LARGE)

    def _send(self, status: int, message: str) -> None:
        body = msgspec.json.encode({"errors": [{"message": message, "extensions": {"code": CODES[status]}}]})
        default = b"".join([b"%b: %b\r\n" % header for header in self.server_state.default_headers])
        self.transport.write(
            b"%b%bcontent-type: application/json; charset=utf-8\r\ncontent-length: %d\r\n"
            b"cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n%b"
            % (STATUS_LINE[status], default, len(body), body)
        )
        self.transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has been idle, or its head has been awaited, for too long.

        One timer serves many requests; a request that is being answered arms it again at its end.
        """
        self.timeout_keep_alive_task = None
        if self.transport.is_closing() or self._is_being_answered():
            return
        left = self._seconds_left()
        if left > 0:
            self._arm_timer(left)
        elif self._is_in_head:
            self._refuse(408)
        else:
            self.transport.close()

    def _seconds_left(self) -> float:
        if self._head_since is not None:
            return self._head_since + HEAD_SECONDS - self.loop.time()
        return self._idle_since + self.timeout_keep_alive - self.loop.time()

    def _mark_idle(self) -> None:
        """Mark the connection idle: start the keep-alive time-out."""
        now = self._idle_since = self.loop.time()
        if self._is_in_head:
            # The head began to arrive during the previous response.
            self._head_since = now
        if self.timeout_keep_alive_task is None:
            self._arm_timer(self._seconds_left())

    def _arm_timer(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(max(seconds, 0.0), self.timeout_keep_alive_handler)

    def _is_being_answered(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete


def raise_open_files() -> None:
    """Raise the limit of open files as far as the system allows, and reserve some for other uses than connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        soft = target
    limit = MAX_OPEN_FILES if soft == resource.RLIM_INFINITY else soft
    LimitedConnection.max_connections = max(limit - OTHER_FILES, limit // 2)
    fields = {"open_files": limit, "connections": LimitedConnection.max_connections}
    logger.info("the limit of open files leaves room for connections", extra={FIELDS: fields})
