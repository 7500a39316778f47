"""A receiver of messages on loopback: it answers as a test tells it to, and verifies signatures by the library."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from typing import Any, Self
from unittest.mock import patch

from standardwebhooks import Webhook, webhooks

from api import clock

TIMEOUT_SECONDS = 15


class Datetime(datetime):
    """The library compares timestamps with the clock of the tests."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Return the moment of the clock."""
        return cls.fromtimestamp(clock.now().timestamp(), tz)


class Receiver:
    """What has arrived so far, and the statuses of the next answers; None answers nothing."""

    def __init__(self) -> None:
        self.port = 0
        self.heads: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.next_statuses: list[int | None] = []
        self._arrived = asyncio.Condition()

    @property
    def host(self) -> str:
        """The host, as HALL_WEBHOOK_HOSTS names it."""
        return f"127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The ids of all requests, repeated where a message was sent again."""
        return [head["webhook-id"] for head in self.heads]

    async def wait_for(self, requests: int) -> None:
        """Wait until so many requests have arrived."""
        async with self._arrived, asyncio.timeout(TIMEOUT_SECONDS):
            await self._arrived.wait_for(lambda: len(self.heads) >= requests)

    def verified(self, number: int, secret: str) -> Any:
        """Return the content of a request whose signature the library accepts."""
        with patch.object(webhooks, "datetime", Datetime):
            Webhook(secret).verify(self.bodies[number], self.heads[number])
        return json.loads(self.bodies[number])

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request, and answer it with the next status."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        head = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        named = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(head["content-length"]))
        async with self._arrived:
            self.heads.append({name.lower(): value for name, value in named.items()} | {"request": lines[0]})
            self.bodies.append(body)
            self._arrived.notify_all()
        status = self.next_statuses.pop(0) if self.next_statuses else 204
        if status is None:
            await reader.read()
        else:
            location = f"Location: http://{self.host}/elsewhere\r\n" if 300 <= status < 400 else ""
            writer.write(f"HTTP/1.1 {status} Whatever\r\n{location}Content-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(receiver: Receiver | None = None) -> AsyncIterator[Receiver]:
    """Listen on loopback; an earlier receiver listens on its port again."""
    receiver = receiver or Receiver()
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", receiver.port)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


async def until(holds: Callable[[], Any]) -> None:
    """Wait until an asynchronous condition holds."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while not await holds():  # noqa: ASYNC110 - a database tells nobody that it has changed
            await asyncio.sleep(0.02)
