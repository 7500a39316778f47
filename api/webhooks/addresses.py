"""Where messages may be sent: to hosts that the operator names in HALL_WEBHOOK_HOSTS, over HTTPS."""

from typing import NamedTuple
from urllib.parse import urlsplit

from api.errors import Refused
from api.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PORTS = {"https": 443, "http": 80}
MAX_LENGTH = 500


class Address(NamedTuple):
    """A URL in its parts, as they are needed for a request."""

    host: str
    port: int
    is_encrypted: bool
    target: str
    authority: str


def address_of(url: str, settings: Settings) -> Address:
    """Return the parts of a URL; raise Refused where nothing may be sent to it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("That is no URL. Name one like https://hub.example/hall.") from None
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or parts.fragment or not url.isascii() or len(url) > MAX_LENGTH:
        raise Refused(f"A URL has a host, no account and no fragment, and at most {MAX_LENGTH} characters of ASCII.")
    # guard: messages-are-encrypted
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.is_demo and host in LOOPBACK):
        raise Refused("Messages are sent over https://; in the demo also over http:// to this machine.")
    bracketed = f"[{host}]" if ":" in host else host
    is_usual = port is None or port == PORTS[parts.scheme]
    authority = bracketed if is_usual else f"{bracketed}:{port}"
    # guard: messages-go-to-named-hosts
    if authority not in settings.webhook_hosts:
        raise Refused(f"HALL_WEBHOOK_HOSTS does not name {authority}. Add it there first, for every Hall.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(host, port or PORTS[parts.scheme], parts.scheme == "https", target, authority)
