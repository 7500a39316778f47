"""The state of one request: its id, and the values of its log line."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from starlette.types import Scope

KEY = "hall.exchange"
# The attribute of a log record that holds the fields of its line beside the event.
FIELDS = "fields"
ID_BYTES = 16
GRAPHQL = "/graphql"
DOORS = frozenset({GRAPHQL, "/graphiql", "/healthz", "/readyz", "/metrics"})


def _ids() -> Iterator[str]:
    """Yield random ids; the system's random bytes are read for a hundred ids at a time."""
    while True:
        digits = os.urandom(ID_BYTES * 100).hex()
        yield from (digits[start : start + 2 * ID_BYTES] for start in range(0, len(digits), 2 * ID_BYTES))


_new_id = _ids().__next__


class Headers:
    """The headers of a request by their names in small letters. The first of several of one name counts."""

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
    operation: str | None = None
    kind: str = ""
    status: int = 0
    # The headers of every answer, as they are sent.
    head: bytes = b""


def request_state_of(scope: Scope) -> RequestState:
    """Return the exchange that `scope` belongs to, begun here if no outer layer began it."""
    if KEY not in scope:
        scope[KEY] = RequestState()
    exchange: RequestState = scope[KEY]
    return exchange


def route_of(scope: Scope) -> str:
    """Return the address at which a request came in, as long as it is one of ours; files of the client are all `/`."""
    path: str = scope["path"]
    return path if path in DOORS else "/"
