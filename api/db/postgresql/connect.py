"""Connects to the first host of a PostgreSQL address that answers and has the requested session attributes.

asyncpg has one time-out for all hosts, so a host that drops packets leaves no time for the next. This module has a
time-out for each host, as libpq does. Its connections never cancel a COMMIT.
"""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import asyncpg
from asyncpg.exceptions import CannotConnectNowError, TargetServerAttributeNotMatched

from api.adapters.asyncpg import command_timeout_of, socket_of
from api.db.postgresql.dsn import Address

# TCP keep-alive: seconds before the first probe, seconds between probes, number of probes; and the milliseconds after
# which data without an acknowledgement ends the connection, such as a COMMIT to a machine that is gone.
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}
PORT = 5432
# asyncpg cancels a statement after this time, and None would be the connection's default.
NO_TIMEOUT_SECONDS = 10.0**9
# As asyncpg's transactions send it; and without the server's time-out, after which PostgreSQL would report a commit
# that no standby has.
COMMIT = "COMMIT;"
COMMIT_WITHOUT_TIMEOUT = "SET LOCAL statement_timeout = 0; COMMIT;"
# Errors after which the next host is tried; authentication errors are the same on all hosts.
RETRIABLE = (OSError, CannotConnectNowError, TargetServerAttributeNotMatched)
# What only one of the hosts has at a time.
OF_PRIMARY = ("read-write", "primary")
# The primary that was found last, by the hosts of its address. It is tried first: a standby that does not answer, and
# that comes first in the address, would delay each new connection by its time-out.
_primaries: dict[tuple[tuple[str, int] | str, ...], tuple[str, int] | str] = {}


class UncertainCommit(TimeoutError):
    """A COMMIT has not ended in time; `commit` is done once it has, or once the connection is lost."""

    def __init__(self, commit: asyncio.Future[str]) -> None:
        super().__init__("the commit has not ended in time")
        self.commit = commit


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection whose close ignores a time-out: asyncpg has then terminated it."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Execute a statement, or several without values; raise UncertainCommit after the time-out of a COMMIT."""
        if query == COMMIT:
            return await self._commit()
        return str(await super().execute(query, *args, timeout=timeout))

    async def _commit(self) -> str:
        """Commit, and never cancel it.

        A COMMIT that waits for a synchronous standby has happened on this server alone. Cancelled by a time-out,
        PostgreSQL would show it to others and report success, and a failover would erase it.
        """
        # guard: commit-is-never-cancelled
        commit = asyncio.ensure_future(super().execute(COMMIT_WITHOUT_TIMEOUT, timeout=NO_TIMEOUT_SECONDS))
        commit.add_done_callback(_retrieve_exception)
        try:
            await asyncio.wait({commit}, timeout=command_timeout_of(self))
        except asyncio.CancelledError:
            # A lost connection leaves the COMMIT to the server; asyncpg would cancel it there.
            self.terminate()
            raise
        if not commit.done():
            raise UncertainCommit(commit)
        return str(commit.result())

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the connection."""
        with suppress(TimeoutError):
            await super().close(timeout=timeout)


def _retrieve_exception(commit: asyncio.Future[str]) -> None:
    """Keep asyncio from logging the error of a COMMIT that nothing awaits any more."""
    if not commit.cancelled():
        commit.exception()


async def connect(address: Address, *, timeout: float, **options: Any) -> asyncpg.Connection:
    """Connect within `timeout` seconds for each host; raise the last host's error where none accepts."""
    failure: Exception = ConnectionError("the address has no host")
    for session in _sessions(address, options.get("server_settings", {})):
        for location in _in_order(address, session):
            # A socket has its port in its name; asyncpg would give it all ports of the address.
            host, port = (location, PORT) if isinstance(location, str) else location
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
            if session in OF_PRIMARY:
                _primaries[address.hosts] = location
            _enable_keep_alive(connection)
            return connection
    raise failure


def _in_order(address: Address, session: str) -> list[tuple[str, int] | str]:
    """Return the hosts in the order of the address, but the last primary first where a primary is wanted."""
    first = _primaries.get(address.hosts) if session in OF_PRIMARY else None
    return sorted(address.hosts, key=lambda location: location != first)


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


def _sessions(address: Address, settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of target_session_attrs to try, in order."""
    if address.session == "read-write" and settings.get("default_transaction_read_only") == "on":
        # The session is read-only by its own settings, for which asyncpg would refuse every server.
        return ("primary",)
    return ("standby", "any") if address.session == "prefer-standby" else (address.session,)
