"""Signing in and out, and the account behind a request."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from api.accesslog.store import append
from api.accounts import clock_rollback, events, login_throttle, passwords, sessions
from api.accounts.device import device
from api.accounts.events import EventOutcome, SecurityEvent
from api.accounts.fair_queue import QueueFull
from api.accounts.login_throttle import SignInAttempt, Wait
from api.accounts.models import Account, Role, Session, SessionKind
from api.accounts.password_rules import MAX_LENGTH as MAX_PASSWORD_LENGTH
from api.accounts.sessions import IDLE_TIMEOUT, MAX_LIFETIME, TOKEN_LIFETIME, AccountChanged, digest
from api.db.column_limits import could_hold
from api.db.query.dispatch import snapshot_cache
from api.db.query.row_types import JoinedRow
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.transaction import start_background
from api.db.transactions.unit_of_work import Work, delete_rows, update_rows
from api.errors import DatabaseBusy, Refused
from api.text.folding import visible
from api.zone import in_shanghai

__all__ = ["TOKEN_LIFETIME", "Principal", "SignInAttempt", "Wait"]
# Each request restarts a session's idle time-out; the database is updated at most this often.
TOUCH_INTERVAL = {SessionKind.BROWSER: timedelta(minutes=1), SessionKind.PROGRAM: timedelta(hours=1)}
MAX_CACHED_SESSIONS = 10_000
# Retry-after for a sign-in that got no slot of the hashing queue.
OVERLOAD_RETRY_SECONDS = 3
SESSIONS = Rows(
    Session,
    joined=("account__name", "account__role", "account__person_id", "account__organisation", "account__districts"),
)


@dataclass(frozen=True, slots=True)
class Principal:
    """The account that is signed in, with its session and permissions."""

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
        """Whether this account may look up other people."""
        return self.role is not Role.CITIZEN


# The account of a session, its start, and its last use.
CachedSession = tuple[Principal, datetime, datetime]


def account_name(typed: str) -> str:
    """Return the stored form of a typed account name.

    Wrong tries are counted by this form, so that invisible characters give an attacker no further tries.
    """
    return visible(typed)


async def account_named(typed: str) -> Account:
    """Return the account of that name, for an operator; raise Refused if there is none."""
    name = account_name(typed)
    account = await Rows(Account).where(name=name).one() if could_hold(Account, name=name) else None
    if account is None:
        raise Refused("There is no such account.")
    return account


async def sign_in(
    guess: SignInAttempt, password: str, *, now: datetime, leaving: str | None, reference: str
) -> tuple[Principal, str] | Wait | None:
    """Return the account and the secret of its new session, None for a wrong name or password, or a Wait.

    The browser's previous session, `leaving`, ends. An unknown name takes as long as a wrong password and counts as
    one. After too many wrong tries, a Wait is returned at once, whatever the password. Each outcome is logged as a
    security event under the request id `reference`.
    """
    if clock_rollback.is_behind(now):
        await clock_rollback.delete_expired_sessions(now)
    row = None
    if could_hold(Account, name=guess.account):
        row = await Rows(Account).where(name=guess.account).one()
    try:
        result = await _check_password(guess, password, row, now)
        if isinstance(result, Wait):
            events.log_failed_sign_in(
                row, EventOutcome.CROWDED if result.is_overload else EventOutcome.LIMITED, now, reference
            )
            return result
        if row is None or not result:
            events.log_failed_sign_in(row, EventOutcome.WRONG, now, reference)
            return None
        # Shielded: a client that disconnects must not leave the try counted without its session.
        signed_in = await asyncio.shield(start_background(_start_session_or_undo(row, guess, now, leaving, reference)))
    except AccountChanged:
        events.log_failed_sign_in(row, EventOutcome.DISABLED, now, reference)
        return None
    except Exception:
        events.log_failed_sign_in(row, EventOutcome.FAILED, now, reference)
        raise
    await login_throttle.delete_expired(now)
    return signed_in


async def _check_password(guess: SignInAttempt, password: str, account: Account | None, now: datetime) -> bool | Wait:
    """Return whether the password is right, or the wait before it may be checked."""
    if wait := await guess.wait(now):
        return wait
    try:
        async with passwords.hashing_queue.slot(f"account {guess.account}", f"address {guess.address}"):
            # Counted only now: queued sign-ins are no tries yet.
            if wait := await guess.count(now):
                return wait
            return await _matches(guess, password, account)
    except QueueFull:
        return Wait(OVERLOAD_RETRY_SECONDS, is_overload=True)


async def _matches(guess: SignInAttempt, password: str, account: Account | None) -> bool:
    try:
        is_right = await passwords.verify_password(
            password[:MAX_PASSWORD_LENGTH], account.password_hash if account else None
        )
    except Exception:
        # Out of threads or memory: the client learned nothing about the password.
        start_background(guess.undo())
        raise
    return is_right and len(password) <= MAX_PASSWORD_LENGTH


async def _start_session_or_undo(
    account: Account, guess: SignInAttempt, now: datetime, leaving: str | None, reference: str
) -> tuple[Principal, str]:
    """Create a session; if that fails, undo the count, because the password was right."""

    def work(secret: str) -> Work[Session]:
        yield from guess.reset_pair()
        # guard: signing-in-ends-the-earlier-session
        if leaving:
            yield from sessions.end_session(leaving)
        begun_on = device(guess.user_agent, guess.address)
        session = yield from sessions.create_session(account, SessionKind.BROWSER, secret, now, begun_on)
        if entries := events.sign_in_entries(account, EventOutcome.DONE, now, reference):
            # guard: staff-sign-ins-are-logged
            yield from append(entries)
        return session

    try:
        signed_in = await _start_session(account, work)
    except Exception:
        # guard: own-faults-are-no-wrong-tries
        start_background(guess.undo())
        raise
    events.log(SecurityEvent.SIGN_IN, account.id, EventOutcome.DONE, reference)
    return signed_in


async def issue_token(account: str, *, now: datetime) -> str:
    """Return a bearer token, valid for 90 days, for programs acting as `account`; raise Refused if there is none."""
    row = await account_named(account)
    reference = secrets.token_hex(16)

    def work(secret: str) -> Work[Session]:
        session = yield from sessions.create_session(row, SessionKind.PROGRAM, secret, now)
        yield from append([events.command_entry(SecurityEvent.ISSUE_TOKEN, row, now, reference)])
        return session

    try:
        _, secret = await _start_session(row, work)
    except AccountChanged:
        raise Refused("That account is disabled. Enable it first.") from None
    events.log(SecurityEvent.ISSUE_TOKEN, row.id, EventOutcome.DONE, reference)
    return secret


async def _start_session(account: Account, work: Callable[[str], Work[Session]]) -> tuple[Principal, str]:
    secret = secrets.token_urlsafe(32)
    return _to_principal(await in_transaction(lambda: work(secret)), account), secret


async def _find_session(**conditions: Any) -> Session | None:
    return await SESSIONS.where(**conditions).one()


async def find_principal(
    secret: str | None,
    kind: SessionKind,
    *,
    now: datetime,
    find: Callable[..., Awaitable[Session | None]] = _find_session,
) -> Principal | None:
    """Return the account of an unexpired session, or None. `find` reads a session of `SESSIONS` that is not cached."""
    if not secret:
        return None
    if clock_rollback.is_behind(now):
        await clock_rollback.delete_expired_sessions(now)
    cache = snapshot_cache()
    session: CachedSession | None = None if cache is None else cache.get((kind, secret))
    if session is None:
        row = await find(secret_digest=digest(secret), kind=kind.value)
        if row is None:
            return None
        session = _to_cached(row)
        if cache is not None:
            cache[kind, secret] = session
    principal, started, seen = session
    if principal.expires_at <= now:
        return None
    if not _is_touch_due(seen, kind, now):
        return principal
    expires, started = principal.expires_at, min(started, now)
    if kind is SessionKind.BROWSER:
        expires = min(now + IDLE_TIMEOUT, started + MAX_LIFETIME)
    changes = {"started_at": started, "seen_at": now, "expires_at": expires}
    try:
        await in_transaction(lambda: update_rows(Rows(Session).where(id=principal.session), **changes))
    except DatabaseBusy:
        # On a standby or a full disk, reads still succeed; the session is just not extended.
        return principal
    return replace(principal, expires_at=expires)


def cached_principal(secret: str | None, kind: SessionKind, *, now: datetime) -> Principal | None:
    """Return the account of a cached session that needs no database update; None otherwise."""
    session: CachedSession | None = (snapshot_cache() or {}).get((kind, secret))
    if session is None or clock_rollback.is_behind(now):
        return None
    principal, _, seen = session
    return None if principal.expires_at <= now or _is_touch_due(seen, kind, now) else principal


def _is_touch_due(seen: datetime, kind: SessionKind, now: datetime) -> bool:
    # In both directions: after a clock rollback, a session must not outlive the others.
    return abs(now - seen) >= TOUCH_INTERVAL[kind]


async def sign_out(principal: Principal) -> None:
    """End the session of `principal`."""
    await in_transaction(lambda: delete_rows(Rows(Session).where(id=principal.session)))


async def end_session(principal: Principal, public_id: str, *, now: datetime) -> bool:
    """End a session of the principal's own account; return whether it was the current one."""
    own = await sessions.list_sessions(principal.account_id, now=now)
    ids = [each.id for each in own if sessions.public_id(each) == public_id]
    if ids:
        # guard: sessions-end-by-their-owner
        await in_transaction(lambda: delete_rows(Rows(Session).where(id__in=ids, account_id=principal.account_id)))
    return principal.session in ids


async def require_real_people() -> None:
    """Raise Refused if the database has accounts of the demo, whose passwords are public."""
    # guard: no-demo-people-in-production
    if await Account.filter(demo=True).exists():
        raise Refused("This database has the people of the demo. A production Hall needs a database of its own.")


@lru_cache(MAX_CACHED_SESSIONS)
def _to_cached(session: Any) -> CachedSession:
    principal = _to_principal(session, JoinedRow(session, "account"))
    return principal, in_shanghai(session.started_at), in_shanghai(session.seen_at)


def _to_principal(session: Any, account: Any) -> Principal:
    return principal_of(account, session.account_id, session=session.id, expires_at=in_shanghai(session.expires_at))


def principal_of(account: Any, account_id: int, *, session: int, expires_at: datetime) -> Principal:
    """Return an account with the permissions that it has now, in a session, or in none: 0."""
    return Principal(
        session=session,
        account_id=account_id,
        account=account.name,
        role=account.role,
        person=account.person_id,
        organisation=account.organisation,
        districts=frozenset(account.districts),
        expires_at=expires_at,
    )
