"""How often a wrong password may be tried, kept in the database: for every process, and across restarts.

Six wrong tries for one account from one address; then that pair waits for a quarter of an hour from the sixth. One
address has a larger number for all accounts together, against whoever tries one password on many. Of IPv6 an address is
a /64, and whoever has a /48 has 65,536 of them: so the /48 is counted beside it, with larger numbers, since telephones
of one network may share it. An account that is attacked from many addresses slows everybody's guessing down to one try
an address, but is never closed: its owner, who knows the password, signs in from an address of their own at the first
try. So nobody can lock somebody out for good.

A try is counted before its password is looked at, so that hanging up or trying in parallel wins nothing. It is taken
back if the password was right, also where the Hall then failed to begin a session. Only digests of accounts and
addresses are stored.
"""

import asyncio
import ipaddress
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter

from api.accounts.models import WrongTries
from api.adapters.tortoise import meta
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work, ensure_row, read_rows, update_rows
from api.errors import DatabaseBusy
from api.zone import in_shanghai

WAIT = timedelta(minutes=15)
# guard: six-tries
PER_PAIR = 6
PER_PAIR_UNDER_ATTACK = 1
# How many wrong tries from anywhere show that an account is attacked.
ATTACK = 60
# How many times as much a /48 may try as one of its /64: for one account, and for all together.
WIDE = 48
WIDE_PAIR = 2
WIDE_ADDRESS = 10
# When a try is taken back that could not be at once: seconds, one after the other.
TAKEN_BACK_AFTER = (0, 1, 2, 4, 8, 15, 30)
# How long after its end a count is cleared away, when nobody can be counting in it, and how many at once.
FORGOTTEN = timedelta(hours=1)
CLEARED = 100
TRIES = Rows(WrongTries)


@dataclass(frozen=True, slots=True)
class Wait:
    """There were too many tries; the next is looked at in so many seconds."""

    seconds: int
    # Whether they were not wrong, but too many at the same time.
    is_crowd: bool = False


class _TooMany(Exception):
    """Takes a transaction back that counted a try too many."""

    def __init__(self, wait: Wait) -> None:
        super().__init__("too many wrong tries")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A try: whose account, from where, and how many wrong ones the address may have. None is no limit."""

    account: str
    address: str
    per_address: int | None

    @property
    def limits(self) -> dict[str, tuple[int | None, int | None]]:
        """How many wrong ones may be counted under each key, and while the account is attacked, in locking order."""
        pair, pair_under_attack, address = PER_PAIR, PER_PAIR_UNDER_ATTACK, self.per_address
        found: dict[str, tuple[int | None, int | None]] = {self._pair: (pair, pair_under_attack)}
        wide = _wide(self.address)
        if wide is not None:
            found[_digest("pair", self.account, wide)] = WIDE_PAIR * pair, WIDE_PAIR * pair_under_attack
        # guard: limit-of-an-address
        found[_digest("address", self.address)] = address, address
        if wide is not None:
            much = None if address is None else WIDE_ADDRESS * address
            found[_digest("address", wide)] = much, much
        found[self._account] = None, None
        return found

    @property
    def _pair(self) -> str:
        return _digest("pair", self.account, self.address)

    @property
    def _account(self) -> str:
        return _digest("account", self.account)

    async def wait(self, now: datetime) -> Wait | None:
        """Return how long this try would have to wait, without counting it; None if it may be made."""
        # In UTC, as moments are stored: SQLite compares them as texts.
        rows = await TRIES.where(key__in=tuple(self.limits), until__gt=now.astimezone(UTC)).all()
        return self._wait(rows, now)

    def _wait(self, rows: Sequence[WrongTries], now: datetime, *, own: int = 0) -> Wait | None:
        """Return how long to wait where so many wrong tries were counted; `own` of them are this one."""
        limits = self.limits
        is_attacked = any(row.key == self._account and row.wrong - own >= ATTACK for row in rows)
        full = [
            in_shanghai(row.until)
            for row in rows
            if (most := limits[row.key][is_attacked]) is not None and row.wrong - own >= most
        ]
        return Wait(max(1, math.ceil((max(full) - now).total_seconds()))) if full else None

    async def count(self, now: datetime) -> Wait | None:
        """Count this try as a wrong one, or return how long it would have to wait, and count nothing."""
        try:
            await in_transaction(lambda: self._counted(now))
        except _TooMany as too_many:
            return too_many.wait
        return None

    def _counted(self, now: datetime) -> Work[None]:
        limits = self.limits
        for key in limits:
            yield from ensure_row(WrongTries, key=key, wrong=0, until=now + WAIT)
        # Counting comes first: it takes the locks, always in this order, under which the rest is read.
        for key in limits:
            yield from update_rows(TRIES.where(key=key, until__lte=now), wrong=0, until=now + WAIT)
            yield from update_rows(TRIES.where(key=key), wrong__plus=1)
        rows = yield from read_rows(TRIES.where(key__in=tuple(limits)))
        # guard: wait-after-wrong-tries
        if wait := self._wait(rows, now, own=1):
            raise _TooMany(wait)
        if any(row.key == self._pair and row.wrong == PER_PAIR for row in rows):
            yield from update_rows(TRIES.where(key=self._pair), until=now + WAIT)

    def forgive(self) -> Work[None]:
        """Take the count of this try back, inside the transaction of the sign-in, and forget the pair's wrong ones.

        Those that came from elsewhere in the same /48 stay.
        """
        wrong = {row.key: row.wrong for row in (yield from read_rows(TRIES.where(key=self._pair)))}
        yield from update_rows(TRIES.where(key=self._pair), wrong=0)
        wide = _wide(self.address)
        if wide is not None and (own := wrong.get(self._pair, 0)) > 1:
            key = _digest("pair", self.account, wide)
            yield from update_rows(TRIES.where(key=key, wrong__gt=own - 1), wrong__plus=1 - own)
        yield from self._taken_back(*[key for key in self.limits if key != self._pair])

    async def take_back(self) -> None:
        """Take the count of this try back, for the Hall failed after it; where it fails at that too, again later."""
        for seconds in TAKEN_BACK_AFTER:
            await asyncio.sleep(seconds)
            with suppress(DatabaseBusy):
                await in_transaction(lambda: self._taken_back(*self.limits))
                return

    def _taken_back(self, *keys: str) -> Work[None]:
        for key in keys:
            yield from update_rows(TRIES.where(key=key, wrong__gt=0), wrong__plus=-1)


async def clear(now: datetime) -> None:
    """Delete some of the counts that are over; whoever is counting at the same time is not waited for."""
    await in_transaction(lambda: _cleared(now))


def _cleared(now: datetime) -> Work[None]:
    yield Statement(CLEARING, [now.astimezone(UTC) - FORGOTTEN])


def _clearing(dialect: type[Query]) -> str:
    table, gap = meta(WrongTries).db_table, Parameter(idx=1).get_sql(dialect.SQL_CONTEXT)
    unlocked = "FOR UPDATE SKIP LOCKED" if issubclass(dialect, PostgreSQLQuery) else ""
    over = f"SELECT id FROM {table} WHERE until <= {gap} LIMIT {CLEARED} {unlocked}"  # noqa: S608 - our own names
    return f"DELETE FROM {table} WHERE id IN ({over})"  # noqa: S608 - as above


CLEARING = SqlByDialect(_clearing)


def _wide(address: str) -> str | None:
    """Return the /48 around an address of IPv6; None where there is none."""
    try:
        network = ipaddress.ip_network(address)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv4Network):
        return None
    # guard: prefix-48-is-counted
    return str(network.supernet(new_prefix=WIDE)) if network.prefixlen > WIDE else None


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
