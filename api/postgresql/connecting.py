"""A connection to PostgreSQL: to the first host of an address that answers and is what is wanted.

asyncpg goes through the hosts too, but within one limit for all of them: a host that swallows what it is sent would
leave no time for the next. libpq has the limit for each, and so it is here.
"""

from typing import Any

import asyncpg
from asyncpg.exceptions import CannotConnectNowError, TargetServerAttributeNotMatched

from api.postgresql.address import Address

# What the next host may be better at; a password that is wrong for one is wrong for all.
NEXT = (OSError, CannotConnectNowError, TargetServerAttributeNotMatched)


async def connect(address: Address, *, timeout: float, **options: Any) -> asyncpg.Connection:
    """Return a connection that took at most `timeout` seconds; raise what the last host raised where there is none."""
    failure: Exception = ConnectionError("the address has no host")
    for session in _sessions(address):
        for place in address.places:
            host, port = (place, None) if isinstance(place, str) else place
            try:
                return await asyncpg.connect(
                    address.dsn,
                    host=host,
                    port=port,
                    target_session_attrs=session,
                    timeout=address.seconds or timeout,
                    **options,
                )
            except NEXT as error:
                failure = error
    raise failure


def _sessions(address: Address) -> tuple[str, ...]:
    """Return which kinds of server are looked for, one after the other."""
    return ("standby", "any") if address.session == "prefer-standby" else (address.session,)
