"""What a PostgreSQL address says, as libpq understands it; what is not understood is refused by name.

asyncpg reads most of it, https://www.postgresql.org/docs/current/libpq-connect.html has all of it. A parameter that
asyncpg does not know would go to the server as a setting, and Tortoise drops or misreads several; so nothing reaches
either that is not in a table here. Messages name parameters and files, never the address: it holds a password.
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

# asyncpg reads these, from the address or from a service's section of a file.
UNDERSTOOD = frozenset(
    {
        "host", "port", "dbname", "user", "password", "passfile", "service", "sslmode", "sslcert", "sslkey",
        "sslrootcert", "sslcrl", "sslpassword", "sslnegotiation", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "target_session_attrs", "krbsrvname", "gsslib",
    }
)  # fmt: skip
# The server reads these.
SENT = frozenset({"application_name", "options"})
# What happens anyway, by the parameter that asks for it; with any other value they would be promises that nobody keeps.
ALREADY_SO: Mapping[str, frozenset[str]] = {
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
ADDRESS = re.compile(r"postgres(?:ql)?://(?:(?P<who>[^/?#]*)@)?(?P<hosts>[^/?#@]*)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and how it is reached."""

    # Without the hosts, which are tried one after the other.
    dsn: str = field(repr=False)
    places: tuple[tuple[str, int] | str, ...]
    database: str
    session: str
    settings: Mapping[str, str]
    seconds: int | None

    def __str__(self) -> str:
        """Return the servers and the database, as an operator would name them."""
        servers = ", ".join(place if isinstance(place, str) else "{}:{}".format(*place) for place in self.places)
        return f"PostgreSQL at {servers}, database {self.database}"


def parse_dsn(url: str) -> Address:
    """Return what an address says; raise SettingsError naming what it says that is not understood."""
    found = ADDRESS.fullmatch(url)
    if found is None:
        raise SettingsError(SHAPE)
    parts = urlsplit(f"postgresql://{found['rest']}")
    # A sign of the password that was not escaped would make a host, a database or a comment of the rest of it.
    if parts.fragment or "@" in parts.path:
        raise SettingsError(SHAPE)
    asked = _asked(parts.query)
    who = quote(found["who"] or "", safe=":%")
    named = f"postgresql://{who}@{{}}{parts.path}?{urlencode(_for_asyncpg(asked))}"
    places, parameters = _parsed(named.format(found["hosts"]))
    return Address(
        dsn=named.format(""),
        places=tuple(places),
        database=parameters.database,
        session=parameters.target_session_attrs.value,
        settings={name: value for name, value in asked.items() if name in SENT},
        seconds=_seconds(asked),
    )


def _asked(query: str) -> dict[str, str]:
    """Return the parameters of an address; the last of those that are there twice, as libpq does."""
    try:
        asked = dict(parse_qsl(query, strict_parsing=True, keep_blank_values=True)) if query else {}
    except ValueError:
        raise SettingsError(SHAPE) from None
    if asked.get("ssl") == "true":
        # JDBC's word for it, which libpq knows too.
        del asked["ssl"]
        asked["sslmode"] = "require"
    for name, value in asked.items():
        _require_understood(name, value)
    return asked


def _require_understood(name: str, value: str) -> None:
    if name in ALREADY_SO:
        if value.lower() not in ALREADY_SO[name]:
            _refuse(name, f"it can be {' or '.join(sorted(ALREADY_SO[name]))} here, and nothing else")
    elif name not in UNDERSTOOD | SENT | {"connect_timeout"}:
        _refuse(name if name.isascii() and name.isidentifier() else "…", "the Hall does not understand that parameter")
    if name in ONE_OF and value not in ONE_OF[name]:
        _refuse(name, f"it is one of {', '.join(ONE_OF[name])}")
    if name == "sslrootcert" and value == "system":
        _refuse(name, "it names a file here, such as /etc/ssl/certs/ca-certificates.crt")
    if name in FILES and value and not os.access(value, os.R_OK):
        _refuse(name, f"the file {value} is missing or may not be read")


def _for_asyncpg(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name in UNDERSTOOD and value}


def _parsed(dsn: str) -> tuple[list[Any], Any]:
    """Return hosts and parameters as asyncpg finds them, in the address, the environment and the files of libpq."""
    try:
        return hosts_and_parameters(dsn)
    except ClientConfigurationError as error:
        raise SettingsError(f"HALL_DATABASE_URL: {error}.") from None
    except OSError:
        raise SettingsError("HALL_DATABASE_URL names a certificate or a key in which there is none.") from None
    except (ValueError, IndexError):
        raise SettingsError(SHAPE) from None


def _seconds(asked: Mapping[str, str]) -> int | None:
    """Return how long one host may take; None where that is not said, or said to be without end, as libpq's 0 is."""
    value = asked.get("connect_timeout", "").strip()
    if value and not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
        _refuse("connect_timeout", "it is a number of seconds")
    return int(value) if value and int(value) > 0 else None


def _refuse(name: str, why: str) -> NoReturn:
    raise SettingsError(f"HALL_DATABASE_URL, {name}: {why}.")
