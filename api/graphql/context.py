"""Who is asking, on which day: one Context for each request, seen by every resolver as `info.context`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from api.graphql.limits import LIMITS
from api.graphql.pagination import clamp
from api.settings import Settings

Key = TypeVar("Key")
Value = TypeVar("Value")
Load = Callable[[Sequence[Key]], Awaitable[list[Value]]]


class Caller(Protocol):
    """An account that is signed in, as far as limits and logs look at it."""

    @property
    def account(self) -> str:
        """The name of the account."""

    @property
    def is_staff(self) -> bool:
        """Whether the account looks other people up."""


@dataclass(slots=True, kw_only=True)
class RequestContext:
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
    _loaded: dict[Load[Any, Any], dict[Any, Any]] = field(default_factory=dict)
    _loaders: dict[Load[Any, Any], DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of the request, in Asia/Shanghai."""
        return self.moment.date()

    def page_size(self, first: int | None) -> int:
        """Return how many entries a page has for which so many were asked."""
        return clamp(first, self.longest_page)

    @property
    def found(self) -> Caller | None:
        """The account that is signed in, if a field has looked it up."""
        return None

    async def asker(self) -> Caller | None:
        """Return the account that is signed in, looked up once; None where there is none."""
        return None

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

    def forget(self) -> None:
        """Drop what was loaded: another account may read other things."""
        self._loaded.clear()
        self._loaders.clear()

    async def load_all(self, load: Load[Key, Value], keys: Sequence[Key]) -> list[Value]:
        """Return `load`'s values for `keys`, in one go, and remember them for the rest of the request."""
        values = await load(keys)
        self._loaded.setdefault(load, {}).update(zip(keys, values, strict=True))
        return values


Info = strawberry.Info[RequestContext, None]
