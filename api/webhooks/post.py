"""One POST of a message: no redirects, no cookies, and of the response nothing but its status."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress

import h11

from api.webhooks.addresses import Address

# The time-out of connecting, sending and the head of the response together.
SECONDS = 10
AT_A_TIME = 4096


class NotSent(Exception):
    """No response arrived; the message names the kind of the cause."""


async def post(address: Address, body: bytes, headers: Mapping[str, str]) -> int:
    """Return the status of the response; raise NotSent where none arrives in time."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _post(address, body, headers)
    except (OSError, EOFError, h11.ProtocolError) as error:
        # TimeoutError and errors of TLS are kinds of OSError.
        raise NotSent(type(error).__name__) from None


async def _post(address: Address, body: bytes, headers: Mapping[str, str]) -> int:
    context = ssl.create_default_context() if address.is_encrypted else None
    reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    try:
        connection = h11.Connection(h11.CLIENT)
        sent = {
            "Host": address.authority,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
            **headers,
        }
        request = h11.Request(method="POST", target=address.target, headers=list(sent.items()))
        for part in (request, h11.Data(body), h11.EndOfMessage()):
            writer.write(connection.send(part) or b"")
        await writer.drain()
        while not isinstance(event := connection.next_event(), h11.Response):
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(AT_A_TIME))
        return event.status_code
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
