"""A connection of a client: uvicorn's own, with a short way for questions to /graphql.

uvicorn gives each request a task of its own, and goes through every header of every request and answer. Most questions
are answered without waiting for anything or anybody. So they begin as soon as they have arrived, in no task, and become
one only when they have to wait; a head that was read before is not read again; and answers, whose headers are known to
be sound, are sent in one piece.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.deadline import rest
from api.http import heads
from api.http.exchange import GRAPHQL
from api.http.heads import Head

# Where the scope of a question has the exchange of uvicorn that it belongs to, and its head if that was kept.
CYCLE = "hall.cycle"
HEAD = "hall.head"
# From so many bytes on, copying takes longer than a second buffer.
LARGE = 16_384


class Connection(HttpToolsProtocol):
    """uvicorn's protocol for HTTP/1.1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_receiving = False
        self._arrived: tuple[RequestResponseCycle, Any] | None = None
        # How many requests began and ended in what is being received.
        self._began = self._ended = 0

    def data_received(self, data: bytes) -> None:
        """Read what came, then begin the question that came with it."""
        is_idle = self._began == self._ended and (self.cycle is None or self.cycle.response_complete)
        found = heads.known(data) if is_idle else None
        if found is not None:
            self._unset_keepalive_if_required()
            self._begin(self._cycle(*found), self.app)
            return
        self._began -= self._ended
        self._ended = 0
        self._is_receiving = True
        try:
            super().data_received(data)
        finally:
            self._is_receiving = False
        if self._arrived is not None:
            (cycle, app), self._arrived = self._arrived, None
            if self.transport.is_closing():
                # What came behind it was no request, and was told so.
                return
            if is_idle and self._began == self._ended == 1 and cycle.keep_alive and self.limit_concurrency is None:
                heads.keep(data, _scope(cycle))
            self._begin(cycle, app)

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._began += 1
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End reading it."""
        self._ended += 1
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Begin a request: called when its headers have been read, or when the one before it has been answered."""
        if self._is_receiving and cycle.scope["path"] == GRAPHQL:
            self._arrived = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def _cycle(self, head: Head, body: bytes) -> RequestResponseCycle:
        """Return the exchange of a request whose head was kept."""
        scope: Any = head.scope.copy()
        scope["client"], scope["server"], scope["scheme"] = self.client, self.server, self.scheme
        scope["state"] = self.app_state.copy()
        scope[HEAD] = head
        self.cycle = RequestResponseCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        self.cycle.body += body
        self.cycle.more_body = False
        self.cycle.message_event.set()
        return self.cycle

    def _begin(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Answer a question; what has to wait goes on in a task."""
        _scope(cycle)[CYCLE] = cycle
        work = cycle.run_asgi(app)
        context = copy_context()
        try:
            waited_for = context.run(work.send, None)
        except StopIteration:
            return
        task = self.loop.create_task(_going_on(work, waited_for), context=context)
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)


def _scope(cycle: RequestResponseCycle) -> dict[str, Any]:
    """Return the scope of an exchange, which uvicorn describes as having no more than its own keys."""
    return cast("dict[str, Any]", cycle.scope)


async def _going_on(work: Coroutine[Any, Any, None], waited_for: Any) -> None:
    await rest(work, waited_for)


def body_at_once(scope: Scope) -> bytes | None:
    """Return the body of a question that has arrived whole; None where it has to be received."""
    cycle: RequestResponseCycle | None = scope.get(CYCLE)
    if cycle is None or cycle.more_body or cycle.waiting_for_100_continue:
        return None
    return bytes(cycle.body)


def sent_in_one_piece(scope: Scope, head: bytes, body: bytes) -> bool:
    """Send a whole answer, `head` being its status and sound headers, without those of the server and the empty line.

    Return whether it was sent: elsewhere than here, or where a client reads slowly, it has to be sent as ASGI says.
    """
    cycle: RequestResponseCycle | None = scope.get(CYCLE)
    if cycle is None or cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    servers = b"".join([b"%b: %b\r\n" % header for header in cycle.default_headers])
    if len(body) < LARGE:
        cycle.transport.write(b"%b%b\r\n%b" % (head, servers, body))
    else:
        cycle.transport.writelines([b"%b%b\r\n" % (head, servers), body])
    cycle.message_event.set()
    cycle.on_response()
    return True
