"""Sessions of an account: how one begins, which one ends to make room for it, and what their owner sees of them."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter

from api.accounts.models import Account, Session, SessionKind
from api.db.query.rows import Rows
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work, delete_rows, insert_row

# guard: session-idles-15-minutes
IDLE = timedelta(minutes=15)
# guard: session-ends-after-4-hours
LONGEST = timedelta(hours=4)
PROGRAM = timedelta(days=90)
# The most sessions that an account can have, tokens of programs included; the cost of their list counts with it.
MOST_SESSIONS = 20
# OFFSET takes no LIMIT in PostgreSQL, and needs one in SQLite.
ANY_NUMBER = 1_000_000


class Changed(Exception):
    """An account was disabled, or has another password, since it was read."""


def create_session(account: Account, kind: SessionKind, secret: str, now: datetime) -> Work[Session]:
    """Begin a session of an account, or raise Changed; of as many as it may have, end the one unused for the longest.

    A browser makes room for a browser, and a token for a token, as long as there is one: a browser's sign-ins do not
    end the tokens of programs.
    """
    # Its password may have been changed since it was compared.
    [[_, password_hash, is_disabled]] = yield locked(account.id)
    # guard: disabled-account
    # guard: sign-in-under-way
    if is_disabled or password_hash != account.password_hash:
        raise Changed
    yield from delete_rows(Rows(Session).where(account_id=account.id, expires_at__lte=now))
    # guard: twenty-sessions
    yield Statement(MAKING_ROOM, [account.id, kind.value])
    return (
        yield from insert_row(
            Session,
            secret_digest=digest(secret),
            account_id=account.id,
            kind=kind,
            started_at=now,
            seen_at=now,
            expires_at=now + (IDLE if kind is SessionKind.BROWSER else PROGRAM),
        )
    )


def end_all_sessions(account: int) -> Work[int]:
    """End every session of an account, tokens included."""
    return delete_rows(Rows(Session).where(account_id=account))


def end_session(secret: str) -> Work[int]:
    """End the session of a secret."""
    return delete_rows(Rows(Session).where(secret_digest=digest(secret)))


async def of_account(account: int, *, now: datetime) -> list[Session]:
    """Return the sessions of an account that have not ended, the one used last first."""
    rows = await Rows(Session, order=("-seen_at", "-id")).where(account_id=account).first(MOST_SESSIONS).all()
    return [row for row in rows if row.expires_at > now]


def public_id(session: Any) -> str:
    """Return the public id of a session: it tells nothing of the secret, nor how many there are."""
    return f"session_{digest(f'id {session.secret_digest}')[:22]}"


def digest(secret: str) -> str:
    """Return what is stored of a secret."""
    # guard: secrets-are-digested
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def locked(account: int) -> Statement:
    """Return the statement that locks an account: its sessions begin and end one after the other, so none is missed."""
    return Statement(LOCKING, [account])


def _locking(dialect: type[Query]) -> str:
    """Return the statement that locks an account, and gives what its sessions depend on.

    SQLite has one writer anyway.
    """
    gap = Parameter(idx=1).get_sql(dialect.SQL_CONTEXT)
    update = " FOR UPDATE" if issubclass(dialect, PostgreSQLQuery) else ""
    return f"SELECT id, password_hash, disabled FROM account WHERE id = {gap}{update}"  # noqa: S608 - our own names


def _making_room(dialect: type[Query]) -> str:
    account, kind = (Parameter(idx=place).get_sql(dialect.SQL_CONTEXT) for place in (1, 2))
    order = f"CASE WHEN kind = {kind} THEN 1 ELSE 0 END, seen_at DESC, id DESC"
    owned = f"SELECT id FROM session WHERE account_id = {account}"  # noqa: S608 - as above
    return (
        f"DELETE FROM session WHERE id IN "  # noqa: S608 - as above
        f"({owned} ORDER BY {order} LIMIT {ANY_NUMBER} OFFSET {MOST_SESSIONS - 1})"
    )


LOCKING = SqlByDialect(_locking)
MAKING_ROOM = SqlByDialect(_making_room)
