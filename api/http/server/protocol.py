"""uvicorn's HTTP/1.1 protocol, with a fast path for POST /graphql.

uvicorn creates a task for each request, and iterates over each header of request and response. Most requests complete
without awaiting anything. So a request starts synchronously in the callback that received it, and gets a task only when
it first awaits; a head that the connection has sent before is not parsed again; and a response whose headers are known
to be valid is written at once.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from functools import cached_property
from typing import Any, ClassVar, cast

from starlette.types import Scope

from api.adapters.uvicorn import RequestResponseCycle
from api.db.query import dispatch
from api.http.request_state import GRAPHQL
from api.http.server import request_head_cache
from api.http.server.connection_limits import LimitedConnection
from api.http.server.request_head_cache import CachedHead
from api.timeouts import resume

# Keys of a request's scope: uvicorn's request cycle, and the cached head if there is one.
CYCLE = "hall.cycle"
HEAD = "hall.head"
# The key that marks a request with no Host header, or with several.
WITHOUT_HOST = "hall.without_host"
# From so many bytes on, copying takes longer than a second buffer.
LARGE = 16_384


class HallProtocol(LimitedConnection):
    """uvicorn's protocol for HTTP/1.1, with limits and the fast path."""

    # Whether requests start synchronously, without a task: most complete before they await anything.
    starts_synchronously: ClassVar = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_receiving = False
        self._parsed: tuple[RequestResponseCycle, Any] | None = None
        # Messages that began and ended in the data that is being parsed.
        self._began = self._ended = 0

    def data_received(self, data: bytes) -> None:
        """Parse received data, then start the request in it."""
        is_idle = self._is_idle()
        # guard: kept-head-only-when-idle
        found = request_head_cache.get(data) if is_idle else None
        if found is not None:
            self._head_since = None
            self._start(self._cycle(*found), self.app)
            return
        self._began -= self._ended
        self._ended = 0
        self._is_receiving = True
        try:
            super().data_received(data)
        finally:
            self._is_receiving = False
        if self._parsed is not None:
            (cycle, app), self._parsed = self._parsed, None
            # guard: refused-request-is-not-executed
            if self.transport.is_closing():
                # Invalid data followed, and was refused.
                return
            # guard: kept-head-only-at-the-beginning
            if is_idle and cycle.keep_alive and self.limit_concurrency is None:
                request_head_cache.put(data, _scope(cycle))
            self._start(cycle, app)

    def _is_idle(self) -> bool:
        return self._began == self._ended and (self.cycle is None or self.cycle.response_complete)

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._began += 1
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End reading it."""
        self._ended += 1
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Start the next pipelined request, or mark the connection idle; one timer serves many responses."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._mark_idle()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Start a request: called when its head is parsed, or when the response before it is complete."""
        if not names_one_host(cycle.scope):
            _scope(cycle)[WITHOUT_HOST] = True
        if self._is_receiving and cycle.scope["path"] == GRAPHQL:
            self._parsed = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def _cycle(self, head: CachedHead, body: bytes) -> RequestResponseCycle:
        """Return the request cycle of a request with a cached head."""
        scope: Any = head.scope.copy()
        scope["client"], scope["server"], scope["scheme"] = self.client, self.server, self.scheme
        scope["state"] = self.app_state.copy()
        scope[HEAD] = head
        self.cycle = ReceivedRequestCycle(self, scope, body)
        return self.cycle

    def _start(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Run a request synchronously until it first awaits; then continue it in a task."""
        _scope(cycle)[CYCLE] = cycle
        if not self.starts_synchronously:
            super()._start_asgi_task(cycle, app)
            return
        coroutine = cycle.run_asgi(app)
        context = copy_context()
        try:
            awaited = context.run(coroutine.send, None)
        except StopIteration:
            return
        task = self.loop.create_task(_resume(coroutine, awaited), context=context)
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)


def names_one_host(scope: Any) -> bool:
    """Return whether a request has one Host header, as RFC 9112 requires; HTTP/1.0 has none.

    With two of them, a proxy and the Hall could each use another one.
    """
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    return hosts == 1 or (hosts == 0 and bool(scope["http_version"] == "1.0"))


def _scope(cycle: RequestResponseCycle) -> dict[str, Any]:
    """Return the scope of a request cycle; uvicorn's type of it allows no further keys."""
    return cast("dict[str, Any]", cycle.scope)


class ConnectionBesideOthers(HallProtocol):
    """The protocol with several workers: guarantees read-your-writes across processes."""

    def data_received(self, data: bytes) -> None:
        """Parse received data; its requests read a snapshot taken after the data arrived."""
        # guard: read-your-writes
        with dispatch.read_your_writes():
            super().data_received(data)


class ConnectionWithTasks(HallProtocol):
    """The protocol for a database server: each request awaits the network, so each gets a task at once."""

    starts_synchronously: ClassVar = False


class ReceivedRequestCycle(RequestResponseCycle):
    """uvicorn's request cycle for a request that has arrived completely, so most attributes are constant."""

    access_log = disconnected = more_body = waiting_for_100_continue = False
    response_started = response_complete = False
    keep_alive = True
    chunked_encoding: bool | None = None
    expected_content_length = 0

    def __init__(self, connection: HallProtocol, scope: Any, body: bytes) -> None:
        self.scope = scope
        self.body = bytearray(body)
        self.transport = connection.transport
        self.flow = connection.flow
        self.logger = connection.logger
        self.default_headers = connection.server_state.default_headers
        self.on_response = connection.on_response_complete

    @cached_property
    def message_event(self) -> asyncio.Event:  # type: ignore[override]  # uvicorn makes one for each request
        """The event of received data; it is set, since the body is complete."""
        event = asyncio.Event()
        event.set()
        return event


async def _resume(coroutine: Coroutine[Any, Any, None], awaited: Any) -> None:
    await resume(coroutine, awaited)


class ServerHeaders:
    """The headers that uvicorn updates every second, as HTTP/1.1 sends them."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._encoded = b""

    def encode(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """Return `headers` as HTTP/1.1 sends them."""
        if headers is not self._headers:
            self._headers, self._encoded = headers, b"".join([b"%b: %b\r\n" % header for header in headers])
        return self._encoded


_server_headers = ServerHeaders()


def body_at_once(scope: Scope) -> bytes | None:
    """Return the body of a request that has arrived completely; None where it has to be received."""
    cycle: RequestResponseCycle | None = scope.get(CYCLE)
    if cycle is None or cycle.more_body or cycle.waiting_for_100_continue:
        return None
    return bytes(cycle.body)


def sent_in_one_piece(scope: Scope, head: bytes, body: bytes) -> bool:
    """Send a complete response; `head` has its status and valid headers, without those of the server.

    Return whether it was sent: under another server, or with a slow client, it has to be sent through ASGI.
    """
    cycle: RequestResponseCycle | None = scope.get(CYCLE)
    # guard: connection-close-is-honoured
    if cycle is None or cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    server_headers = _server_headers.encode(cycle.default_headers)
    if len(body) < LARGE:
        cycle.transport.write(b"%b%b\r\n%b" % (head, server_headers, body))
    else:
        cycle.transport.writelines([b"%b%b\r\n" % (head, server_headers), body])
    if not isinstance(cycle, ReceivedRequestCycle):
        cycle.message_event.set()
    # The scope and the cycle refer to each other: only the garbage collector would free them.
    # guard: no-garbage-after-an-answer
    del scope[CYCLE]
    cycle.on_response()
    return True
