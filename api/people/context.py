"""Who asks: the request's context with the account that is signed in, as resolvers of personal data see it."""

import asyncio
from dataclasses import dataclass, field

import strawberry

from api.accounts import service as accounts
from api.accounts.access_log import Request
from api.accounts.models import SessionKind
from api.accounts.service import Asker
from api.db.query.rows import Columns
from api.graphql.context import RequestContext
from api.people import service as people
from api.people.models import Person
from api.people.revealing import Revealing


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """The context of a request to the Hall. The account is looked up once, when a field first needs it."""

    revealing: Revealing = field(init=False)
    # The account that is signed in, once that is known; and the look-up that fields share until then.
    _asker: Asker | None = None
    _is_known: bool = False
    _asking: asyncio.Future[Asker | None] | None = None
    # The account's own record, if one statement read it with the session, with the columns that it has.
    _own: tuple[Columns, Person] | None = None

    def __post_init__(self) -> None:
        self.revealing = Revealing(self.settings.reveals_a_day)

    @property
    def found(self) -> Asker | None:
        """Who is signed in, as far as anybody wanted to know yet, and could be told."""
        return self._asker

    async def asker(self, own: Columns = None) -> Asker | None:
        """Return who is signed in, looked up once, when somebody first wants to know; None when nobody is.

        `own` are the columns of their own record that will be wanted, if that is known.
        """
        if self._is_known:
            return self._asker
        recalled = accounts.cached_asker(*self._credential(), now=self.moment)
        if recalled is not None:
            return self._is(recalled)
        if self.in_turn:
            return self._is(await self._look_up(own))
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._look_up(own))
        # Shielded: a failing sibling field cancels the one who waits, not the look-up that others wait for too.
        found = await asyncio.shield(self._asking)
        return self._asker if self._is_known else self._is(found)

    async def _look_up(self, own: Columns) -> Asker | None:
        secret, kind = self._credential()
        if own is None:
            return await accounts.find_asker(secret, kind, now=self.moment)
        asker, record = await people.find_asker_with_record(secret, kind, now=self.moment, columns=own)
        self._own = None if record is None else (own, record)
        return asker

    def _credential(self) -> tuple[str | None, SessionKind]:
        return (self.cookie, SessionKind.BROWSER) if self.bearer is None else (self.bearer, SessionKind.PROGRAM)

    async def own(self, asker: Asker, columns: Columns) -> Person | None:
        """Return the own record of whoever is signed in, with these columns; None for staff."""
        if self._own is not None and self._own[0] == columns:
            return self._own[1]
        return await people.own(asker, columns)

    async def request(self) -> Request | None:
        """Return who asks, when, and under which id; None when nobody is signed in."""
        asker = await self.asker()
        return None if asker is None else Request(asker=asker, moment=self.moment, request_id=self.request_id)

    def becomes(self, asker: Asker | None, cookie: str) -> None:
        """From now on in this request `asker` is signed in; the browser is told by `cookie`."""
        self._is(asker)
        self._own = None
        self.cookie_to_set = cookie
        self.forget()

    def _is(self, asker: Asker | None) -> Asker | None:
        self._asker, self._is_known = asker, True
        return asker


Info = strawberry.Info[Context, None]
