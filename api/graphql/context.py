"""The context of one request, which resolvers see as `info.context`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter
from typing import Any, Protocol, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from api.graphql.limits import LIMITS
from api.graphql.pagination import Window, clamp
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


@dataclass(frozen=True, slots=True)
class Budget:
    """What a request costs, and what its sender may spend until a moment, in seconds since 1970."""

    cost: int
    limit: int
    remaining: int
    reset_at: float


class Budgets(Protocol):
    """The rate limits, as far as a resolver shows them."""

    def budget(self, context: "RequestContext") -> Budget | None:
        """Return the budget of the sender of a request; None where nothing is limited."""


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """What resolvers may use beside their arguments. The moment is fixed when the request arrives."""

    settings: Settings
    request_id: str
    moment: datetime
    # When the request began, by `perf_counter`: its time-out counts from then.
    began: float = field(default_factory=perf_counter)
    # The client's address, as rate limits count it: see api/http/server/client_address.py.
    address: str = "somewhere"
    cookie: str | None = None
    bearer: str | None = None
    user_agent: str | None = None
    # The response leaves the session cookie (None), sets it (a secret) or clears it ("").
    cookie_to_set: str | None = None
    tried_to_sign_in: bool = False
    # Seconds that a rate-limited mutation has to wait; 0 where it may run.
    wait: int = 0
    # What the request was charged, and by whom.
    cost: int = 0
    budgets: Budgets | None = None
    # The longest page; shorter than usual where the document selects much of each entry.
    max_page_size: int = LIMITS.max_page_size
    # Whether fields are resolved sequentially, so that loads need no batching.
    is_sequential: bool = False
    _loaded: dict[Load[Any, Any], dict[Any, Any]] = field(default_factory=dict)
    _loaders: dict[Load[Any, Any], DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of the request, in Asia/Shanghai."""
        return self.moment.date()

    def window(self, first: int | None, after: str | None, last: int | None, before: str | None) -> Window:
        """Return the part of a list that the arguments of a connection request; `last` outranks `first`."""
        is_last = last is not None
        return Window(clamp(last if is_last else first, self.max_page_size), after, before, is_last=is_last)

    def budget(self) -> Budget | None:
        """Return what the request costs and what its sender may still spend; None where nothing is limited."""
        return None if self.budgets is None else self.budgets.budget(self)

    @property
    def found(self) -> Caller | None:
        """The account that is signed in, if a field has looked it up."""
        return None

    async def principal(self) -> Caller | None:
        """Return the account that is signed in, looked up once; None where there is none."""
        return None

    async def load(self, load: Load[Key, Value], key: Key) -> Value:
        """Return `load`'s value for `key`, batched with other keys of this request, and cached for the request."""
        loaded: dict[Key, Value] = self._loaded.setdefault(load, {})
        if key in loaded:
            return loaded[key]
        if self.is_sequential:
            [loaded[key]] = await load([key])
            return loaded[key]
        loader = self._loaders.get(load)
        if loader is None:
            loader = self._loaders[load] = DataLoader(load_fn=load)
        value: Value = await loader.load(key)
        return value

    def forget(self) -> None:
        """Clear the cache: another account may read other data."""
        self._loaded.clear()
        self._loaders.clear()

    async def load_all(self, load: Load[Key, Value], keys: Sequence[Key]) -> list[Value]:
        """Return `load`'s values for `keys` from one call, and cache them for the request."""
        values = await load(keys)
        self._loaded.setdefault(load, {}).update(zip(keys, values, strict=True))
        return values


Info = strawberry.Info[RequestContext, None]
