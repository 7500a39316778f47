"""Endless request heads, and trailers."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit

from tests.attack.promise import promise, require
from tests.attack.target import Target
from tests.http.test_connection_limits import ENDLESS

# Far more than the limit of a head.
PIECES = 2_000
VIEWER = b'{"query": "{ viewer { account } }"}'


@promise
async def endless_heads(target: Target) -> str:
    """An endless head is refused before a megabyte was sent."""
    most = 0
    for what, (start, piece) in ENDLESS.items():
        taken, answer = await _send_endless_head(target, start, piece)
        most = max(most, taken)
        require(b" 431 " in answer or not answer, f"{what} was answered with {answer[:40]!r}")
        require(taken < 1_000_000, f"{what} was read for {taken} bytes")
    return f"{len(ENDLESS)} heads, at most {most} bytes taken"


@promise
async def trailers(target: Target) -> str:
    """A session cookie in a trailer has no effect."""
    browser = await target.browser("eligible")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()
    head = b"POST /graphql HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
    body = b"%x\r\n%b\r\n0\r\n" % (len(VIEWER), VIEWER)
    for trailer, account in ((b"", None), (b"Cookie: " + cookie + b"\r\n", None)):
        whole = head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body + trailer + b"\r\n"
        answer = await _exchange(target, whole)
        viewer = json.loads(answer.partition(b"\r\n\r\n")[2])["data"]["viewer"]
        require(viewer == account, f"a trailer was read as {viewer}")
    return "2 requests"


async def _send_endless_head(target: Target, start: bytes, piece: bytes) -> tuple[int, bytes]:
    """Send an endless head; return the sent bytes until the connection ended, and the response."""
    reader, writer = await _connect(target)
    response = asyncio.create_task(reader.read())
    sent = len(start)
    with suppress(ConnectionError):
        writer.write(start)
        for _ in range(PIECES):
            if response.done():
                break
            writer.write(piece)
            sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0.001)
    answer = b""
    with suppress(ConnectionError):
        answer = await response
    writer.close()
    return sent, answer


async def _exchange(target: Target, whole: bytes) -> bytes:
    reader, writer = await _connect(target)
    writer.write(whole)
    answer = await reader.read()
    writer.close()
    return answer


async def _connect(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(target.address)
    return await asyncio.open_connection(address.hostname, address.port)
