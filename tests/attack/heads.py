"""Heads of requests that never end, and headers behind the body."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit

from tests.attack.promise import demand, promise
from tests.attack.target import Target
from tests.http.test_connection_limits import ENDLESS

# Far more than any head has.
PIECES = 2_000
VIEWER = b'{"query": "{ viewer { account } }"}'


@promise
async def endless_heads(target: Target) -> str:
    """A head that does not end is refused before a megabyte of it has come."""
    most = 0
    for what, (start, piece) in ENDLESS.items():
        taken, answer = await _sent(target, start, piece)
        most = max(most, taken)
        demand(b" 431 " in answer or not answer, f"{what} was answered with {answer[:40]!r}")
        demand(taken < 1_000_000, f"{what} was read for {taken} bytes")
    return f"{len(ENDLESS)} heads, at most {most} bytes taken"


@promise
async def trailers(target: Target) -> str:
    """A cookie behind the body opens nothing."""
    browser = await target.browser("eligible")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()
    head = b"POST /graphql HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
    body = b"%x\r\n%b\r\n0\r\n" % (len(VIEWER), VIEWER)
    for trailer, account in ((b"", None), (b"Cookie: " + cookie + b"\r\n", None)):
        whole = head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body + trailer + b"\r\n"
        answer = await _answered(target, whole)
        viewer = json.loads(answer.partition(b"\r\n\r\n")[2])["data"]["viewer"]
        demand(viewer == account, f"a trailer was read as {viewer}")
    return "2 requests"


async def _sent(target: Target, start: bytes, piece: bytes) -> tuple[int, bytes]:
    """Send a head without an end; return how much of it was sent until the connection ended, and what was answered."""
    reader, writer = await _opened(target)
    answering = asyncio.create_task(reader.read())
    sent = len(start)
    with suppress(ConnectionError):
        writer.write(start)
        for _ in range(PIECES):
            if answering.done():
                break
            writer.write(piece)
            sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0.001)
    answer = b""
    with suppress(ConnectionError):
        answer = await answering
    writer.close()
    return sent, answer


async def _answered(target: Target, whole: bytes) -> bytes:
    reader, writer = await _opened(target)
    writer.write(whole)
    answer = await reader.read()
    writer.close()
    return answer


async def _opened(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(target.address)
    return await asyncio.open_connection(address.hostname, address.port)
