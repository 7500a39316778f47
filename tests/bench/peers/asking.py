"""Who asks, for the peers in Python: a bearer token, looked up in the Hall's own table on every request."""

from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request

# Accounts, and the condition that leaves the one whose token, by its digest, is good at a moment.
ACCOUNTS = "session JOIN account ON account.id = session.account_id"
ASKING = "session.secret_digest = ? AND session.kind = 'PROGRAM' AND session.expires_at > ?"


def digest(request: Request) -> str:
    """Return the digest of the request's token, under which its session is stored."""
    return sha256(request.headers.get("authorization", "").removeprefix("Bearer ").encode()).hexdigest()


def now() -> str:
    """Return the moment as the database writes it."""
    return str(datetime.now(UTC))
