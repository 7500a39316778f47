"""Authentication of the Python peers: a bearer token, looked up in the Hall's own table for every request."""

from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request

# Accounts, and the condition for the one with a valid token. Parameters: digest, time.
ACCOUNTS = "session JOIN account ON account.id = session.account_id"
VALID_TOKEN = "session.secret_digest = ? AND session.kind = 'PROGRAM' AND session.expires_at > ?"
# The account of a page request, which must be of staff. Parameters: digest, time.
STAFF = f"SELECT account.name, organisation, districts FROM {ACCOUNTS} WHERE {VALID_TOKEN} AND role <> 'CITIZEN'"


def token_parameters(request: Request) -> tuple[str, str]:
    """Return the digest of the request's token, and the time."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return sha256(token.encode()).hexdigest(), str(datetime.now(UTC))
