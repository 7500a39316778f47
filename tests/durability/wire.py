"""An HTTP client on a plain socket, which is fast and can disconnect during a request."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

# The exceptions if the server is unavailable, exits, or disconnects.
DISCONNECTED = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True, slots=True)
class Response:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)


class Connection:
    """A keep-alive connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, address: str) -> Self:
        """Connect to the server at an address."""
        url = urlsplit(address)
        return cls(*await asyncio.open_connection(url.hostname, url.port))

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Response:
        """Send a GraphQL request, and return the response."""
        await self.send(body, headers)
        return await self._response()

    async def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a GraphQL request without reading the response."""
        lines = ["POST /graphql HTTP/1.1", "Host: hall.example", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self._writer.drain()

    async def _response(self) -> Response:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await self._reader.readexactly(int(headers["content-length"]))
        return Response(int(head[0].split()[1]), headers, body)

    async def close(self) -> None:
        """Close the connection, even during a request."""
        self._writer.transport.abort()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


@asynccontextmanager
async def connection_to(address: str) -> AsyncIterator[Connection]:
    """Open a connection to the server at an address."""
    connection = await Connection.open(address)
    try:
        yield connection
    finally:
        await connection.close()
