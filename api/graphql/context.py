"""Who is asking, on which day: one Context for each request, seen by every resolver as `info.context`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from api.accesslog.service import Request
from api.accounts import service as accounts
from api.accounts.models import SessionKind
from api.accounts.service import Asker
from api.db.query.rows import Columns
from api.graphql.limits import LIMITS
from api.graphql.pagination import clamped
from api.people import service as people
from api.people.models import Person
from api.people.revealing import Revealing
from api.settings import Settings

Key = TypeVar("Key")
Value = TypeVar("Value")
Load = Callable[[Sequence[Key]], Awaitable[list[Value]]]


@dataclass(slots=True, kw_only=True)
class Context:
    """What a resolver may know beside its arguments. The moment is decided once, when the request arrives."""

    settings: Settings
    request_id: str
    moment: datetime
    # Where the request came from, as api/http/server/client_address.py names it.
    address: str = "somewhere"
    cookie: str | None = None
    bearer: str | None = None
    # What the answer does to the session cookie: None leaves it, a secret sets it, "" clears it.
    cookie_to_set: str | None = None
    tried_to_sign_in: bool = False
    # How many seconds a mutation has to wait, which then answers so.
    wait: int = 0
    # How many entries a page has at most: fewer than usual where the document asks for much of each.
    longest_page: int = LIMITS.max_page_size
    # Whether fields are resolved one after the other, so that nobody waits for what somebody else needs as well.
    in_turn: bool = False
    revealing: Revealing = field(init=False)
    # Who is signed in, once that is known; and the look-up that fields share as long as it is not.
    _asker: Asker | None = None
    _is_known: bool = False
    _asking: asyncio.Future[Asker | None] | None = None
    # Their own record, if it was read on the same way, with the columns that it has.
    _own: tuple[Columns, Person] | None = None
    _loaded: dict[Load[Any, Any], dict[Any, Any]] = field(default_factory=dict)
    _loaders: dict[Load[Any, Any], DataLoader[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.revealing = Revealing(self.settings.reveals_a_day)

    @property
    def today(self) -> date:
        """The day of the request, in Asia/Shanghai."""
        return self.moment.date()

    def page_size(self, first: int | None) -> int:
        """Return how many entries a page has for which so many were asked."""
        return clamped(first, self.longest_page)

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
        recalled = accounts.recalled(*self._credential(), now=self.moment)
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
            return await accounts.signed_in(secret, kind, now=self.moment)
        asker, record = await people.signed_in(secret, kind, now=self.moment, columns=own)
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
        self._loaded.clear()
        self._loaders.clear()

    def _is(self, asker: Asker | None) -> Asker | None:
        self._asker, self._is_known = asker, True
        return asker

    async def load(self, load: Load[Key, Value], key: Key) -> Value:
        """Return `load`'s value for `key`, asked together with all that this request needs of it at the same time."""
        loaded: dict[Key, Value] = self._loaded.setdefault(load, {})
        if key in loaded:
            return loaded[key]
        if self.in_turn:
            [loaded[key]] = await load([key])
            return loaded[key]
        loader = self._loaders.get(load)
        if loader is None:
            loader = self._loaders[load] = DataLoader(load_fn=load)
        value: Value = await loader.load(key)
        return value

    async def load_all(self, load: Load[Key, Value], keys: Sequence[Key]) -> list[Value]:
        """Return `load`'s values for `keys`, in one go, and remember them for the rest of the request."""
        values = await load(keys)
        self._loaded.setdefault(load, {}).update(zip(keys, values, strict=True))
        return values


Info = strawberry.Info[Context, None]
