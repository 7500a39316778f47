"""A connection to PostgreSQL: to the first host of an address that answers and is what is wanted.

asyncpg goes through the hosts too, but within one limit for all of them: a host that swallows what it is sent would
leave no time for the next. libpq has the limit for each, and so it is here.
"""

import socket
from contextlib import suppress
from typing import Any

import asyncpg
from asyncpg.exceptions import CannotConnectNowError, TargetServerAttributeNotMatched

from api.adapters.asyncpg import socket_of
from api.db.postgresql.dsn import Address

# Seconds without a word until the peer is asked, between asking again, and how often.
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
# What the next host may be better at; a password that is wrong for one is wrong for all.
NEXT = (OSError, CannotConnectNowError, TargetServerAttributeNotMatched)


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection that is given up where its server does not say good-bye in time, which is no fault of anybody's."""

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the connection; asyncpg gives it up before it raises."""
        with suppress(TimeoutError):
            await super().close(timeout=timeout)


async def connect(address: Address, *, timeout: float, **options: Any) -> asyncpg.Connection:
    """Return a connection that took at most `timeout` seconds; raise what the last host raised where there is none."""
    failure: Exception = ConnectionError("the address has no host")
    for session in _sessions(address):
        for place in address.places:
            host, port = (place, None) if isinstance(place, str) else place
            try:
                connection = await asyncpg.connect(
                    address.dsn,
                    host=host,
                    port=port,
                    target_session_attrs=session,
                    timeout=address.seconds or timeout,
                    **options,
                )
            except NEXT as error:
                failure = error
                continue
            _keep_alive(connection)
            return connection
    raise failure


def _keep_alive(connection: asyncpg.Connection) -> None:
    """Have the system ask the peer of an idle connection, so that no firewall forgets it, and a dead one is closed."""
    peer = socket_of(connection)
    if peer is None or peer.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEPALIVE.items():
        # Not every system has each.
        if hasattr(socket, option):
            peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _sessions(address: Address) -> tuple[str, ...]:
    """Return which kinds of server are looked for, one after the other."""
    return ("standby", "any") if address.session == "prefer-standby" else (address.session,)
