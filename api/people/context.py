"""The request context with the account that is signed in, for resolvers of personal data."""

import asyncio
from dataclasses import dataclass, field

import strawberry

from api.accounts import service as accounts
from api.accounts.access_log import Request
from api.accounts.models import SessionKind
from api.accounts.service import Principal
from api.db.query.rows import Columns
from api.graphql.context import RequestContext
from api.people import service as people
from api.people.models import Person
from api.people.revealing import RevealLimiter


@dataclass(slots=True, kw_only=True)
class Context(RequestContext):
    """The context of a request. The account is looked up once, when a field first needs it."""

    revealing: RevealLimiter = field(init=False)
    _principal: Principal | None = None
    _is_resolved: bool = False
    # The pending look-up, shared by concurrent fields.
    _lookup: asyncio.Future[Principal | None] | None = None
    # The account's own record and its columns, if it was read in one statement with the session.
    _own: tuple[Columns, Person] | None = None

    def __post_init__(self) -> None:
        self.revealing = RevealLimiter(self.settings.reveals_a_day)

    @property
    def found(self) -> Principal | None:
        """The account, if a field has looked it up already."""
        return self._principal

    async def principal(self, own: Columns = None) -> Principal | None:
        """Return the account that is signed in, or None.

        `own` are the columns of its own record that the caller will read next.
        """
        if self._is_resolved:
            return self._principal
        cached = accounts.cached_principal(*self._credential(), now=self.moment)
        if cached is not None:
            return self._set(cached)
        if self.is_sequential:
            return self._set(await self._look_up(own))
        if self._lookup is None:
            self._lookup = asyncio.ensure_future(self._look_up(own))
        # Shielded: a failing sibling field cancels one waiting field, not the shared look-up.
        principal = await asyncio.shield(self._lookup)
        return self._principal if self._is_resolved else self._set(principal)

    async def _look_up(self, own: Columns) -> Principal | None:
        secret, kind = self._credential()
        if own is None:
            return await accounts.find_principal(secret, kind, now=self.moment)
        principal, record = await people.find_principal_with_record(secret, kind, now=self.moment, columns=own)
        self._own = None if record is None else (own, record)
        return principal

    def _credential(self) -> tuple[str | None, SessionKind]:
        return (self.cookie, SessionKind.BROWSER) if self.bearer is None else (self.bearer, SessionKind.PROGRAM)

    async def own(self, principal: Principal, columns: Columns) -> Person | None:
        """Return the principal's own record with these columns; None for staff."""
        if self._own is not None and self._own[0] == columns:
            return self._own[1]
        return await people.own_record(principal, columns)

    async def request(self) -> Request | None:
        """Return the account, time and id of the request; None without a sign-in."""
        principal = await self.principal()
        return (
            None if principal is None else Request(principal=principal, moment=self.moment, request_id=self.request_id)
        )

    def becomes(self, principal: Principal | None, cookie: str) -> None:
        """Make `principal` the account of the rest of this request, and set the browser's `cookie`."""
        self._set(principal)
        self._own = None
        self.cookie_to_set = cookie
        self.forget()

    def _set(self, principal: Principal | None) -> Principal | None:
        self._principal, self._is_resolved = principal, True
        return principal


Info = strawberry.Info[Context, None]
