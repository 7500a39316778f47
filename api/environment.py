"""Reads single environment variables; raises SettingsError, which names the variable and the cure."""

import ipaddress
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from api.encryption.keyring import Keyring
from api.encryption.signed_note import LogKeys
from api.errors import SettingsError

Member = TypeVar("Member", bound=StrEnum)
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
MAX_WORKERS = 64
MAX_PORT = 65535
# As browsers serialize origins: lower case, no path, a name, an IPv4 address or an IPv6 address in brackets.
HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
ORIGIN = re.compile(rf"https?://{HOST.pattern}", re.ASCII)
MAX_DIGITS = 9
# RFC 9116, section 2.5.3.
CONTACT = re.compile(r"(?:mailto:|https://|tel:)[!-~]+", re.ASCII)
LIMITS_URL = re.compile(r"(redis|rediss|valkey|valkeys)://[^/]|(redis|valkey)\+sentinel://[^/]+/\w")
# The value that enables a developer feature in production: a 1 could be left over from a trial.
EVEN_IN_PRODUCTION = "even-in-production"


def choice(environ: Mapping[str, str], name: str, default: str, allowed: set[str] | frozenset[str]) -> str:
    """Return a value that is one of `allowed`."""
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}; set it to one of {', '.join(sorted(allowed))}.")
    return value


def member(environ: Mapping[str, str], name: str, default: Member) -> Member:
    """Return a member of the enum of `default`."""
    return type(default)(choice(environ, name, default.value, {each.value for each in type(default)}))


def flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Return whether a variable is on."""
    value = environ.get(name, "").lower()
    if value in YES | NO:
        return value in YES
    if value:
        raise SettingsError(f"{name} is {value!r}; set it to 1 or 0.")
    return default


def port(environ: Mapping[str, str]) -> int:
    """Return the port to listen on."""
    value = environ.get("HALL_PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= MAX_PORT):
        raise SettingsError(f"HALL_PORT is {value!r}; set it to a number from 1 to {MAX_PORT}.")
    return int(value)


def number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    """Return a number; 0 for no limit."""
    value = environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        raise SettingsError(f"{name} is {value!r}; set it to a number, or to 0 for no limit.")
    return int(value)


def workers(environ: Mapping[str, str], *, demo: bool) -> int:
    """Return the number of worker processes."""
    number = up_to(MAX_WORKERS, environ, "HALL_WORKERS")
    if demo and number > 1:
        raise SettingsError("HALL_WORKERS is for production: the people of the demo live in one process. Leave it out.")
    return number


def up_to(most: int, environ: Mapping[str, str], name: str) -> int:
    """Return a number from 1, the default, to `most`."""
    value = environ.get(name) or "1"
    if not (value.isascii() and value.isdigit() and 0 < int(value[:MAX_DIGITS]) <= most):
        raise SettingsError(f"{name} is {value!r}; set it to a number from 1 to {most}.")
    return int(value)


def networks(environ: Mapping[str, str], name: str, default: str = "") -> tuple[str, ...]:
    """Return addresses and networks."""
    values = tuple(environ.get(name, default).split())
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            raise SettingsError(
                f"{name} names {value!r}; set it to addresses or networks, like 127.0.0.1 10.0.0.0/8, and to no names."
            ) from None
    return values


def hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the hosts that webhooks may be sent to."""
    values = tuple(environ.get("HALL_WEBHOOK_HOSTS", "").split())
    for value in values:
        if not HOST.fullmatch(value):
            raise SettingsError(
                f"HALL_WEBHOOK_HOSTS names {value!r}; set it to hosts in lower case, with their port where it is not "
                "443, like hub.example or hub.example:8443."
            )
    return values


def origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the origins whose pages may use sessions; `*` and `null` are not allowed."""
    values = tuple(environ.get("HALL_CORS_ORIGINS", "").split())
    for value in values:
        if not ORIGIN.fullmatch(value):
            raise SettingsError(
                f"HALL_CORS_ORIGINS names {value!r}, and pages there could use people's sessions; set it to origins "
                "as browsers send them, like https://client.example or http://127.0.0.1:8080, never to * or null."
            )
    return values


def developer_feature(environ: Mapping[str, str], name: str, *, demo: bool) -> bool:
    """Return whether a feature for developers is on."""
    if environ.get(name, "").lower() == EVEN_IN_PRODUCTION:
        return True
    is_open = flag(environ, name, default=demo)
    if is_open and not demo:
        raise SettingsError(
            f"{name} opens a door for developers, and this is production; leave it out, or set it to "
            f"{EVEN_IN_PRODUCTION} if it is meant."
        )
    return is_open


def secret(environ: Mapping[str, str], name: str) -> str:
    """Return the value of `name`, or the content of the file `name`_FILE: environments are easily exposed."""
    value, file = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if not file:
        return value
    if value:
        raise SettingsError(f"{name} and {name}_FILE are both set; leave one of them out.")
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeError):
        raise SettingsError(f"{name}_FILE names a file that cannot be read; name one that the Hall may read.") from None


def keyring(environ: Mapping[str, str]) -> Keyring:
    """Return the keys of encryption at rest."""
    try:
        return Keyring.parse(secret(environ, "HALL_SEAL_KEYS"), secret(environ, "HALL_INDEX_KEY"))
    except ValueError:
        raise SettingsError(
            "HALL_SEAL_KEYS has names and keys, as 2026:KEY 2025:KEY, and HALL_INDEX_KEY one more key, each of 32 "
            "bytes in base64; `python -m api new-key` makes one."
        ) from None


def log_keys(environ: Mapping[str, str]) -> LogKeys | None:
    """Return the keys of HALL_LOG_KEYS."""
    value = secret(environ, "HALL_LOG_KEYS")
    try:
        return LogKeys.parse(value) if value else None
    except ValueError as error:
        raise SettingsError(f"HALL_LOG_KEYS: {error}; `python -m api new-log-key NAME` makes one.") from None


def contact(environ: Mapping[str, str]) -> str:
    """Return where to report vulnerabilities."""
    value = environ.get("HALL_SECURITY_CONTACT", "")
    if value and not CONTACT.fullmatch(value):
        raise SettingsError(
            "HALL_SECURITY_CONTACT must begin with mailto:, https:// or tel:, like mailto:security@hall.example."
        )
    return value


def database_url(value: str) -> str:
    """Return the address of the database."""
    if value and not value.startswith(("sqlite://", "postgres://", "postgresql://")):
        raise SettingsError("HALL_DATABASE_URL must begin with sqlite:// or postgres://.")
    return value


def read_from(environ: Mapping[str, str]) -> str:
    """Return the address of standbys."""
    value = secret(environ, "HALL_READ_FROM")
    if value and not value.startswith(("postgres://", "postgresql://")):
        raise SettingsError("HALL_READ_FROM must begin with postgres://: it names standbys of PostgreSQL.")
    return value


def public_url(environ: Mapping[str, str]) -> str:
    """Return the public address, without a slash at its end."""
    value = environ.get("HALL_PUBLIC_URL", "").rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise SettingsError("HALL_PUBLIC_URL must begin with https:// (or http:// for a trial).")
    return value


def limits_url(environ: Mapping[str, str]) -> str:
    """Return the address of the Redis in which machines share their rate limits."""
    value = secret(environ, "HALL_LIMITS_URL")
    if value and not LIMITS_URL.match(value):
        raise SettingsError(
            "HALL_LIMITS_URL must begin with redis://, rediss:// or valkey://, or for sentinels with redis+sentinel:// "
            "and end with the name of their service: redis+sentinel://host:26379,host:26379/hall."
        )
    return value
