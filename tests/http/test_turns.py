"""Connections of a Hall in this loop: what is left of a question, and which moment a turn of the loop reads."""

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
from tests.hall import Hall
from tests.http.questions import AT_ONCE, question


async def test_nothing_of_an_answered_question_is_left_for_the_collector(hall: Hall) -> None:
    """What refers to itself lives until the collector stops everybody to find it; here only the last one lives."""
    _, reader, writer = await connected_here(hall, hall.settings)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            writer.write(question(AT_ONCE))
            await told(reader)
        await asyncio.sleep(0)
        alive = [each for each in gc.get_objects() if isinstance(each, RequestResponseCycle)]
    finally:
        gc.enable()
        writer.close()
    assert len(alive) <= 1


async def test_what_one_process_has_ended_another_does_not_honour(hall: Hall) -> None:
    """Where several serve, a question that arrives in a turn which has begun is answered from what is there now."""
    asked = await question_of_somebody(hall)
    connection, reader, writer = await connected_here(hall, replace(hall.settings, workers=2))
    connection.data_received(asked)
    assert await told(reader) == SOMEBODY
    for moment in dispatch._sqlite_readers.values():
        moment.snapshot_cache()
    end_sessions(hall)
    connection.data_received(asked)
    assert await told(reader) == NOBODY
    writer.close()


async def test_whoever_was_told_asks_after_it(hall: Hall) -> None:
    """While one process answers somebody, another tells somebody else, whose next question comes after that."""
    asked = await question_of_somebody(hall)
    settings = replace(hall.settings, workers=2)
    (connection, reader, writer), (_, other_reader, other_writer) = [await connected_here(hall, settings) for _ in "ab"]
    connection.data_received(asked)
    end_sessions(hall)
    other_writer.write(asked)
    assert [await told(reader), await told(other_reader)] == [SOMEBODY, NOBODY]
    writer.close()
    other_writer.close()


SOMEBODY: dict[str, Any] = {"data": {"viewer": {"account": "eligible"}}}
NOBODY: dict[str, Any] = {"data": {"viewer": None}}


async def question_of_somebody(hall: Hall) -> bytes:
    """Return the request of somebody who is signed in, for what is answered by a plan, at once."""
    if not is_sqlite(hall.settings):
        pytest.skip("PostgreSQL is asked each time")
    browser = await hall.browser("eligible")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    document = "{ viewer { account } }"
    for _ in range(2):
        await hall.ask(document, account="eligible")
    return question(document, f"Cookie: {cookie}")


def end_sessions(hall: Hall) -> None:
    """End all sessions, as another process would."""
    with closing(driver.connect(Path(hall.settings.database.removeprefix("sqlite://")))) as another_process:
        another_process.execute("DELETE FROM session")


async def connected_here(hall: Hall, settings: Settings) -> tuple[Any, asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection of a Hall in this loop, as `settings` would have it, and a client's end of it."""
    configuration = server.configuration(settings, hall.app)
    configuration.load()
    kind: Any = configuration.http_protocol_class
    here, there = socket.socketpair()
    _, connection = await asyncio.get_running_loop().connect_accepted_socket(
        lambda: kind(config=configuration, server_state=ServerState(), app_state={}), sock=there
    )
    return connection, *await asyncio.open_connection(sock=here)


async def told(reader: asyncio.StreamReader) -> Any:
    """Return what the next answer says."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return json.loads(await reader.readexactly(length))
