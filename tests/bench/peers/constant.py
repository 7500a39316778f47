"""The least that a server in Python can do: Starlette, answering with the same text whoever asks."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers.running import database, run

ANSWER = Path(database()).read_bytes()


async def answer(_: Request) -> Response:
    """Answer."""
    return Response(ANSWER, media_type="application/json")


run(Starlette(routes=[Route("/one-person", answer)]))
