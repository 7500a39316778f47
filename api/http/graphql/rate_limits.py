"""Rate limits: the cost that one account and one address may cause in a minute.

The cost is that of the operations, of parsing new documents and of compiling plans; for staff the number of people that
they look up is limited too.

Counters are in memory, or in a file shared by workers: see rate_limit_storage.py; several machines share them by
shared_rate_limits.py. A process knows the account of a
credential from its second request on; until then the address counts. Wrong passwords are counted in the database:
api/accounts/login_throttle.py.
"""

import logging
import math
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass

from limits.storage import Storage

from api import clock
from api.graphql.context import Budget, RequestContext
from api.http.graphql.documents import Operation
from api.http.graphql.rate_limit_storage import storage
from api.http.graphql.shared_rate_limits import SharedStorage, connect
from api.http.request_state import FIELDS
from api.http.responses import HTTPRefusal
from api.settings import Settings
from api.timeouts import running_beside

# The cost of a malformed document: parsing it may take as long as executing one.
MALFORMED = 5_000
# Beyond this multiple of the limit requests are refused before they are parsed.
REFUSE_UNREAD_FACTOR = 2
WINDOW_SECONDS = 60
MAX_CREDENTIALS = 20_000
TOO_MANY = "Too many requests: wait as long as Retry-After says."
logger = logging.getLogger("hall")


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be counted of one thing in a window; windows begin with the first count."""

    what: str
    amount: int

    def key(self, whose: str) -> str:
        """Return the name of a counter."""
        return f"{self.what}/{whose}"


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """The account of a credential."""

    account: str
    is_staff: bool


class RateLimits:
    """The rate limits of `settings`, with their counters."""

    def __init__(self, settings: Settings) -> None:
        self._shared = SharedStorage(storage(), connect(settings.limits_url)) if settings.limits_url else None
        self._storage: Storage = self._shared or storage()
        self._by_address = _a_minute(settings.rate_address_cost, "address")
        self._by_account = _a_minute(settings.rate_cost, "account")
        self._by_lookups = _a_minute(settings.rate_lookups, "looks")
        self._alarm = Limit("alarm", 1)
        self._known: OrderedDict[str, KnownCredential] = OrderedDict()
        self._is_off = not (self._by_address or self._by_account or self._by_lookups)

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Share the counters with other machines until the block ends, where the settings say with which."""
        async with nullcontext() if self._shared is None or self._is_off else running_beside(self._shared.share()):
            yield

    def admit(self, context: RequestContext) -> None:
        """Raise HTTPRefusal before the request is parsed, if this address has far exceeded its limit."""
        if self._by_address is None:
            return
        if self._storage.get(self._by_address.key(context.address)) > REFUSE_UNREAD_FACTOR * self._by_address.amount:
            raise too_many_requests(self._seconds(self._by_address, context.address))

    def admit_reading(self, context: RequestContext) -> None:
        """Raise HTTPRefusal before a new document is parsed, if this account has far exceeded its limit."""
        known = self._known_to(context)
        if self._by_account is None or known is None:
            return
        if self._storage.get(self._by_account.key(known.account)) > REFUSE_UNREAD_FACTOR * self._by_account.amount:
            raise too_many_requests(self._seconds(self._by_account, known.account))

    def charge_malformed(self, context: RequestContext) -> None:
        """Count a document that was not executed."""
        self.charge_work(context, MALFORMED)

    def charge_work(self, context: RequestContext, cost: int) -> None:
        """Count work that is done already, such as compiling; it delays later requests only."""
        known = self._known_to(context)
        if self._by_address is not None:
            self._count(self._by_address, context.address, cost)
        if self._by_account is not None and known is not None:
            self._count(self._by_account, known.account, cost)

    def charge_address(self, address: str, cost: int) -> None:
        """Count work for an address; raise HTTPRefusal where it exceeds its limit."""
        if wait := self._hit(self._by_address, address, cost):
            raise too_many_requests(wait)

    def charge(self, context: RequestContext, operation: Operation, *, reading: int) -> int:
        """Count an operation, and the reading of its document if that was new.

        Return how many seconds its sender has to wait before it is carried out, mostly none.
        """
        context.cost = cost = operation.cost + reading
        if self._is_off:
            return 0
        context.budgets = self
        # guard: cost-of-an-address
        wait = self._hit(self._by_address, context.address, cost)
        known = self._known_to(context)
        if known is None:
            return wait
        # guard: cost-of-an-account
        wait = max(wait, self._hit(self._by_account, known.account, cost))
        if known.is_staff and operation.lookups:
            lookups_wait = self._hit(self._by_lookups, known.account, operation.lookups)
            # guard: alarm-at-look-ups
            if lookups_wait and self._count(self._alarm, known.account, 1):
                extra = {FIELDS: {"request_id": context.request_id}}
                logger.warning("a member of staff looks people up faster than HALL_RATE_LOOKUPS allows", extra=extra)
            # guard: look-ups-of-staff
            wait = max(wait, lookups_wait)
        return wait

    def budget(self, context: RequestContext) -> Budget | None:
        """Return what the account may still spend, or the address while the account is not known or not limited."""
        known = self._known_to(context)
        account = None if known is None else known.account
        for limit, key in ((self._by_account, account), (self._by_address, context.address)):
            if limit is not None and key is not None:
                counter = limit.key(key)
                remaining = max(0, limit.amount - self._storage.get(counter))
                return Budget(context.cost, limit.amount, remaining, self._storage.get_expiry(counter))
        return None

    def _known_to(self, context: RequestContext) -> KnownCredential | None:
        return self._known.get(context.bearer or context.cookie or "")

    def _hit(self, limit: Limit | None, key: str, cost: int) -> int:
        if limit is None or self._count(limit, key, cost):
            return 0
        return self._seconds(limit, key)

    def _count(self, limit: Limit, key: str, cost: int) -> bool:
        """Count, and return whether the limit allows it."""
        return self._storage.incr(limit.key(key), WINDOW_SECONDS, cost) <= limit.amount

    def _seconds(self, limit: Limit, key: str) -> int:
        ends = self._storage.get_expiry(limit.key(key))
        return max(1, math.ceil(ends - clock.now().timestamp()))

    def learn(self, context: RequestContext) -> None:
        """Cache the account of the request's credential, if the request has looked it up."""
        credential = context.bearer or context.cookie
        principal = context.found
        if self._is_off or credential is None or principal is None or context.cookie_to_set is not None:
            return
        self._known[credential] = KnownCredential(principal.account, principal.is_staff)
        self._known.move_to_end(credential)
        if len(self._known) > MAX_CREDENTIALS:
            self._known.popitem(last=False)


def too_many_requests(seconds: int) -> HTTPRefusal:
    """Return the refusal of a rate-limited request."""
    extensions = {"retryAfterSeconds": seconds}
    return HTTPRefusal(429, TOO_MANY, {"Retry-After": str(seconds)}, code="RATE_LIMITED", extensions=extensions)


def _a_minute(number: int, what: str) -> Limit | None:
    return Limit(what, number) if number else None
