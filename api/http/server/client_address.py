"""The client's address, as rate limits count it.

It is the peer of the connection, or the address that the peer forwards where HALL_TRUSTED_PROXIES names the peer:
uvicorn has replaced it in the scope by then.
"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import Scope

# A client with one IPv6 address usually has its whole /64.
ONE_HOLDER = 64


def client_address(scope: Scope) -> str:
    """Return the address of the client: of IPv6 its network, and a word where there is no address."""
    client = scope.get("client")
    return _counted(client[0]) if client else "local"


def comes_from(scope: Scope, networks: Sequence[str]) -> bool:
    """Return whether the client is in one of `networks`: addresses, or networks as 10.0.0.0/8."""
    client = scope.get("client")
    address = _read(client[0]) if client else None
    return address is not None and any(address in ipaddress.ip_network(network) for network in networks)


@lru_cache(maxsize=4096)
def _counted(text: str) -> str:
    address = _read(text)
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, ONE_HOLDER), strict=False))


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address; an IPv4-mapped IPv6 address becomes IPv4."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
