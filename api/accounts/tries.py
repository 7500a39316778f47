"""How often a wrong password may be tried, kept in the database: for every process, and across restarts.

Six wrong tries for one account from one address; then that pair waits for a quarter of an hour from the sixth. One
address has a larger number for all accounts together, against whoever tries one password on many. An account that is
attacked from many addresses slows everybody's guessing down to one try an address, but is never closed: its owner, who
knows the password, signs in from an address of their own at the first try. So nobody can lock somebody out for good.

A try is counted before its password is looked at, so that hanging up or trying in parallel wins nothing, and is taken
back if the password was right. Only digests of accounts and addresses are stored.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter

from api.accounts.models import WrongTries
from api.reading.rows import Rows
from api.writing.statements import Statement, Wording
from api.writing.transactions import written
from api.writing.work import Work, ensured, read, updated
from api.zone import in_shanghai

WAIT = timedelta(minutes=15)
PER_PAIR = 6
PER_PAIR_UNDER_ATTACK = 1
# How many wrong tries from anywhere show that an account is attacked.
ATTACK = 60
# How long after its end a count is cleared away, when nobody can be counting in it, and how many at once.
FORGOTTEN = timedelta(hours=1)
CLEARED = 100
TRIES = Rows(WrongTries)


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
        rows = await TRIES.where(key__in=self.keys, until__gt=now.astimezone(UTC)).all()
        return self._wait(rows, now)

    def _wait(self, rows: Sequence[WrongTries], now: datetime, *, own: int = 0) -> Wait | None:
        """Return how long to wait where so many wrong tries were counted; `own` of them are this one."""
        counted = {row.key: row for row in rows}
        pair, address, account = (counted.get(key) for key in self.keys)
        per_pair = PER_PAIR_UNDER_ATTACK if account is not None and account.wrong - own >= ATTACK else PER_PAIR
        full = [
            in_shanghai(row.until)
            for row, most in ((pair, per_pair), (address, self.per_address))
            if row is not None and most is not None and row.wrong - own >= most
        ]
        return Wait(max(1, math.ceil((max(full) - now).total_seconds()))) if full else None

    async def count(self, now: datetime) -> Wait | None:
        """Count this try as a wrong one, or return how long it would have to wait, and count nothing."""
        try:
            await written(lambda: self._counted(now))
        except _TooMany as too_many:
            return too_many.wait
        return None

    def _counted(self, now: datetime) -> Work[None]:
        for key in self.keys:
            yield from ensured(WrongTries, key=key, wrong=0, until=now + WAIT)
        # Counting comes first: it takes the locks, always in this order, under which the rest is read.
        for key in self.keys:
            yield from updated(TRIES.where(key=key, until__lte=now), wrong=0, until=now + WAIT)
            yield from updated(TRIES.where(key=key), wrong__plus=1)
        rows = yield from read(TRIES.where(key__in=self.keys))
        if wait := self._wait(rows, now, own=1):
            raise _TooMany(wait)
        pair = self.keys[0]
        if any(row.key == pair and row.wrong == PER_PAIR for row in rows):
            yield from updated(TRIES.where(key=pair), until=now + WAIT)

    def forgive(self) -> Work[None]:
        """Take the count of this try back, inside the transaction of the sign-in, and forget the pair's wrong ones."""
        pair, *others = self.keys
        yield from updated(TRIES.where(key=pair), wrong=0)
        for key in others:
            yield from updated(TRIES.where(key=key, wrong__gt=0), wrong__plus=-1)


async def clear(now: datetime) -> None:
    """Delete some of the counts that are over; whoever is counting at the same time is not waited for."""
    await written(lambda: _cleared(now))


def _cleared(now: datetime) -> Work[None]:
    yield Statement(CLEARING, [now.astimezone(UTC) - FORGOTTEN])


def _clearing(dialect: type[Query]) -> str:
    table, gap = WrongTries._meta.db_table, Parameter(idx=1).get_sql(dialect.SQL_CONTEXT)  # noqa: SLF001 - Tortoise's description of its models
    unlocked = "FOR UPDATE SKIP LOCKED" if issubclass(dialect, PostgreSQLQuery) else ""
    over = f"SELECT id FROM {table} WHERE until <= {gap} LIMIT {CLEARED} {unlocked}"  # noqa: S608 - our own names
    return f"DELETE FROM {table} WHERE id IN ({over})"  # noqa: S608 - as above


CLEARING = Wording(_clearing)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
