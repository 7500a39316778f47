"""One request on its way through the edge: its id, and what the log line at its end will say."""

from dataclasses import dataclass, field
from uuid import uuid4

from starlette.types import Scope

KEY = "hall.exchange"


def _new_id() -> str:
    return uuid4().hex


@dataclass(slots=True)
class Exchange:
    """What the layers of the edge tell each other about one request."""

    request_id: str = field(default_factory=_new_id)
    operation: str | None = None
    status: int = 0


def exchange_of(scope: Scope) -> Exchange:
    """Return the exchange that `scope` belongs to, begun here if no outer layer began it."""
    if KEY not in scope:
        scope[KEY] = Exchange()
    exchange: Exchange = scope[KEY]
    return exchange
