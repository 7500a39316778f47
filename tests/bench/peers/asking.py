"""Who asks, for the peers in Python: a bearer token, looked up in the Hall's own table on every request."""

from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request

# Accounts, and the condition that leaves the one whose token, by its digest, is good at a moment.
ACCOUNTS = "session JOIN account ON account.id = session.account_id"
ASKING = "session.secret_digest = ? AND session.kind = 'PROGRAM' AND session.expires_at > ?"
# Whoever asks for a page; nobody but staff is shown one: digest, moment.
STAFF = f"SELECT account.name, organisation, districts FROM {ACCOUNTS} WHERE {ASKING} AND role <> 'CITIZEN'"


def asked(request: Request) -> tuple[str, str]:
    """Return the digest of the request's token, under which its session is stored, and the moment."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return sha256(token.encode()).hexdigest(), str(datetime.now(UTC))
