"""A connection of a client: uvicorn's own, with a short way for questions to /graphql.

uvicorn gives each request a task of its own, and goes through every header of every answer. Most questions are
answered without waiting for anything or anybody. So they begin as soon as they have arrived, in no task, and become one
only when they have to wait; and their answers, whose headers are known to be sound, are sent in one piece.
"""

from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any

from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.deadline import rest
from api.http.exchange import GRAPHQL

# Where the scope of a question has the exchange of uvicorn that it belongs to.
CYCLE = "hall.cycle"


class Connection(HttpToolsProtocol):
    """uvicorn's protocol for HTTP/1.1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_receiving = False
        self._arrived: tuple[RequestResponseCycle, Any] | None = None

    def data_received(self, data: bytes) -> None:
        """Read what came, then begin the question that came with it."""
        self._is_receiving = True
        try:
            super().data_received(data)
        finally:
            self._is_receiving = False
        if self._arrived is not None:
            (cycle, app), self._arrived = self._arrived, None
            self._begin(cycle, app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Begin a request: called when its headers have been read, or when the one before it has been answered."""
        scope: Scope = cycle.scope  # type: ignore[assignment]  # uvicorn describes it more exactly
        if self._is_receiving and scope["path"] == GRAPHQL:
            scope[CYCLE] = cycle
            self._arrived = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def _begin(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:
        """Answer a question; what has to wait goes on in a task."""
        work = cycle.run_asgi(app)  # type: ignore[arg-type]  # as above
        context = copy_context()
        try:
            waited_for = context.run(work.send, None)
        except StopIteration:
            return
        task = self.loop.create_task(_going_on(work, waited_for), context=context)
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)


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
    cycle.transport.write(b"%b%b\r\n%b" % (head, servers, body))
    cycle.message_event.set()
    cycle.on_response()
    return True
