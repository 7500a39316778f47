"""The parts of asyncpg that are not public, as read in version 0.32.0."""

from typing import Any

import asyncpg
from asyncpg import connect_utils

READ_IN = "0.32.0"
# The parser's arguments; None uses the address, the environment and libpq's files.
ARGUMENTS = (
    "host", "port", "user", "password", "passfile", "database", "ssl", "service", "servicefile", "direct_tls",
    "server_settings", "target_session_attrs", "krbsrvname", "gsslib",
)  # fmt: skip


def hosts_and_parameters(dsn: str) -> tuple[list[Any], Any]:
    """Return hosts and parameters as asyncpg parses them; its public API does not return them."""
    hosts, parameters = connect_utils._parse_connect_dsn_and_args(dsn=dsn, **dict.fromkeys(ARGUMENTS))  # noqa: SLF001 - see above
    return hosts, parameters


def socket_of(connection: asyncpg.Connection) -> Any:
    """Return the socket of a connection, or None."""
    return connection._transport.get_extra_info("socket")  # noqa: SLF001 - asyncpg has no socket options


def command_timeout_of(connection: asyncpg.Connection) -> float | None:
    """Return the default time-out of a connection's statements in seconds, or None."""
    seconds: float | None = connection._config.command_timeout  # noqa: SLF001 - asyncpg has no public accessor
    return seconds
