"""A cache of one parsed request head for each connection: clients repeat the same head byte for byte.

uvicorn's parser parses it once; the result is valid for as long as the connection sends the same bytes. A head contains
a cookie or a token: no entry outlives its connection. Only a request that arrives completely, with as many bytes as its
Content-Length, is looked up.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

END = b"\r\n\r\n"
# A browser's head has some hundred bytes.
LONGEST = 2048
# Of all connections together. A parsed head takes about eight times the memory of its bytes: a scope, and an object for
# each name and each value.
MOST_BYTES = 4_000_000
# Headers that change how the body is parsed, or the state of the connection.
UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"connection", b"trailer"})
# Keys of the scope that belong to the connection.
CONNECTIONS = ("client", "server", "scheme", "state")


@dataclass(slots=True)
class CachedHead:
    """A parsed head: the scope without the connection's keys, and the length of the body."""

    scope: dict[str, Any]
    length: int
    # The credentials that the endpoint has parsed from it.
    made: Any = None


class RequestHeadCache:
    """The last head of one connection."""

    __slots__ = ("_bytes", "_head")
    # How many bytes of heads all connections keep.
    total: ClassVar = 0

    def __init__(self) -> None:
        self._bytes = b""
        self._head: CachedHead | None = None

    def get(self, data: bytes) -> tuple[CachedHead, bytes] | None:
        """Return the head and the body of `data`, if it is one whole request with the head that is kept."""
        head, end = self._head, len(self._bytes)
        # guard: kept-head-length
        if head is None or len(data) - end != head.length or not data.startswith(self._bytes):
            return None
        return head, data[end:]

    def put(self, data: bytes, scope: dict[str, Any]) -> None:
        """Keep the head of `data`, which is one whole request, and has been read as `scope` without any surprise."""
        end, headers = _end(data), scope["headers"]
        lengths = [value for name, value in headers if name == b"content-length"]
        self.clear()
        if not end or lengths != [b"%d" % (len(data) - end)] or any(name in UNUSUAL for name, _ in headers):
            return
        if RequestHeadCache.total + end > MOST_BYTES:
            return
        RequestHeadCache.total += end
        self._bytes = data[:end]
        kept = {name: value for name, value in scope.items() if name not in CONNECTIONS}
        self._head = CachedHead(kept, len(data) - end)

    def clear(self) -> None:
        """Forget the head."""
        RequestHeadCache.total -= len(self._bytes)
        self._bytes, self._head = b"", None


def _end(data: bytes) -> int:
    """Return how long the head of `data` is; 0 where it is too long to be kept, or not there."""
    place = data.find(END, 0, LONGEST)
    # guard: head-that-does-not-end
    return place + len(END) if place > 0 else 0
