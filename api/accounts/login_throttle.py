"""Limits on wrong passwords, in the database: shared by all workers and kept across restarts.

- Pair: six wrong tries for one account from one address; then the pair is locked for 15 minutes from the sixth.
- Address: a larger limit for all accounts together, against password spraying.
- IPv6: an address is a /64. The /48 around it, which has 65,536 of them, is counted too, with larger limits, since
  mobile clients of one network may share it.
- Account: while it is attacked from many addresses, each pair gets one try. The account is never locked as a whole, so
  an attacker cannot lock out its owner, who signs in at the first try from another address.

A try is counted before its password is checked, so that disconnecting or trying in parallel gains nothing. The count is
undone if the password was right, even if the session could not be created. Only digests of accounts and addresses are
stored.
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

LOCKOUT = timedelta(minutes=15)
# guard: six-tries
PER_PAIR = 6
PER_PAIR_UNDER_ATTACK = 1
# Wrong tries from all addresses that mark an account as attacked.
ATTACK = 60
# Limits of a /48 as a multiple of those of a /64: for one account, and for all together.
WIDE_PREFIX = 48
WIDE_PAIR = 2
WIDE_ADDRESS = 10
# Seconds before each attempt to undo a count.
UNDO_DELAYS = (0, 1, 2, 4, 8, 15, 30)
# Expired counts are deleted after this time, when no transaction can be using them, so many in one statement.
RETENTION = timedelta(hours=1)
CLEANUP_BATCH = 100
TRIES = Rows(WrongTries)


@dataclass(frozen=True, slots=True)
class Wait:
    """A refused try: the client may retry after so many seconds."""

    seconds: int
    # Too many concurrent tries, not too many wrong ones.
    is_overload: bool = False


class _TooManyTries(Exception):
    """Rolls back the transaction that counted a try beyond the limit."""

    def __init__(self, wait: Wait) -> None:
        super().__init__("too many wrong tries")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A try to sign in. `per_address` limits the wrong tries of the address; None is no limit."""

    account: str
    address: str
    per_address: int | None
    user_agent: str | None = None

    @property
    def limits(self) -> dict[str, tuple[int | None, int | None]]:
        """The limit of each key, normally and while the account is attacked, in locking order."""
        pair, pair_under_attack, address = PER_PAIR, PER_PAIR_UNDER_ATTACK, self.per_address
        limits: dict[str, tuple[int | None, int | None]] = {self._pair: (pair, pair_under_attack)}
        wide = _wide_prefix(self.address)
        if wide is not None:
            limits[_digest("pair", self.account, wide)] = WIDE_PAIR * pair, WIDE_PAIR * pair_under_attack
        # guard: limit-of-an-address
        limits[_digest("address", self.address)] = address, address
        if wide is not None:
            wide_limit = None if address is None else WIDE_ADDRESS * address
            limits[_digest("address", wide)] = wide_limit, wide_limit
        limits[self._account] = None, None
        return limits

    @property
    def _pair(self) -> str:
        return _digest("pair", self.account, self.address)

    @property
    def _account(self) -> str:
        return _digest("account", self.account)

    async def wait(self, now: datetime) -> Wait | None:
        """Return the wait before this try, without counting it; None if it may be made."""
        # In UTC, as in the database: SQLite compares timestamps as text.
        rows = await TRIES.where(key__in=tuple(self.limits), until__gt=now.astimezone(UTC)).all()
        return self._wait(rows, now)

    def _wait(self, rows: Sequence[WrongTries], now: datetime, *, own: int = 0) -> Wait | None:
        """Return the wait after the counted tries; `own` of them are this one."""
        limits = self.limits
        is_attacked = any(row.key == self._account and row.wrong - own >= ATTACK for row in rows)
        full = [
            in_shanghai(row.until)
            for row in rows
            if (limit := limits[row.key][is_attacked]) is not None and row.wrong - own >= limit
        ]
        return Wait(max(1, math.ceil((max(full) - now).total_seconds()))) if full else None

    async def count(self, now: datetime) -> Wait | None:
        """Count this try as a wrong one; if it must wait, return the wait and count nothing."""
        try:
            await in_transaction(lambda: self._count(now))
        except _TooManyTries as too_many:
            return too_many.wait
        return None

    def _count(self, now: datetime) -> Work[None]:
        limits = self.limits
        for key in limits:
            yield from ensure_row(WrongTries, key=key, wrong=0, until=now + LOCKOUT)
        # Update before reading: the updates lock the rows, always in this order, which avoids deadlocks.
        for key in limits:
            yield from update_rows(TRIES.where(key=key, until__lte=now), wrong=0, until=now + LOCKOUT)
            yield from update_rows(TRIES.where(key=key), wrong__plus=1)
        rows = yield from read_rows(TRIES.where(key__in=tuple(limits)))
        # guard: wait-after-wrong-tries
        if wait := self._wait(rows, now, own=1):
            raise _TooManyTries(wait)
        if any(row.key == self._pair and row.wrong == PER_PAIR for row in rows):
            yield from update_rows(TRIES.where(key=self._pair), until=now + LOCKOUT)

    def reset_pair(self) -> Work[None]:
        """Undo the count of this try and reset the pair, in the transaction of the sign-in.

        Wrong tries from other addresses of the same /48 stay counted.
        """
        wrong = {row.key: row.wrong for row in (yield from read_rows(TRIES.where(key=self._pair)))}
        yield from update_rows(TRIES.where(key=self._pair), wrong=0)
        wide = _wide_prefix(self.address)
        if wide is not None and (own := wrong.get(self._pair, 0)) > 1:
            key = _digest("pair", self.account, wide)
            yield from update_rows(TRIES.where(key=key, wrong__gt=own - 1), wrong__plus=1 - own)
        yield from self._decrement(*[key for key in self.limits if key != self._pair])

    async def undo(self) -> None:
        """Undo the count of this try after a fault of the Hall; retry while the database is busy."""
        for seconds in UNDO_DELAYS:
            await asyncio.sleep(seconds)
            with suppress(DatabaseBusy):
                await in_transaction(lambda: self._decrement(*self.limits))
                return

    def _decrement(self, *keys: str) -> Work[None]:
        for key in keys:
            yield from update_rows(TRIES.where(key=key, wrong__gt=0), wrong__plus=-1)


async def delete_expired(now: datetime) -> None:
    """Delete some expired counts, without waiting for rows that are locked."""

    def work() -> Work[None]:
        yield Statement(DELETE_EXPIRED, [now.astimezone(UTC) - RETENTION])

    await in_transaction(work)


def _delete_expired(dialect: type[Query]) -> str:
    table, gap = meta(WrongTries).db_table, Parameter(idx=1).get_sql(dialect.SQL_CONTEXT)
    unlocked = "FOR UPDATE SKIP LOCKED" if issubclass(dialect, PostgreSQLQuery) else ""
    expired = f"SELECT id FROM {table} WHERE until <= {gap} LIMIT {CLEANUP_BATCH} {unlocked}"  # noqa: S608 - our own names
    return f"DELETE FROM {table} WHERE id IN ({expired})"  # noqa: S608 - as above


DELETE_EXPIRED = SqlByDialect(_delete_expired)


def _wide_prefix(address: str) -> str | None:
    """Return the /48 around an IPv6 address; None for other addresses."""
    try:
        network = ipaddress.ip_network(address)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv4Network):
        return None
    # guard: prefix-48-is-counted
    return str(network.supernet(new_prefix=WIDE_PREFIX)) if network.prefixlen > WIDE_PREFIX else None


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
