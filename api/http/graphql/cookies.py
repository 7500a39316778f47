"""The session's cookie: read from a request, written to an answer."""

from api.settings import Settings

MAX_SECRET_LENGTH = 256


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name: under HTTPS one that browsers accept only from this very host, and only Secure."""
    return "__Host-hall_session" if settings.is_secure else "hall_session"


def session_cookie(header: str | None, settings: Settings) -> str | None:
    """Return the secret in a Cookie header, or None if there is none."""
    if not header:
        return None
    expected = cookie_name(settings)
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == expected:
            return value if 0 < len(value) <= MAX_SECRET_LENGTH else None
    return None


def bearer_token(header: str | None) -> str | None:
    """Return the token in an Authorization header, or None if there is none.

    An empty or too long token (truncated here) is returned too: it is refused as invalid, and not treated as anonymous.
    """
    if not header:
        return None
    scheme, _, token = header.strip().partition(" ")
    token = token.strip()
    return token[: MAX_SECRET_LENGTH + 1] if scheme.lower() == "bearer" else None


def set_cookie(secret: str, settings: Settings) -> str:
    """Return the Set-Cookie header that keeps `secret`, or with an empty one forgets it.

    The browser forgets it when it is closed; how long the session lives is the server's business.
    """
    # guard: cookie-is-same-site
    # guard: cookie-is-http-only
    parts = [f"{cookie_name(settings)}={secret}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if settings.is_secure:
        # guard: cookie-is-secure
        parts.append("Secure")
    if not secret:
        parts.append("Max-Age=0")
    return "; ".join(parts)
