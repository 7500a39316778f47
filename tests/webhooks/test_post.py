"""One request to a receiver: over TLS that is verified, in bounded time, and with a bounded answer."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from api.webhooks import post as posting
from api.webhooks.addresses import Address
from api.webhooks.post import NotSent, post
from tests.opening.certificates import Authority

ACCEPTED = b"HTTP/1.1 204 No Content\r\n\r\n"
SIGNED = {"webhook-id": "message_1"}


async def answered(answer: Callable[[asyncio.StreamWriter], object], context: ssl.SSLContext | None = None) -> int:
    """Post to a server that answers so; return the status."""
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            await reader.readuntil(b"{}")
            found = answer(writer)
            if asyncio.iscoroutine(found):
                await found
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        served.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        return await post(Address("127.0.0.1", port, context is not None, "/", "hub.example"), b"{}", SIGNED)
    finally:
        server.close()
        with suppress(TimeoutError):
            # Nobody is served where the client refuses the certificate.
            async with asyncio.timeout(1 if context is None else 0.05):
                await served.wait()


@pytest.mark.parametrize(
    ("address", "trusted", "outcome"),
    [
        ("127.0.0.1", "ours", None),
        ("127.0.0.1", "another", "SSLCertVerificationError"),
        ("127.0.0.2", "ours", "SSLCertVerificationError"),
    ],
)
async def test_receiver_proves_who_it_is(
    address: str, trusted: str, outcome: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver without a certificate of a trusted authority for its host gets nothing."""
    authorities = {name: Authority(tmp_path, name) for name in ("ours", "another")}
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities[trusted].certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authorities["ours"].certified("hub.example", address=address))
    with nullcontext() if outcome is None else pytest.raises(NotSent, match=outcome):
        assert await answered(lambda writer: writer.write(ACCEPTED), context) == 204


@pytest.mark.parametrize(
    "answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 204", b"HTTP/1.1 204 OK\r\nx: " + b"a" * 200_000, b"\x16\x03\x01"]
)
async def test_no_valid_answer_is_a_failure(answer: bytes) -> None:
    """A closed connection, an answer that is not HTTP, and an endless head are failures, not errors."""
    with pytest.raises(NotSent):
        await answered(lambda writer: writer.write(answer))


async def test_slow_answer_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that comes byte by byte does not hold the Hall beyond its time."""
    monkeypatch.setattr(posting, "SECONDS", 0.2)

    async def drip(writer: asyncio.StreamWriter) -> None:
        for byte in ACCEPTED * 10:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.02)

    with pytest.raises(NotSent, match="TimeoutError"):
        await answered(drip)


async def test_informational_answers_are_skipped() -> None:
    """100 and 103 precede the answer."""
    assert await answered(lambda writer: writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" + ACCEPTED)) == 204
