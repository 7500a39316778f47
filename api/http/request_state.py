"""The state of one request: its id, and the values of its log line."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import Scope

KEY = "hall.request_state"
# The attribute of a log record that holds the fields of its line beside the event.
FIELDS = "fields"
ID_BYTES = 16
GRAPHQL = "/graphql"
NAMED_ROUTES = frozenset({GRAPHQL, "/graphiql", "/healthz", "/readyz", "/metrics"})


def _ids() -> Iterator[str]:
    """Yield random ids; the system's random bytes are read for a hundred ids at a time."""
    while True:
        digits = os.urandom(ID_BYTES * 100).hex()
        yield from (digits[start : start + 2 * ID_BYTES] for start in range(0, len(digits), 2 * ID_BYTES))


_new_id = _ids().__next__


class Headers:
    """The headers of a request, by lower-case name. The first of several with the same name counts."""

    __slots__ = ("_values",)

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._values = dict(reversed(headers))

    def get(self, name: bytes) -> str | None:
        """Return the value of a header; None where it was not sent."""
        value = self._values.get(name)
        return None if value is None else value.decode("latin-1")


@dataclass(slots=True)
class RequestState:
    """State that the HTTP layers share about one request."""

    request_id: str = field(default_factory=_new_id)
    # When the head of the request had arrived, by `perf_counter`.
    began: float = field(default_factory=perf_counter)
    operation: str | None = None
    kind: str = ""
    status: int = 0
    # The headers of every response, as HTTP/1.1 sends them.
    head: bytes = b""


def request_state_of(scope: Scope) -> RequestState:
    """Return the state of the request of `scope`; create it where no outer layer has done so."""
    if KEY not in scope:
        scope[KEY] = RequestState()
    state: RequestState = scope[KEY]
    return state


def route_of(scope: Scope) -> str:
    """Return the path of a request if it is a named route, and `/` for the client's files and unknown paths."""
    path: str = scope["path"]
    return path if path in NAMED_ROUTES else "/"
