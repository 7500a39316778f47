"""How often a wrong password may be tried, kept in the database: for every process, and across restarts.

Six wrong tries for one account from one address; then that pair waits for a quarter of an hour from the sixth. One
address has a larger number for all accounts together, against whoever tries one password on many. An account that is
attacked from many addresses slows everybody's guessing down to one try an address, but is never closed: its owner, who
knows the password, signs in from an address of their own at the first try. So nobody can lock somebody out for good.

A try is counted before its password is looked at, so that hanging up or trying in parallel wins nothing, and is taken
back if the password was right. Only digests of accounts and addresses are stored.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from tortoise.expressions import F

from api.accounts.models import WrongTries
from api.database import transaction
from api.zone import in_shanghai

WAIT = timedelta(minutes=15)
PER_PAIR = 6
PER_PAIR_UNDER_ATTACK = 1
# How many wrong tries from anywhere show that an account is attacked.
ATTACK = 60
# How long after its end a count is cleared away, when nobody can be counting in it, and how many at once.
FORGOTTEN = timedelta(hours=1)
CLEARED = 100


@dataclass(frozen=True, slots=True)
class Wait:
    """There were too many wrong tries; the next is looked at in so many seconds."""

    seconds: int


class _TooMany(Exception):
    """Takes a transaction back that counted a try too many."""

    def __init__(self, wait: Wait) -> None:
        super().__init__("too many wrong tries")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Guess:
    """A try: whose account, from where, and how many wrong ones the address may have. None is no limit."""

    account: str
    address: str
    per_address: int | None

    @property
    def keys(self) -> tuple[str, str, str]:
        """The keys under which the pair, the address and the account are counted."""
        return (
            _digest("pair", self.account, self.address),
            _digest("address", self.address),
            _digest("account", self.account),
        )

    async def wait(self, now: datetime) -> Wait | None:
        """Return how long this try would have to wait, without counting it; None if it may be made."""
        # In UTC, as moments are stored: SQLite compares them as texts.
        rows = await WrongTries.filter(key__in=self.keys, until__gt=now.astimezone(UTC))
        return self._wait({row.key: row for row in rows}, now)

    def _wait(self, rows: dict[str, WrongTries], now: datetime) -> Wait | None:
        pair, address, account = (rows.get(key) for key in self.keys)
        per_pair = PER_PAIR_UNDER_ATTACK if account is not None and account.wrong >= ATTACK else PER_PAIR
        full = [
            in_shanghai(row.until)
            for row, most in ((pair, per_pair), (address, self.per_address))
            if row is not None and most is not None and row.wrong >= most
        ]
        return Wait(max(1, math.ceil((max(full) - now).total_seconds()))) if full else None

    async def count(self, now: datetime) -> Wait | None:
        """Count this try as a wrong one, or return how long it would have to wait, and count nothing."""
        now = now.astimezone(UTC)

        async def counted() -> None:
            begun = [WrongTries(key=key, wrong=0, until=now + WAIT) for key in self.keys]
            await WrongTries.bulk_create(begun, ignore_conflicts=True)
            # Counting comes first: it takes the locks, always in this order, under which the rest is read.
            for key in self.keys:
                await WrongTries.filter(key=key, until__lte=now).update(wrong=0, until=now + WAIT)
                await WrongTries.filter(key=key).update(wrong=F("wrong") + 1)
            rows = {row.key: row for row in await WrongTries.filter(key__in=self.keys)}
            for row in rows.values():
                row.wrong -= 1
            if wait := self._wait(rows, now):
                raise _TooMany(wait)
            if rows[self.keys[0]].wrong + 1 == PER_PAIR:
                await WrongTries.filter(key=self.keys[0]).update(until=now + WAIT)

        try:
            await transaction(counted)
        except _TooMany as too_many:
            return too_many.wait
        return None

    async def forgive(self) -> None:
        """Take the count of this try back, inside the transaction of the sign-in, and forget the pair's wrong ones."""
        pair, *others = self.keys
        await WrongTries.filter(key=pair).update(wrong=0)
        for key in others:
            await WrongTries.filter(key=key, wrong__gt=0).update(wrong=F("wrong") - 1)


async def clear(now: datetime) -> None:
    """Delete some of the counts that are over; whoever is counting at the same time is not waited for."""

    async def cleared() -> None:
        over = (
            WrongTries.filter(until__lte=now.astimezone(UTC) - FORGOTTEN)
            .limit(CLEARED)
            .select_for_update(skip_locked=True)
        )
        await WrongTries.filter(id__in=await over.values_list("id", flat=True)).delete()

    await transaction(cleared)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
