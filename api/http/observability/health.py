"""Liveness and readiness, for monitoring."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.db import database

NO_STORE = {"Cache-Control": "no-store"}


async def healthz(_: Request) -> JSONResponse:
    """Answer that the process runs."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def readyz(request: Request) -> JSONResponse:
    """Answer whether this process can answer requests, and what it cannot answer now.

    A Hall whose database cannot be reached for a while is ready: it serves the client, and answers BUSY. Otherwise a
    proxy would take all Halls out at once. One that has never reached its database is not.
    """
    context = request.app.state.database
    if context is None:
        return _not_ready("The process waits for its database.")
    match await database.condition(context):
        case database.Condition.UNFIT:
            return _not_ready("The database lacks migrations, or is not the file that was opened.")
        case database.Condition.UNREACHABLE:
            return _limited("The database does not answer.", reads=database.is_readable(context))
    if await database.accepts_writes(context):
        return JSONResponse({"status": "ready", "reads": True, "writes": True}, headers=NO_STORE)
    return _limited("The database is a standby, or its disk is full or read-only.", reads=True)


def _not_ready(cause: str) -> JSONResponse:
    return JSONResponse({"status": "not ready", "cause": cause}, 503, headers=NO_STORE)


def _limited(cause: str, *, reads: bool) -> JSONResponse:
    return JSONResponse({"status": "ready", "reads": reads, "writes": False, "cause": cause}, headers=NO_STORE)
