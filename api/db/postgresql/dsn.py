"""Parses a PostgreSQL address as libpq does, and rejects unsupported parameters by name.

https://www.postgresql.org/docs/current/libpq-connect.html lists the parameters. asyncpg sends unknown ones to the
server as settings, and Tortoise drops or misreads several, so only those in the tables below are accepted. Messages
name parameters and files, never the address, which contains a password.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from asyncpg.exceptions import ClientConfigurationError

from api.adapters.asyncpg import hosts_and_parameters
from api.errors import SettingsError

# asyncpg parses these, from the address or a service file.
SUPPORTED = frozenset(
    {
        "host", "port", "dbname", "user", "password", "passfile", "service", "sslmode", "sslcert", "sslkey",
        "sslrootcert", "sslcrl", "sslpassword", "sslnegotiation", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "target_session_attrs", "krbsrvname", "gsslib",
    }
)  # fmt: skip
# Sent to the server as settings.
SENT = frozenset({"application_name", "options"})
# Parameters that have no effect here, with the values that match the actual behaviour.
FIXED: Mapping[str, frozenset[str]] = {
    "channel_binding": frozenset({"disable", "prefer"}),
    "client_encoding": frozenset({"auto", "utf8", "utf-8"}),
    "gssencmode": frozenset({"disable", "prefer"}),
    "load_balance_hosts": frozenset({"disable"}),
    "sslcompression": frozenset({"0"}),
    "sslsni": frozenset({"1"}),
}
ONE_OF: Mapping[str, tuple[str, ...]] = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
SHAPE = (
    "HALL_DATABASE_URL cannot be read. It is postgres://USER:PASSWORD@HOST:PORT/DATABASE, and in a password @ is %40, "
    "/ is %2F, ? is %3F, # is %23 and % is %25."
)
ADDRESS = re.compile(r"postgres(?:ql)?://(?:(?P<credentials>[^/?#]*)@)?(?P<hosts>[^/?#@]*)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address."""

    # Without hosts: `connect` passes one at a time.
    dsn: str = field(repr=False)
    hosts: tuple[tuple[str, int] | str, ...]
    database: str
    session: str
    settings: Mapping[str, str]
    connect_timeout: int | None

    def __str__(self) -> str:
        """Return the servers and the database, for messages to operators."""
        servers = ", ".join(host if isinstance(host, str) else "{}:{}".format(*host) for host in self.hosts)
        return f"PostgreSQL at {servers}, database {self.database}"


def parse_dsn(url: str) -> Address:
    """Parse an address; raise SettingsError naming an unsupported parameter."""
    match = ADDRESS.fullmatch(url)
    if match is None:
        raise SettingsError(SHAPE)
    parts = urlsplit(f"postgresql://{match['rest']}")
    # An unescaped character in the password makes the rest of it a host, a path or a fragment.
    if parts.fragment or "@" in parts.path:
        raise SettingsError(SHAPE)
    parameters = _parse_parameters(parts.query)
    credentials = quote(match["credentials"] or "", safe=":%")
    template = f"postgresql://{credentials}@{{}}{parts.path}?{urlencode(_for_asyncpg(parameters))}"
    hosts, parsed = _parse_with_asyncpg(template.format(match["hosts"]))
    return Address(
        dsn=template.format(""),
        hosts=tuple(hosts),
        database=parsed.database,
        session=parsed.target_session_attrs.value,
        settings={name: value for name, value in parameters.items() if name in SENT},
        connect_timeout=_connect_timeout(parameters),
    )


def _parse_parameters(query: str) -> dict[str, str]:
    """Return the parameters of an address; the last value of a repeated one, as libpq does."""
    try:
        parameters = dict(parse_qsl(query, strict_parsing=True, keep_blank_values=True)) if query else {}
    except ValueError:
        raise SettingsError(SHAPE) from None
    if parameters.get("ssl") == "true":
        # JDBC's parameter, which libpq accepts too.
        del parameters["ssl"]
        parameters["sslmode"] = "require"
    for name, value in parameters.items():
        _require_supported(name, value)
    return parameters


def _require_supported(name: str, value: str) -> None:
    if name in FIXED:
        if value.lower() not in FIXED[name]:
            _refuse(name, f"it can be {' or '.join(sorted(FIXED[name]))} here, and nothing else")
    elif name not in SUPPORTED | SENT | {"connect_timeout"}:
        _refuse(name if name.isascii() and name.isidentifier() else "…", "the Hall does not understand that parameter")
    if name in ONE_OF and value not in ONE_OF[name]:
        _refuse(name, f"it is one of {', '.join(ONE_OF[name])}")
    if name == "sslrootcert" and value == "system":
        _refuse(name, "it names a file here, such as /etc/ssl/certs/ca-certificates.crt")
    if name in FILES and value and not os.access(value, os.R_OK):
        _refuse(name, f"the file {value} is missing or may not be read")


def _for_asyncpg(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name in SUPPORTED and value}


def _parse_with_asyncpg(dsn: str) -> tuple[list[Any], Any]:
    """Return hosts and parameters from the address, the environment and libpq's files, as asyncpg parses them."""
    try:
        return hosts_and_parameters(dsn)
    except ClientConfigurationError as error:
        raise SettingsError(f"HALL_DATABASE_URL: {error}.") from None
    except OSError:
        raise SettingsError("HALL_DATABASE_URL names a certificate or a key in which there is none.") from None
    except (ValueError, IndexError):
        raise SettingsError(SHAPE) from None


def _connect_timeout(parameters: Mapping[str, str]) -> int | None:
    """Return the time-out of one host in seconds; None for no time-out, which libpq writes as 0."""
    value = parameters.get("connect_timeout", "").strip()
    if value and not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
        _refuse("connect_timeout", "it is a number of seconds")
    return int(value) if value and int(value) > 0 else None


def _refuse(name: str, reason: str) -> NoReturn:
    raise SettingsError(f"HALL_DATABASE_URL, {name}: {reason}.")
