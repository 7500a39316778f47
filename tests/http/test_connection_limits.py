"""Limits of connections: size of a head, time for a head to arrive, and number of connections."""

import asyncio
import json
import logging
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from api.accounts.sessions import IDLE_TIMEOUT
from api.http.server import connection_limits, request_head_cache
from api.http.server.connection_limits import MAX_HEAD_BYTES, MAX_HEADERS, LimitedConnection, raise_open_files
from api.http.server.protocol import HallProtocol

TIMEOUT_SECONDS = 30
NO_BODY = {"headers": [(b"content-length", b"0")]}
START = b"GET / HTTP/1.1\r\nHost: hall.example\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: hall.example\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECE = b"x" * 4096
# Heads without an end: their start, and the piece that is sent repeatedly.
ENDLESS = {
    "a header": (START + b"A: ", PIECE),
    "the name of a header": (START, PIECE),
    "the address": (b"GET /", PIECE),
    "many headers": (START, b"a: b\r\n" * 50),
    "blank lines": (b"", b"\r\n" * 2048),
    "a trailer": (CHUNKED + b"1\r\nx\r\n0\r\nA: ", PIECE),
    "many trailers": (CHUNKED + b"1\r\nx\r\n0\r\n", b"a: b\r\n" * 50),
    "the size of a chunk": (CHUNKED + b"1;a=", PIECE),
}


async def respond_with_header_names(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the names of the headers after the whole body has arrived."""
    while (await receive()).get("more_body"):
        pass
    body = json.dumps([name.decode() for name, _ in scope["headers"]]).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def running_server() -> AsyncIterator[Callable[[], Awaitable[Stream]]]:
    """Run a server in this process, and yield a function that connects to it."""
    config = uvicorn.Config(respond_with_header_names, log_config=None)
    config.load()
    state = ServerState()

    def connection() -> HallProtocol:
        return HallProtocol(config=config, server_state=state, app_state={})

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    opened: list[Stream] = []

    async def connected() -> Stream:
        opened.append(await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1]))
        return opened[-1]

    try:
        yield connected
    finally:
        server.close()
        for _, writer in opened:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        for each in list(state.connections):
            each.transport.abort()
        await asyncio.sleep(0)


async def read_response(stream: Stream) -> tuple[int, Any]:
    """Return the status and the JSON body of the next response."""
    reader = stream[0]
    async with asyncio.timeout(TIMEOUT_SECONDS):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        return int(head.split()[1]), json.loads(await reader.readexactly(length))


async def is_closed(stream: Stream) -> bool:
    """Return whether the server has closed the connection."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await stream[0].read() == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(("start", "piece"), ENDLESS.values(), ids=ENDLESS)
async def test_endless_head_is_refused(start: bytes, piece: bytes) -> None:
    """An endless head returns 431 with a code and a message, and the connection is closed."""
    async with running_server() as connected:
        stream = await connected()
        stream[1].write(start)
        response = asyncio.create_task(read_response(stream))
        while not response.done():
            stream[1].write(piece)
            await asyncio.sleep(0.01)
        status, answer = await response
        assert status == 431
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "REQUEST_HEADER_FIELDS_TOO_LARGE"}
        assert str(MAX_HEAD_BYTES) in error["message"]
        assert await is_closed(stream)


def fields(number: int, length: int = 1) -> bytes:
    """Return this number of header fields with values of this length."""
    return b"".join(b"a%d: %b\r\n" % (place, b"x" * length) for place in range(number))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (START + fields(MAX_HEADERS - 1), 200),
        (START + fields(MAX_HEADERS), 431),
        (START + fields(1, MAX_HEAD_BYTES - 100), 200),
        (START + fields(1, MAX_HEAD_BYTES), 431),
        (START + fields(60, MAX_HEAD_BYTES // 60), 431),
    ],
    ids=["the most fields", "a field more", "the longest", "longer", "longer in all"],
)
async def test_head_size_and_field_limits(head: bytes, status: int) -> None:
    """The limits themselves are allowed, in one piece and on a reused connection; one more returns 431."""
    async with running_server() as connected:
        stream = await connected()
        for _ in range(2 if status == 200 else 1):
            stream[1].write(head + b"\r\n")
            assert (await read_response(stream))[0] == status


async def test_trailers_are_not_headers() -> None:
    """A trailer after the body cannot set a session or an address; the next request is read normally."""
    async with running_server() as connected:
        stream = await connected()
        stream[1].write(CHUNKED + b"1\r\nx\r\n0\r\nCookie: a=b\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
        assert await read_response(stream) == (200, ["host", "transfer-encoding"])
        stream[1].write(START + b"Cookie: a=b\r\n\r\n")
        assert await read_response(stream) == (200, ["host", "cookie"])


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: +1\r\n\r\nx",
        b"Content-Length : 1\r\n\r\nx",
    ],
    ids=["a length and chunks", "two lengths", "chunks that are not last", "a sign", "a space before the colon"],
)
async def test_ambiguous_framing_is_refused(framing: bytes) -> None:
    """Ambiguous body framing returns 400, which prevents request smuggling."""
    async with running_server() as connected:
        stream = await connected()
        stream[1].write(b"POST / HTTP/1.1\r\nHost: hall.example\r\n" + framing)
        assert (await read_response(stream))[0] == 400


async def test_slow_head_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that arrives too slowly returns 408, on a new connection and on a reused one."""
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", 0.5)
    async with running_server() as connected:
        for before in (b"", START + b"\r\n"):
            stream = await connected()
            if before:
                stream[1].write(before)
                assert (await read_response(stream))[0] == 200
            stream[1].write(START)
            dripping = asyncio.create_task(drip(stream))
            status, answer = await read_response(stream)
            dripping.cancel()
            assert (status, answer["errors"][0]["extensions"]) == (408, {"code": "REQUEST_TIMEOUT"})


async def drip(stream: Stream) -> None:
    """Send a header field periodically."""
    while True:
        stream[1].write(b"a: b\r\n")
        await asyncio.sleep(0.05)


async def test_silent_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that sends nothing, or blank lines only, is closed."""
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", 0.3)
    async with running_server() as connected:
        for nothing in (b"", b"\r\n"):
            stream = await connected()
            stream[1].write(nothing)
            assert await is_closed(stream)


async def test_excess_connections_are_closed_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Excess connections are closed with one log line; open ones are answered, and new ones after some have closed."""
    monkeypatch.setattr(LimitedConnection, "max_connections", 2)
    monkeypatch.setattr(LimitedConnection, "_logged_at", float("-inf"))
    async with running_server() as connected:
        kept = [await connected() for _ in range(2)]
        for _ in range(3):
            assert await is_closed(await connected())
        for each in kept:
            each[1].write(START + b"\r\n")
            assert (await read_response(each))[0] == 200
        lines = [line for line in caplog.records if line.levelno == logging.ERROR]
        assert [line.getMessage()[:28] for line in lines] == ["no more connections are acce"]
        kept[0][1].close()
        await kept[0][1].wait_closed()
        await asyncio.sleep(0.05)
        again = await connected()
        again[1].write(START + b"\r\n")
        assert (await read_response(again))[0] == 200


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "connections"),
    [
        (1024, 4096, 4096, 3968),
        (1024, 10**6, 65_536, 65_408),
        (1024, resource.RLIM_INFINITY, 65_536, 65_408),
        (10**5, 10**6, None, 10**5 - 128),
        (100, 100, None, 50),
    ],
)
def test_open_file_limit_is_raised(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised: int | None, connections: int
) -> None:
    """The soft limit is raised up to the hard limit, never lowered, and leaves descriptors for the database."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(LimitedConnection, "max_connections", 0)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: given.append(limits))
    raise_open_files()
    assert given == ([] if raised is None else [(raised, hard)])
    assert LimitedConnection.max_connections == connections


def cached_bytes() -> int:
    """Return the number of cached bytes."""
    return sum(map(len, (*request_head_cache._Cache.young, *request_head_cache._Cache.old)))


async def test_head_cache_is_limited_in_bytes() -> None:
    """Any number of distinct long heads stays within MAX_BYTES, and the last one is cached."""
    request_head_cache.clear()
    for number in range(3 * request_head_cache.MAX_BYTES // request_head_cache.MAX_LENGTH):
        head = b"POST / HTTP/1.1\r\nA: %0*d\r\n\r\n" % (request_head_cache.MAX_LENGTH - 40, number)
        request_head_cache.put(head, NO_BODY)
        assert request_head_cache.get(head) is not None
    assert 0 < cached_bytes() <= request_head_cache.MAX_BYTES


async def test_unused_head_is_evicted() -> None:
    """An unused head is evicted after two generations, less than the idle time-out of sessions; a used one stays."""
    request_head_cache.clear()
    used, unused = b"POST / HTTP/1.1\r\nA: used\r\n\r\n", b"POST / HTTP/1.1\r\nA: unused\r\n\r\n"
    for head in (used, unused):
        request_head_cache.put(head, NO_BODY)
    for _ in range(3):
        assert request_head_cache.get(used) is not None
        request_head_cache.next_generation()
    assert cached_bytes() == len(used)
    assert request_head_cache.get(unused) is None
    assert IDLE_TIMEOUT.total_seconds() > 2 * request_head_cache.GENERATION_SECONDS
