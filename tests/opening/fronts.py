"""Proxies between the Hall and the tests' PostgreSQL, which has a Unix socket and no TLS."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Event, Thread

TLS_PLEASE = struct.pack("!ll", 8, 80877103)
# An ErrorResponse, as a server in a fast shutdown sends it.
FATAL = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
SHUTS_DOWN = b"E" + struct.pack("!l", len(FATAL) + 4) + FATAL
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def plain(socket: str) -> Iterator[int]:
    """Forward a TCP port to a server's socket, without TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _joined(socket, reader, writer, b"")

    with _listening(serve) as port:
        yield port


@contextmanager
def dropping(socket: str) -> Iterator[tuple[int, Callable[[], None]]]:
    """Forward a TCP port to a server's socket; yield also a function that makes it drop all traffic.

    A firewall that has lost its state does the same; new connections are forwarded.
    """
    opened = dropped = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        number = opened
        there, back = await asyncio.open_unix_connection(socket)
        passes = lambda: number > dropped  # noqa: E731 - evaluated for each packet
        await asyncio.gather(_copied(reader, back, passes), _copied(there, writer, passes))

    def drop() -> None:
        nonlocal dropped
        dropped = opened

    with _listening(serve) as port:
        yield port, drop


@contextmanager
def ending(socket: str) -> Iterator[tuple[int, Callable[[], None]]]:
    """Forward a TCP port to a server's socket; yield also a function that ends the sessions, and refuses new ones.

    PostgreSQL tells its clients that it shuts down, and closes the connections a little later; here they stay open.
    """
    clients: list[asyncio.StreamWriter] = []
    loops: list[asyncio.AbstractEventLoop] = []
    is_over = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_over:
            writer.close()
            return
        loops.append(asyncio.get_running_loop())
        clients.append(writer)
        await _joined(socket, reader, writer, b"")

    async def tell() -> None:
        nonlocal is_over
        is_over = True
        for client in clients:
            if not client.is_closing():
                client.write(SHUTS_DOWN)
                await client.drain()

    def end() -> None:
        asyncio.run_coroutine_threadsafe(tell(), loops[0]).result(10)

    with _listening(serve) as port:
        yield port, end


@contextmanager
def silent() -> Iterator[int]:
    """Open a port that accepts connections and never responds."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(1024):
                pass
        finally:
            writer.close()

    with _listening(serve) as port:
        yield port


@contextmanager
def with_tls(socket: str, context: ssl.SSLContext) -> Iterator[int]:
    """Forward a TCP port to a server's socket; the port requires TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(len(TLS_PLEASE)) != TLS_PLEASE:
            writer.close()
            return
        writer.write(b"S")
        await writer.drain()
        await writer.start_tls(context)
        await _joined(socket, reader, writer, b"")

    with _listening(serve) as port:
        yield port


async def _joined(socket: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes) -> None:
    there, back = await asyncio.open_unix_connection(socket)
    back.write(first)
    await asyncio.gather(_copied(reader, back), _copied(there, writer))


async def _copied(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: Callable[[], bool] = lambda: True
) -> None:
    try:
        while read := await reader.read(65536):
            if passes():
                writer.write(read)
                await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@contextmanager
def _listening(serve: Serve) -> Iterator[int]:
    """Run a server in a thread, because the tests wait for processes."""
    ports: list[int] = []
    is_open, is_over = Event(), Event()

    async def listen() -> None:
        async with _server(serve) as port:
            ports.append(port)
            is_open.set()
            await asyncio.to_thread(is_over.wait)

    thread = Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    try:
        is_open.wait(10)
        yield ports[0]
    finally:
        is_over.set()
        thread.join()


@asynccontextmanager
async def _server(serve: Serve) -> AsyncIterator[int]:
    served: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_served(serve, reader, writer))
        served.add(task)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)


async def _served(serve: Serve, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await serve(reader, writer)
    finally:
        writer.close()
