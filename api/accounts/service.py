"""Signing in and out, and who is asking."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from api.accesslog.store import append
from api.accounts import clock_rollback, events, login_throttle, passwords, sessions
from api.accounts.events import EventOutcome, SecurityEvent
from api.accounts.fair_queue import QueueFull
from api.accounts.login_throttle import SignInAttempt, Wait
from api.accounts.models import Account, Role, Session, SessionKind
from api.accounts.password_rules import LONGEST as LONGEST_PASSWORD
from api.accounts.sessions import IDLE, LONGEST, PROGRAM, Changed, digest
from api.db.column_limits import could_hold
from api.db.database import start_background
from api.db.query.dispatch import snapshot_cache
from api.db.query.row_types import JoinedRow
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work, delete_rows, update_rows
from api.errors import DatabaseBusy, Refused
from api.text.folding import visible
from api.zone import in_shanghai

__all__ = ["PROGRAM", "Asker", "SignInAttempt", "Wait"]
# A session's idle time begins anew with each request, but is written down at most this often.
NOTED_EVERY = {SessionKind.BROWSER: timedelta(minutes=1), SessionKind.PROGRAM: timedelta(hours=1)}
# Whose rows are remembered as what follows from them.
MOST_HELD = 10_000
# How long somebody waits for whom there was no turn.
CROWD_SECONDS = 3
SESSIONS = Rows(
    Session,
    joined=("account__name", "account__role", "account__person_id", "account__organisation", "account__districts"),
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is signed in, and what follows from it."""

    session: int
    account_id: int
    account: str
    role: Role
    person: int | None
    organisation: str
    districts: frozenset[str]
    expires_at: datetime

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody who looks other people up."""
        return self.role is not Role.CITIZEN


# Who holds a session, when it began, and when it was last seen.
Held = tuple[Asker, datetime, datetime]


def account_name(typed: str) -> str:
    """Return the name of an account as it is stored, from however it was typed or pasted.

    Wrong tries are counted by it, so that invisible signs give no further ones.
    """
    return visible(typed)


async def account_named(typed: str) -> Account:
    """Return the account of that name, for its operator; raise Refused if there is none."""
    name = account_name(typed)
    account = await Rows(Account).where(name=name).one() if could_hold(Account, name=name) else None
    if account is None:
        raise Refused("There is no such account.")
    return account


async def sign_in(
    guess: SignInAttempt, password: str, *, now: datetime, leaving: str | None, reference: str
) -> tuple[Asker, str] | Wait | None:
    """Return who signed in and the secret of the new session, or None where name and password do not fit.

    A session that the same browser had before, `leaving`, ends. An unknown name takes as long as a wrong password, and
    counts as one. After too many, the answer is how long to wait, at once and whatever the password. Whatever comes of
    it is a security event, under the request's `reference`.
    """
    if clock_rollback.is_behind(now):
        await clock_rollback.end_what_had_ended(now)
    row = None
    if could_hold(Account, name=guess.account):
        row = await Rows(Account).where(name=guess.account).one()
    try:
        is_right = await _tried(guess, password, row, now)
        if isinstance(is_right, Wait):
            events.sign_in_refused(
                row, EventOutcome.CROWDED if is_right.is_crowd else EventOutcome.LIMITED, now, reference
            )
            return is_right
        if row is None or not is_right:
            events.sign_in_refused(row, EventOutcome.WRONG, now, reference)
            return None
        # Whoever hangs up now leaves it: it ends as it would have, and what was counted with it.
        signed_in = await asyncio.shield(start_background(_begin_or_take_back(row, guess, now, leaving, reference)))
    except Changed:
        events.sign_in_refused(row, EventOutcome.DISABLED, now, reference)
        return None
    except Exception:
        events.sign_in_refused(row, EventOutcome.FAILED, now, reference)
        raise
    await login_throttle.clear(now)
    return signed_in


async def _tried(guess: SignInAttempt, password: str, account: Account | None, now: datetime) -> bool | Wait:
    """Return whether a password is right, or how long to wait before it is looked at."""
    if wait := await guess.wait(now):
        return wait
    try:
        async with passwords.turns.turn(f"account {guess.account}", f"address {guess.address}"):
            # Counted only now: those who wait for their turn have not tried yet.
            if wait := await guess.count(now):
                return wait
            return await _fits(guess, password, account)
    except QueueFull:
        return Wait(CROWD_SECONDS, is_crowd=True)


async def _fits(guess: SignInAttempt, password: str, account: Account | None) -> bool:
    try:
        fitting = await passwords.fits(password[:LONGEST_PASSWORD], account.password_hash if account else None)
    except Exception:
        # No thread, no memory: nothing was learned of the password.
        start_background(guess.take_back())
        raise
    return fitting and len(password) <= LONGEST_PASSWORD


async def _begin_or_take_back(
    account: Account, guess: SignInAttempt, now: datetime, leaving: str | None, reference: str
) -> tuple[Asker, str]:
    """Begin a session; where that fails, the right password is not to count as a wrong one."""

    def work(secret: str) -> Work[Session]:
        yield from guess.forgive()
        # guard: signing-in-ends-the-earlier-session
        if leaving:
            yield from sessions.end_session(leaving)
        session = yield from sessions.create_session(account, SessionKind.BROWSER, secret, now)
        if entries := events.sign_in_entries(account, EventOutcome.DONE, now, reference):
            # guard: staff-sign-ins-are-logged
            yield from append(entries)
        return session

    try:
        signed_in = await _begin(account, work)
    except Exception:
        # guard: own-faults-are-no-wrong-tries
        start_background(guess.take_back())
        raise
    events.log(SecurityEvent.SIGN_IN, account.id, EventOutcome.DONE, reference)
    return signed_in


async def issue_token(account: str, *, now: datetime) -> str:
    """Return a bearer token for programs acting as `account`, good for ninety days; raise Refused if there is none."""
    row = await account_named(account)
    reference = secrets.token_hex(16)

    def work(secret: str) -> Work[Session]:
        session = yield from sessions.create_session(row, SessionKind.PROGRAM, secret, now)
        yield from append([events.command_entry(SecurityEvent.ISSUE_TOKEN, row, now, reference)])
        return session

    try:
        _, secret = await _begin(row, work)
    except Changed:
        raise Refused("That account is disabled. Enable it first.") from None
    events.log(SecurityEvent.ISSUE_TOKEN, row.id, EventOutcome.DONE, reference)
    return secret


async def _begin(account: Account, work: Callable[[str], Work[Session]]) -> tuple[Asker, str]:
    secret = secrets.token_urlsafe(32)
    return _asker(await in_transaction(lambda: work(secret)), account), secret


async def _session(**conditions: Any) -> Session | None:
    return await SESSIONS.where(**conditions).one()


async def find_asker(
    secret: str | None, kind: SessionKind, *, now: datetime, find: Callable[..., Awaitable[Session | None]] = _session
) -> Asker | None:
    """Return who holds the session of `secret`, or None where there is none or it has ended.

    `find` reads a session of `SESSIONS`, where it is not remembered.
    """
    if not secret:
        return None
    if clock_rollback.is_behind(now):
        await clock_rollback.end_what_had_ended(now)
    memory = snapshot_cache()
    held: Held | None = None if memory is None else memory.get((kind, secret))
    if held is None:
        row = await find(secret_digest=digest(secret), kind=kind.value)
        if row is None:
            return None
        held = _held(row)
        if memory is not None:
            memory[kind, secret] = held
    asker, started, seen = held
    if asker.expires_at <= now:
        return None
    if not _is_to_be_noted(seen, kind, now):
        return asker
    expires, started = asker.expires_at, min(started, now)
    if kind is SessionKind.BROWSER:
        expires = min(now + IDLE, started + LONGEST)
    changes = {"started_at": started, "seen_at": now, "expires_at": expires}
    try:
        await in_transaction(lambda: update_rows(Rows(Session).where(id=asker.session), **changes))
    except DatabaseBusy:
        # A standby, a full disk: what is only read is answered all the same, in a session that grows no longer.
        return asker
    return replace(asker, expires_at=expires)


def cached_asker(secret: str | None, kind: SessionKind, *, now: datetime) -> Asker | None:
    """Return who holds the session of `secret`, if that is remembered and nothing has to be noted."""
    held: Held | None = (snapshot_cache() or {}).get((kind, secret))
    if held is None or clock_rollback.is_behind(now):
        return None
    asker, _, seen = held
    return None if asker.expires_at <= now or _is_to_be_noted(seen, kind, now) else asker


def _is_to_be_noted(seen: datetime, kind: SessionKind, now: datetime) -> bool:
    # Either way: after a clock was set back, the session lives no longer from now on than any other.
    return abs(now - seen) >= NOTED_EVERY[kind]


async def sign_out(asker: Asker) -> None:
    """End the session of `asker`."""
    await in_transaction(lambda: delete_rows(Rows(Session).where(id=asker.session)))


async def end_session(asker: Asker, public_id: str, *, now: datetime) -> bool:
    """End that session of whoever asks; return whether it was the one that asks. Others' cannot be named."""
    own = await sessions.of_account(asker.account_id, now=now)
    named = [each.id for each in own if sessions.public_id(each) == public_id]
    if named:
        # guard: sessions-end-by-their-owner
        await in_transaction(lambda: delete_rows(Rows(Session).where(id__in=named, account_id=asker.account_id)))
    return asker.session in named


async def require_real_people() -> None:
    """Raise Refused where this database has accounts of the demo, whose passwords everybody knows."""
    # guard: no-demo-people-in-production
    if await Account.filter(demo=True).exists():
        raise Refused("This database has the people of the demo. A production Hall needs a database of its own.")


@lru_cache(MOST_HELD)
def _held(session: Any) -> Held:
    """Return who holds the session of a row, read with its account, when it began, and when it was last seen."""
    asker = _asker(session, JoinedRow(session, "account"))
    return asker, in_shanghai(session.started_at), in_shanghai(session.seen_at)


def _asker(session: Any, account: Any) -> Asker:
    """Return who holds a session of an account."""
    return Asker(
        session=session.id,
        account_id=session.account_id,
        account=account.name,
        role=account.role,
        person=account.person_id,
        organisation=account.organisation,
        districts=frozenset(account.districts),
        expires_at=in_shanghai(session.expires_at),
    )
