"""Heads of requests that were read before: a client sends the same one again and again, to the letter.

What a head says does not depend on when it is read. So uvicorn's parser reads each once, and what it found is kept
under the very bytes. Only a request that arrives whole, with as much body as its head announces, is looked up here.
"""

from dataclasses import dataclass
from typing import Any

END = b"\r\n\r\n"
# A browser's head has some hundred bytes.
LONGEST = 2048
MOST = 4096
# What is kept takes about eight bytes for each byte of a head: a scope, and an object for each name and each value.
MOST_BYTES = 4_000_000
# Headers that change how a body is read, or what happens to the connection.
UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"connection", b"trailer"})
# What belongs to the connection, and not to the head.
CONNECTIONS = ("client", "server", "scheme", "state")


@dataclass(slots=True)
class Head:
    """What a head says: a scope without what belongs to the connection, and how long the body is."""

    scope: dict[str, Any]
    length: int
    # What the endpoint has made of it.
    made: Any = None


_heads: dict[bytes, Head] = {}
_bytes = 0


def known(data: bytes) -> tuple[Head, bytes] | None:
    """Return the head and the body of `data`, if it is one whole request whose head was kept."""
    end = _end(data)
    head = _heads.get(data[:end]) if end else None
    # guard: kept-head-length
    if head is None or len(data) - end != head.length:
        return None
    return head, data[end:]


def keep(data: bytes, scope: dict[str, Any]) -> None:
    """Keep the head of `data`, which is one whole request, and has been read as `scope` without any surprise."""
    end, headers = _end(data), scope["headers"]
    lengths = [value for name, value in headers if name == b"content-length"]
    if not end or lengths != [b"%d" % (len(data) - end)] or any(name in UNUSUAL for name, _ in headers):
        return
    _forget_if_full(end)
    _heads[data[:end]] = Head(
        {name: value for name, value in scope.items() if name not in CONNECTIONS}, len(data) - end
    )


def _forget_if_full(more: int) -> None:
    """Evict all heads where one more would exceed a limit: they come back with the next requests."""
    global _bytes  # noqa: PLW0603 - it belongs to the dictionary
    _bytes += more
    if len(_heads) >= MOST or _bytes > MOST_BYTES:
        _heads.clear()
        _bytes = more


def _end(data: bytes) -> int:
    """Return how long the head of `data` is; 0 where it is too long to be kept, or not there."""
    place = data.find(END, 0, LONGEST)
    # guard: head-that-does-not-end
    return place + len(END) if place > 0 else 0
