"""Connects to the first host of a PostgreSQL address that answers and has the requested session attributes.

asyncpg has one time-out for all hosts, so a host that drops packets leaves no time for the next. This module has a
time-out for each host, as libpq does.
"""

import socket
from contextlib import suppress
from typing import Any

import asyncpg
from asyncpg.exceptions import CannotConnectNowError, TargetServerAttributeNotMatched

from api.adapters.asyncpg import socket_of
from api.db.postgresql.dsn import Address

# TCP keep-alive: seconds before the first probe, seconds between probes, number of probes.
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
# Errors after which the next host is tried; authentication errors are the same on all hosts.
RETRIABLE = (OSError, CannotConnectNowError, TargetServerAttributeNotMatched)


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection whose close ignores a time-out: asyncpg has then terminated it."""

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the connection."""
        with suppress(TimeoutError):
            await super().close(timeout=timeout)


async def connect(address: Address, *, timeout: float, **options: Any) -> asyncpg.Connection:
    """Connect within `timeout` seconds for each host; raise the last host's error where none accepts."""
    failure: Exception = ConnectionError("the address has no host")
    for session in _sessions(address):
        for location in address.hosts:
            host, port = (location, None) if isinstance(location, str) else location
            try:
                connection = await asyncpg.connect(
                    address.dsn,
                    host=host,
                    port=port,
                    target_session_attrs=session,
                    timeout=address.connect_timeout or timeout,
                    **options,
                )
            except RETRIABLE as error:
                failure = error
                continue
            _enable_keep_alive(connection)
            return connection
    raise failure


def _enable_keep_alive(connection: asyncpg.Connection) -> None:
    """Enable TCP keep-alive: firewalls drop idle connections, and dead peers have to be detected."""
    tcp = socket_of(connection)
    if tcp is None or tcp.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEPALIVE.items():
        # Platforms differ in these options.
        if hasattr(socket, option):
            tcp.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _sessions(address: Address) -> tuple[str, ...]:
    """Return the values of target_session_attrs to try, in order."""
    return ("standby", "any") if address.session == "prefer-standby" else (address.session,)
