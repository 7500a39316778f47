"""Sessions of an account: creating, ending and listing them."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter

from api.accounts.device import UNKNOWN, Device
from api.accounts.models import Account, Session, SessionKind
from api.db.query.rows import Rows
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work, delete_rows, insert_row

# guard: session-idles-15-minutes
IDLE_TIMEOUT = timedelta(minutes=15)
# guard: session-ends-after-4-hours
MAX_LIFETIME = timedelta(hours=4)
TOKEN_LIFETIME = timedelta(days=90)
# Per account, including tokens of programs. The query cost of the list of sessions uses it.
MAX_SESSIONS = 20
# SQLite requires a LIMIT before OFFSET.
NO_LIMIT = 1_000_000


class AccountChanged(Exception):
    """The account was disabled, or got another password, since it was read."""


def create_session(
    account: Account, kind: SessionKind, secret: str, now: datetime, device: Device = UNKNOWN
) -> Work[Session]:
    """Create a session, or raise AccountChanged; at the limit, delete the least recently used one.

    Sessions of the same kind are deleted first, so that a browser's sign-ins do not end the tokens of programs.
    """
    # The password may have been changed since it was verified.
    [[_, password_hash, is_disabled]] = yield lock_account(account.id)
    # guard: disabled-account
    # guard: sign-in-under-way
    if is_disabled or password_hash != account.password_hash:
        raise AccountChanged
    yield from delete_rows(Rows(Session).where(account_id=account.id, expires_at__lte=now))
    # guard: twenty-sessions
    yield Statement(DELETE_SURPLUS, [account.id, kind.value])
    return (
        yield from insert_row(
            Session,
            secret_digest=digest(secret),
            account_id=account.id,
            kind=kind,
            started_at=now,
            seen_at=now,
            expires_at=now + (IDLE_TIMEOUT if kind is SessionKind.BROWSER else TOKEN_LIFETIME),
            device=device.name or None,
            network=device.network or None,
        )
    )


def end_all_sessions(account: int) -> Work[int]:
    """End every session of an account, tokens included."""
    return delete_rows(Rows(Session).where(account_id=account))


def end_session(secret: str) -> Work[int]:
    """End the session of a secret."""
    return delete_rows(Rows(Session).where(secret_digest=digest(secret)))


async def list_sessions(account: int, *, now: datetime) -> list[Session]:
    """Return the unexpired sessions of an account, the most recently used first."""
    rows = await Rows(Session, order=("-seen_at", "-id")).where(account_id=account).first(MAX_SESSIONS).all()
    return [row for row in rows if row.expires_at > now]


def public_id(session: Any) -> str:
    """Return the public id of a session, which reveals neither its secret nor the number of sessions."""
    return f"session_{digest(f'id {session.secret_digest}')[:22]}"


def digest(secret: str) -> str:
    """Return the digest under which a secret is stored."""
    # guard: secrets-are-digested
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def lock_account(account: int) -> Statement:
    """Lock an account, which serializes changes of its sessions, and select what they depend on."""
    return Statement(LOCK_ACCOUNT, [account])


def _lock_account(dialect: type[Query]) -> str:
    # SQLite has a single writer anyway.
    gap = Parameter(idx=1).get_sql(dialect.SQL_CONTEXT)
    update = " FOR UPDATE" if issubclass(dialect, PostgreSQLQuery) else ""
    return f"SELECT id, password_hash, disabled FROM account WHERE id = {gap}{update}"  # noqa: S608 - our own names


def _delete_surplus(dialect: type[Query]) -> str:
    account, kind = (Parameter(idx=number).get_sql(dialect.SQL_CONTEXT) for number in (1, 2))
    order = f"CASE WHEN kind = {kind} THEN 1 ELSE 0 END, seen_at DESC, id DESC"
    owned = f"SELECT id FROM session WHERE account_id = {account}"  # noqa: S608 - as above
    return (
        f"DELETE FROM session WHERE id IN "  # noqa: S608 - as above
        f"({owned} ORDER BY {order} LIMIT {NO_LIMIT} OFFSET {MAX_SESSIONS - 1})"
    )


LOCK_ACCOUNT = SqlByDialect(_lock_account)
DELETE_SURPLUS = SqlByDialect(_delete_surplus)
