"""The addresses for witnesses: the newest checkpoint, and the proof that it continues one that they have kept.

They are below the name of the log, if that is the public address and /access-log.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from api.accesslog.consistency import Removed, UnknownSize, proof_since
from api.accesslog.tree import latest
from api.errors import DatabaseError
from api.http.graphql.execution import BUSY
from api.http.responses import HTTPRefusal

# Of a size, so that each fits into the column.
MAX_DIGITS = 18
# As much as a large query: at most forty subtrees, each of one checkpoint.
COST = 20_000
WAITING = HTTPRefusal(503, BUSY, {"Retry-After": "1"}, code="BUSY")
NO_CHECKPOINT = HTTPRefusal(
    404, "The access log has no checkpoint yet; there is one within a minute of its first entry."
)
NO_SIZE = HTTPRefusal(
    400,
    "Add ?old=SIZE: the size of the checkpoint that you have kept, which is the number in its second line, or 0 if you "
    "have kept none.",
)
UNKNOWN_SIZE = HTTPRefusal(
    404,
    "The access log has no checkpoint of this size. If you have kept one with a valid signature, the log does not "
    "continue it: it was rewritten, or restored from a backup. Keep yours, and ask the operator.",
)
REMOVED = HTTPRefusal(
    410,
    "Entries that the proof needs have been removed after their time. Ask from a checkpoint of the last six months.",
)


class Witnesses:
    """What witnesses may ask; `charge` counts what a request costs, and refuses too many."""

    def __init__(self, charge: Callable[[Scope, int], None]) -> None:
        self._charge = charge

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [Route("/access-log/checkpoint", self.checkpoint), Route("/access-log/consistency", self.consistency)]

    async def checkpoint(self, request: Request) -> ASGIApp:
        """Answer the newest checkpoint."""
        return await self._answered(request, self._newest)

    async def consistency(self, request: Request) -> ASGIApp:
        """Answer the newest checkpoint, with the proof that it continues the one whose size is `old`."""
        return await self._answered(request, self._proof)

    async def _newest(self, _: Request) -> str | None:
        newest = await latest()
        return None if newest is None else newest.note

    async def _proof(self, request: Request) -> str | None:
        size = request.query_params.get("old", "")
        if not (size.isascii() and size.isdigit() and len(size) <= MAX_DIGITS):
            raise NO_SIZE
        # guard: proofs-for-witnesses-are-counted
        self._charge(request.scope, COST)
        return await proof_since(int(size))

    async def _answered(self, request: Request, answer: Callable[[Request], Awaitable[str | None]]) -> ASGIApp:
        if request.app.state.database is None:
            return WAITING.answer()
        try:
            text = await answer(request)
        except HTTPRefusal as refusal:
            return refusal.answer()
        except DatabaseError:
            return WAITING.answer()
        except UnknownSize:
            return UNKNOWN_SIZE.answer()
        except Removed:
            return REMOVED.answer()
        if text is None:
            return NO_CHECKPOINT.answer()
        return PlainTextResponse(text, headers={"Cache-Control": "no-store"})
