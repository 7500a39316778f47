"""An endpoint written by hand, as most are: Starlette, two statements through aiosqlite, JSON by orjson."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers import rows
from tests.bench.peers.asking import STAFF, asked
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import NOBODY, SIZE, position
from tests.bench.peers.running import PRAGMAS, database, run


@asynccontextmanager
async def connected(app: Starlette) -> AsyncIterator[None]:
    """Keep the connection open."""
    async with aiosqlite.connect(database(), isolation_level=None) as connection:
        for pragma in PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
        connection.row_factory = aiosqlite.Row
        app.state.connection = connection
        app.state.log = Log(database())
        yield


async def one_person(request: Request) -> Response:
    """Answer with the record of whoever asks."""
    people, periods = await found(request, rows.OWN_PERSON, asked(request))
    return answer({"viewer": rows.viewer(people, periods)})


async def page(request: Request) -> Response:
    """Answer with one page of the people whom the asker may see, once that is written down."""
    connection: aiosqlite.Connection = request.app.state.connection
    staff = list(await connection.execute_fetchall(STAFF, asked(request)))
    actor, organisation, districts = staff[0] if staff else NOBODY
    behind = position(request.query_params.get("after"))
    people, periods = await found(request, rows.PEOPLE, (districts, behind))
    if actor:
        await request.app.state.log.showed(actor, organisation, [person["id"] for person in people[:SIZE]])
    return answer({"people": rows.connection(people, periods)})


async def found(
    request: Request, statement: str, parameters: Sequence[Any]
) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """Return the people whom a statement finds, and their participations."""
    connection: aiosqlite.Connection = request.app.state.connection
    people = list(await connection.execute_fetchall(statement, parameters))
    periods = await connection.execute_fetchall(*rows.participations_of(people)) if people else []
    return people, list(periods)


def answer(data: dict[str, Any]) -> Response:
    """Return data as the answer."""
    return Response(orjson.dumps({"data": data}), media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person), Route("/page", page)], lifespan=connected))
