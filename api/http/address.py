"""Where a request comes from, as limits count it.

It is the peer of the connection, or where HALL_TRUSTED_PROXIES names that peer, the address that it forwards: uvicorn
has put it into the scope by then, and believes nobody else.
"""

import ipaddress
from functools import lru_cache

from starlette.types import Scope

# Whoever has one address of IPv6 has its whole /64.
ONE_HOLDER = 64


def address_of(scope: Scope) -> str:
    """Return the address of the client: of IPv6 its network, and a word where there is no address."""
    client = scope.get("client")
    return _counted(client[0]) if client else "local"


@lru_cache(maxsize=4096)
def _counted(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, ONE_HOLDER), strict=False))
