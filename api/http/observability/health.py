"""Liveness and readiness, for monitoring."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.db import database

NO_STORE = {"Cache-Control": "no-store"}


async def healthz(_: Request) -> JSONResponse:
    """Answer that the process runs."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def readyz(request: Request) -> JSONResponse:
    """Answer whether the database answers and is up to date, and whether it can be written to.

    A Hall that can only read is ready: it answers questions, and refuses enrolments as BUSY.
    """
    context = request.app.state.database
    if not await database.is_ready(context):
        cause = "The database does not answer, lacks migrations, or is not the file that was opened."
        return JSONResponse({"status": "not ready", "cause": cause}, 503, headers=NO_STORE)
    if await database.accepts_writes(context):
        return JSONResponse({"status": "ready", "writes": True}, headers=NO_STORE)
    cause = "The database is a standby, or its disk is full or read-only."
    return JSONResponse({"status": "ready", "writes": False, "cause": cause}, headers=NO_STORE)
