"""A cache of parsed request heads: clients repeat the same head byte for byte, also through a proxy's connections.

uvicorn's parser parses a head once. Only a request that arrives completely, with as many bytes as its Content-Length,
is looked up. A head contains a cookie or a token, so no entry stays for long: one that is not used for a minute is
evicted, which is less than the idle time-out of any session, and a sign-out clears the cache of its process.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

END = b"\r\n\r\n"
# A browser's head has some hundred bytes.
MAX_LENGTH = 2048
MAX_HEADS = 4096
# A parsed head takes about eight times the memory of its bytes: a scope, and an object for each name and each value.
MAX_BYTES = 4_000_000
# An entry that is not used for one generation, at most two, is evicted.
GENERATION_SECONDS = 30.0
# Headers that change how the body is parsed, or the state of the connection.
UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"connection", b"trailer"})
# Keys of the scope that belong to the connection.
CONNECTIONS = ("client", "server", "scheme", "state")


@dataclass(slots=True)
class CachedHead:
    """A parsed head: the scope without the connection's keys, and the length of the body."""

    scope: dict[str, Any]
    length: int
    # The credentials that the endpoint has parsed from the head.
    credentials: Any = None


class _Cache:
    """Two generations of entries: those used in this one, and those used in the one before."""

    young: ClassVar[dict[bytes, CachedHead]] = {}
    old: ClassVar[dict[bytes, CachedHead]] = {}
    bytes: ClassVar = 0
    # The event loop that has a timer for the next generation.
    timed_by: ClassVar[asyncio.AbstractEventLoop | None] = None


def get(data: bytes) -> tuple[CachedHead, bytes] | None:
    """Return the head and the body of `data`, if it is one whole request whose head is cached."""
    end = _end(data)
    key = data[:end]
    head = _Cache.young.get(key) if end else None
    if head is None and end:
        head = _Cache.old.pop(key, None)
        if head is not None:
            _Cache.young[key] = head
    # guard: kept-head-length
    if head is None or len(data) - end != head.length:
        return None
    return head, data[end:]


def put(data: bytes, scope: dict[str, Any]) -> None:
    """Cache the head of `data`, which is one whole request, and has been parsed as `scope` without any surprise."""
    end, headers = _end(data), scope["headers"]
    lengths = [value for name, value in headers if name == b"content-length"]
    if not end or lengths != [b"%d" % (len(data) - end)] or any(name in UNUSUAL for name, _ in headers):
        return
    if len(_Cache.young) + len(_Cache.old) >= MAX_HEADS or _Cache.bytes + end > MAX_BYTES:
        clear()
    _Cache.bytes += end
    scope_to_cache = {name: value for name, value in scope.items() if name not in CONNECTIONS}
    _Cache.young[data[:end]] = CachedHead(scope_to_cache, len(data) - end)
    loop = asyncio.get_running_loop()
    if _Cache.timed_by is not loop:
        _Cache.timed_by = loop
        loop.call_later(GENERATION_SECONDS, next_generation)


def clear() -> None:
    """Evict all heads: they are cached again with the next requests."""
    _Cache.young.clear()
    _Cache.old.clear()
    _Cache.bytes = 0


def next_generation() -> None:
    """Evict the heads that were not used since the generation before."""
    _Cache.bytes -= sum(map(len, _Cache.old))
    _Cache.old, _Cache.young = _Cache.young, {}
    _Cache.timed_by = None
    if _Cache.old:
        _Cache.timed_by = asyncio.get_running_loop()
        _Cache.timed_by.call_later(GENERATION_SECONDS, next_generation)


def _end(data: bytes) -> int:
    """Return the length of the head of `data`; 0 where it is incomplete or too long to be cached."""
    end = data.find(END, 0, MAX_LENGTH)
    # guard: head-that-does-not-end
    return end + len(END) if end > 0 else 0
