"""An endpoint written by hand, as most are: Starlette, two statements through aiosqlite, JSON by orjson."""

import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers.asking import ACCOUNTS, ASKING, digest, now
from tests.bench.peers.pages import ROWS, SIZE, cursor, position
from tests.bench.peers.records import Row, record
from tests.bench.peers.running import PRAGMAS, database, run

OWN_PERSON = f"""
    SELECT person.*, employer.code AS employer_code, employer.name AS employer_name
    FROM {ACCOUNTS}
    JOIN person ON person.id = account.person_id
    LEFT JOIN employer ON employer.id = person.employer_id
    WHERE {ASKING}
"""
PEOPLE = f"""
    SELECT person.*, employer.code AS employer_code, employer.name AS employer_name
    FROM person LEFT JOIN employer ON employer.id = person.employer_id
    WHERE person.id IN ({ROWS})
    ORDER BY person.id
"""
PARTICIPATIONS = """
    SELECT participation.*, employer.code AS employer_code, employer.name AS employer_name
    FROM participation LEFT JOIN employer ON employer.id = participation.employer_id
    WHERE person_id IN ({})
    ORDER BY started_on, participation.id
"""


@asynccontextmanager
async def connected(app: Starlette) -> AsyncIterator[None]:
    """Keep the connection open."""
    async with aiosqlite.connect(database(), isolation_level=None) as connection:
        for pragma in PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
        connection.row_factory = aiosqlite.Row
        app.state.connection = connection
        yield


async def one_person(request: Request) -> Response:
    """Answer with the record of whoever asks."""
    connection = request.app.state.connection
    people = await connection.execute_fetchall(OWN_PERSON, (digest(request), now()))
    records = await with_participations(connection, people)
    return answer({"viewer": {"person": records[0]} if records else None})


async def page(request: Request) -> Response:
    """Answer with one page of the people whom the asker may see."""
    connection = request.app.state.connection
    behind = position(request.query_params.get("after"))
    people = list(await connection.execute_fetchall(PEOPLE, (digest(request), now(), behind)))
    shown = people[:SIZE]
    info = {"hasNextPage": len(people) > SIZE, "endCursor": cursor(shown[-1]["id"]) if shown else None}
    return answer({"people": {"nodes": await with_participations(connection, shown), "pageInfo": info}})


async def with_participations(connection: aiosqlite.Connection, people: Iterable[sqlite3.Row]) -> list[dict[str, Any]]:
    """Return the records of people, whose participations take one statement."""
    ids = [person["id"] for person in people]
    statement = PARTICIPATIONS.format(",".join("?" * len(ids)))
    periods: dict[int, list[Row]] = defaultdict(list)
    for period in await connection.execute_fetchall(statement, ids) if ids else ():
        periods[period["person_id"]].append(period)
    return [record(person, periods[person["id"]]) for person in people]


def answer(data: dict[str, Any]) -> Response:
    """Return data as the answer."""
    return Response(orjson.dumps({"data": data}), media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person), Route("/page", page)], lifespan=connected))
