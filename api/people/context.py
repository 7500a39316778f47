"""The request context with the account that is signed in, for resolvers of personal data."""

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
from api.people.revealing import RevealLimiter


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """The context of a request. The account is looked up once, when a field first needs it."""

    revealing: RevealLimiter = field(init=False)
    _asker: Asker | None = None
    _is_resolved: bool = False
    # The pending look-up, shared by concurrent fields.
    _lookup: asyncio.Future[Asker | None] | None = None
    # The account's own record and its columns, if it was read in one statement with the session.
    _own: tuple[Columns, Person] | None = None

    def __post_init__(self) -> None:
        self.revealing = RevealLimiter(self.settings.reveals_a_day)

    @property
    def found(self) -> Asker | None:
        """The account, if a field has looked it up already."""
        return self._asker

    async def asker(self, own: Columns = None) -> Asker | None:
        """Return the account that is signed in, or None.

        `own` are the columns of its own record that the caller will read next.
        """
        if self._is_resolved:
            return self._asker
        cached = accounts.cached_asker(*self._credential(), now=self.moment)
        if cached is not None:
            return self._set(cached)
        if self.in_turn:
            return self._set(await self._look_up(own))
        if self._lookup is None:
            self._lookup = asyncio.ensure_future(self._look_up(own))
        # Shielded: a failing sibling field cancels one waiting field, not the shared look-up.
        asker = await asyncio.shield(self._lookup)
        return self._asker if self._is_resolved else self._set(asker)

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
        """Return the asker's own record with these columns; None for staff."""
        if self._own is not None and self._own[0] == columns:
            return self._own[1]
        return await people.own_record(asker, columns)

    async def request(self) -> Request | None:
        """Return the account, time and id of the request; None without a sign-in."""
        asker = await self.asker()
        return None if asker is None else Request(asker=asker, moment=self.moment, request_id=self.request_id)

    def becomes(self, asker: Asker | None, cookie: str) -> None:
        """Make `asker` the account of the rest of this request, and set the browser's `cookie`."""
        self._set(asker)
        self._own = None
        self.cookie_to_set = cookie
        self.forget()

    def _set(self, asker: Asker | None) -> Asker | None:
        self._asker, self._is_resolved = asker, True
        return asker


Info = strawberry.Info[Context, None]
