"""A handwritten endpoint on PostgreSQL: Starlette, asyncpg's pool, two prepared statements, orjson."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers import rows
from tests.bench.peers.asking import ACCOUNTS, token_parameters
from tests.bench.peers.running import database, run

OWN_PERSON = f"""
    SELECT person.*, employer.code AS employer_code, employer.name AS employer_name
    FROM {ACCOUNTS}
    LEFT JOIN person ON person.id = account.person_id
    LEFT JOIN employer ON employer.id = person.employer_id
    WHERE session.secret_digest = $1 AND session.kind = 'PROGRAM' AND session.expires_at > $2
"""
PARTICIPATIONS = """
    SELECT participation.*, employer.code AS employer_code, employer.name AS employer_name
    FROM participation LEFT JOIN employer ON employer.id = participation.employer_id
    WHERE person_id = $1
    ORDER BY started_on, participation.id
"""


@asynccontextmanager
async def connected(app: Starlette) -> AsyncIterator[None]:
    """Open the pool."""
    async with asyncpg.create_pool(database(), min_size=10, max_size=10) as pool:
        app.state.pool = pool
        yield


async def one_person(request: Request) -> Response:
    """Return the record of the account."""
    pool: asyncpg.Pool = request.app.state.pool
    async with pool.acquire() as connection:
        digest, _ = token_parameters(request)
        people = await connection.fetch(OWN_PERSON, digest, datetime.now(UTC))
        periods = await connection.fetch(PARTICIPATIONS, people[0]["id"]) if people else []
    return Response(orjson.dumps({"data": {"viewer": rows.viewer(people, periods)}}), media_type="application/json")


run(Starlette(routes=[Route("/one-person", one_person)], lifespan=connected))
