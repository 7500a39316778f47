"""The minimum of a Python server: Starlette with a constant response."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers.running import database, run

ANSWER = Path(database()).read_bytes()


async def answer(_: Request) -> Response:
    """Return the constant response."""
    return Response(ANSWER, media_type="application/json")


run(Starlette(routes=[Route("/one-person", answer)]))
