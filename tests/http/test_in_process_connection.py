"""Connections in the test's event loop: garbage of requests, and the snapshot of an event-loop iteration."""

import asyncio
import gc
import json
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from api import server
from api.db.database import is_sqlite
from api.db.query import dispatch
from api.db.sqlite import driver
from api.settings import Settings
from tests.conftest import needs_hall_http
from tests.hall import Hall
from tests.http.raw_requests import SYNCHRONOUS_QUERY, graphql_request


async def test_answered_requests_leave_no_cycles(hall: Hall) -> None:
    """Answered requests leave no reference cycles: at most the last request cycle is alive."""
    _, reader, writer = await connect_in_process(hall, hall.settings)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            writer.write(graphql_request(SYNCHRONOUS_QUERY))
            await read_json(reader)
        await asyncio.sleep(0)
        alive = [each for each in gc.get_objects() if isinstance(each, RequestResponseCycle)]
    finally:
        gc.enable()
        writer.close()
    assert len(alive) <= 1


async def test_session_ended_by_other_process_is_refused(hall: Hall) -> None:
    """With several workers, a request in a started iteration sees sessions ended by another process."""
    request = await request_with_session(hall)
    connection, reader, writer = await connect_in_process(hall, replace(hall.settings, workers=2))
    connection.data_received(request)
    assert await read_json(reader) == SIGNED_IN
    for reader_of_loop in dispatch._sqlite_readers.values():
        reader_of_loop.snapshot_cache()
    end_sessions(hall)
    connection.data_received(request)
    assert await read_json(reader) == SIGNED_OUT
    writer.close()


@needs_hall_http
async def test_read_your_writes_across_connections(hall: Hall) -> None:
    """A request on another connection sees a write that completed before it was sent."""
    request = await request_with_session(hall)
    settings = replace(hall.settings, workers=2)
    (connection, reader, writer), (_, other_reader, other_writer) = [
        await connect_in_process(hall, settings) for _ in "ab"
    ]
    connection.data_received(request)
    end_sessions(hall)
    other_writer.write(request)
    assert [await read_json(reader), await read_json(other_reader)] == [SIGNED_IN, SIGNED_OUT]
    writer.close()
    other_writer.close()


SIGNED_IN: dict[str, Any] = {"data": {"viewer": {"account": "eligible"}}}
SIGNED_OUT: dict[str, Any] = {"data": {"viewer": None}}


async def request_with_session(hall: Hall) -> bytes:
    """Return a request with a session that a compiled plan answers synchronously."""
    if not is_sqlite(hall.settings):
        pytest.skip("PostgreSQL reads are not cached")
    browser = await hall.browser("eligible")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    document = "{ viewer { account } }"
    for _ in range(2):
        await hall.ask(document, account="eligible")
    return graphql_request(document, f"Cookie: {cookie}")


def end_sessions(hall: Hall) -> None:
    """Delete all sessions through a separate connection, as another process would."""
    with closing(driver.connect(Path(hall.settings.database.removeprefix("sqlite://")))) as another_process:
        another_process.execute("DELETE FROM session")


async def connect_in_process(hall: Hall, settings: Settings) -> tuple[Any, asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a server connection with these settings in this event loop, and the client's streams."""
    configuration = server.configuration(settings, hall.app)
    configuration.load()
    kind: Any = configuration.http_protocol_class
    here, there = socket.socketpair()
    _, connection = await asyncio.get_running_loop().connect_accepted_socket(
        lambda: kind(config=configuration, server_state=ServerState(), app_state={}), sock=there
    )
    return connection, *await asyncio.open_connection(sock=here)


async def read_json(reader: asyncio.StreamReader) -> Any:
    """Return the JSON body of the next response."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return json.loads(await reader.readexactly(length))
