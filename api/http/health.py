"""Whether the Hall is alive, and whether it can do its work: for whoever watches over it."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from api import database

NO_STORE = {"Cache-Control": "no-store"}


async def healthz(_: Request) -> JSONResponse:
    """Answer that the process runs."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def readyz(request: Request) -> JSONResponse:
    """Answer whether the database answers and is up to date."""
    if await database.answers(request.app.state.database):
        return JSONResponse({"status": "ready"}, headers=NO_STORE)
    cause = "The database does not answer, lacks migrations, or is not the file that was opened."
    return JSONResponse({"status": "not ready", "cause": cause}, 503, headers=NO_STORE)
