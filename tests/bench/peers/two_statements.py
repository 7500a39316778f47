"""A handwritten endpoint, as is usual: Starlette, two statements through aiosqlite, orjson."""

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
from tests.bench.peers.asking import STAFF, token_parameters
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import NO_ACCOUNT, SIZE, position
from tests.bench.peers.running import PRAGMAS, database, run


@asynccontextmanager
async def connected(app: Starlette) -> AsyncIterator[None]:
    """Open the connection."""
    async with aiosqlite.connect(database(), isolation_level=None) as connection:
        for pragma in PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
        connection.row_factory = aiosqlite.Row
        app.state.connection = connection
        app.state.log = Log(database())
        yield


async def one_person(request: Request) -> Response:
    """Return the record of the account."""
    people, periods = await select(request, rows.OWN_PERSON, token_parameters(request))
    return answer({"viewer": rows.viewer(people, periods)})


async def page(request: Request) -> Response:
    """Return a page of the persons in the account's scope after it is logged."""
    connection: aiosqlite.Connection = request.app.state.connection
    staff = list(await connection.execute_fetchall(STAFF, token_parameters(request)))
    actor, organisation, districts = staff[0] if staff else NO_ACCOUNT
    after_row = position(request.query_params.get("after"))
    people, periods = await select(request, rows.PEOPLE, (districts, after_row))
    if actor:
        await request.app.state.log.record_page(actor, organisation, [person["id"] for person in people[:SIZE]])
    return answer({"people": rows.connection(people, periods)})


async def select(
    request: Request, statement: str, parameters: Sequence[Any]
) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """Return the persons that a statement selects, and their participations."""
    connection: aiosqlite.Connection = request.app.state.connection
    people = list(await connection.execute_fetchall(statement, parameters))
    periods = await connection.execute_fetchall(*rows.participations_of(people)) if people else []
    return people, list(periods)


def answer(data: dict[str, Any]) -> Response:
    """Return the response."""
    return Response(orjson.dumps({"data": data}), media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person), Route("/page", page)], lifespan=connected))
