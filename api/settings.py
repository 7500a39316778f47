"""Settings: one frozen value with every `HALL_…` environment variable and its default."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from api.encryption.keyring import Keyring
from api.errors import SettingsError

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
LOG_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})
MAX_WORKERS = 64
MAX_LOG_CHAINS = 64
MAX_PORT = 65535
# As browsers serialize origins: lower case, no path, a name, an IPv4 address or an IPv6 address in brackets.
ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
MAX_DIGITS = 9
COLLECTOR_VARIABLES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# RFC 9116, section 2.5.3.
CONTACT = re.compile(r"(?:mailto:|https://|tel:)[!-~]+", re.ASCII)
# The value that enables a developer feature in production: a 1 could be left over from a trial.
EVEN_IN_PRODUCTION = "even-in-production"


class Mode(StrEnum):
    """The mode of operation."""

    DEMO = "demo"
    PRODUCTION = "production"


class EngineName(StrEnum):
    """The GraphQL engine: compiled plans with graphql-core as fallback, or graphql-core alone."""

    COMPILED = "compiled"
    GRAPHQL_CORE = "graphql-core"


class HttpName(StrEnum):
    """The HTTP/1.1 protocol: uvicorn's with the Hall's limits and fast path, or uvicorn's alone."""

    HALL = "hall"
    UVICORN = "uvicorn"


class Operations(StrEnum):
    """Which operations are executed."""

    ANY = "any"
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one Hall."""

    mode: Mode = Mode.PRODUCTION
    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("data")
    database_url: str = ""
    read_from: str = ""
    public_url: str = ""
    cors_origins: tuple[str, ...] = ()
    insecure_cookies: bool = False
    graphiql: bool = False
    introspection: bool = False
    log_level: str = "INFO"
    engine: EngineName = EngineName.COMPILED
    http: HttpName = HttpName.HALL
    trusted_proxies: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = ()
    wrong_sign_ins: int | None = 60
    rate_cost: int = 0
    rate_address_cost: int = 0
    rate_lookups: int = 0
    reveals_a_day: int = 0
    federation: bool = False
    operations: Operations = Operations.ANY
    documents: Path | None = None
    workers: int = 1
    log_chains: int = 1
    is_traced: bool = False
    security_contact: str = ""
    keyring: Keyring = field(default=Keyring(), repr=False, compare=False)

    @property
    def is_demo(self) -> bool:
        """Whether the database has the invented people of the demo."""
        return self.mode is Mode.DEMO

    @property
    def is_secure(self) -> bool:
        """Whether the public URL has HTTPS, so that cookies must be Secure."""
        return self.public_url.startswith("https://")

    def require_safe(self) -> None:
        """Raise SettingsError where sessions would travel without encryption."""
        if not self.is_secure and not self.insecure_cookies:
            raise SettingsError(
                "Without HTTPS anybody on the way can take over a session. Set HALL_PUBLIC_URL to the https:// address "
                "that people use, or HALL_INSECURE_COOKIES to 1 for a trial on one machine."
            )

    @property
    def address(self) -> str:
        """The public URL of the Hall."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def database(self) -> str:
        """The URL of the database; by default the SQLite file in the data folder."""
        return self.database_url or f"sqlite://{self.data / 'hall.sqlite3'}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Parse the environment; raise SettingsError naming the variable and the cure."""
        mode = _choice(environ, "HALL_MODE", "production", {mode.value for mode in Mode})
        demo = mode == Mode.DEMO
        return cls(
            mode=Mode(mode),
            host=environ.get("HALL_HOST") or "127.0.0.1",
            port=_port(environ),
            data=Path(environ.get("HALL_DATA") or "data"),
            database_url=_database_url(_secret(environ, "HALL_DATABASE_URL")),
            read_from=_read_from(environ),
            public_url=_public_url(environ),
            cors_origins=_origins(environ),
            insecure_cookies=_flag(environ, "HALL_INSECURE_COOKIES", default=demo),
            graphiql=_developer_feature(environ, "HALL_GRAPHIQL", demo=demo),
            introspection=_developer_feature(environ, "HALL_INTROSPECTION", demo=demo),
            log_level=_choice(environ, "HALL_LOG_LEVEL", "INFO", LOG_LEVELS),
            trusted_proxies=_networks(environ, "HALL_TRUSTED_PROXIES"),
            metrics_from=_networks(environ, "HALL_METRICS_FROM", default="127.0.0.1 ::1" if demo else ""),
            wrong_sign_ins=_number(environ, "HALL_WRONG_SIGN_INS", default=1000 if demo else 60) or None,
            rate_cost=_number(environ, "HALL_RATE_COST", default=0 if demo else 1_000_000),
            rate_address_cost=_number(environ, "HALL_RATE_ADDRESS_COST", default=0 if demo else 10_000_000),
            rate_lookups=_number(environ, "HALL_RATE_LOOKUPS", default=0 if demo else 120),
            reveals_a_day=_number(environ, "HALL_REVEALS_A_DAY", default=0 if demo else 200),
            federation=_flag(environ, "HALL_FEDERATION", default=False),
            operations=Operations(_choice(environ, "HALL_OPERATIONS", "any", {each.value for each in Operations})),
            documents=Path(environ["HALL_DOCUMENTS"]) if environ.get("HALL_DOCUMENTS") else None,
            workers=_workers(environ, demo=demo),
            log_chains=_up_to(MAX_LOG_CHAINS, environ, "HALL_LOG_CHAINS"),
            keyring=_keyring(environ),
            security_contact=_contact(environ),
            # OpenTelemetry's standard variables.
            is_traced=any(environ.get(name) for name in COLLECTOR_VARIABLES),
            http=HttpName(_choice(environ, "HALL_HTTP", "hall", {each.value for each in HttpName})),
            engine=EngineName(_choice(environ, "HALL_ENGINE", "compiled", {engine.value for engine in EngineName})),
        )


def _choice(environ: Mapping[str, str], name: str, default: str, allowed: set[str] | frozenset[str]) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}; set it to one of {', '.join(sorted(allowed))}.")
    return value


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name, "").lower()
    if value in YES | NO:
        return value in YES
    if value:
        raise SettingsError(f"{name} is {value!r}; set it to 1 or 0.")
    return default


def _port(environ: Mapping[str, str]) -> int:
    value = environ.get("HALL_PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= MAX_PORT):
        raise SettingsError(f"HALL_PORT is {value!r}; set it to a number from 1 to {MAX_PORT}.")
    return int(value)


def _number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    value = environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        raise SettingsError(f"{name} is {value!r}; set it to a number, or to 0 for no limit.")
    return int(value)


def _workers(environ: Mapping[str, str], *, demo: bool) -> int:
    number = _up_to(MAX_WORKERS, environ, "HALL_WORKERS")
    if demo and number > 1:
        raise SettingsError("HALL_WORKERS is for production: the people of the demo live in one process. Leave it out.")
    return number


def _up_to(most: int, environ: Mapping[str, str], name: str) -> int:
    """Return a number from 1, the default, to `most`."""
    value = environ.get(name) or "1"
    if not (value.isascii() and value.isdigit() and 0 < int(value[:MAX_DIGITS]) <= most):
        raise SettingsError(f"{name} is {value!r}; set it to a number from 1 to {most}.")
    return int(value)


def _networks(environ: Mapping[str, str], name: str, default: str = "") -> tuple[str, ...]:
    values = tuple(environ.get(name, default).split())
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            raise SettingsError(
                f"{name} names {value!r}; set it to addresses or networks, like 127.0.0.1 10.0.0.0/8, and to no names."
            ) from None
    return values


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the origins whose pages may use sessions; `*` and `null` are not allowed."""
    values = tuple(environ.get("HALL_CORS_ORIGINS", "").split())
    for value in values:
        if not ORIGIN.fullmatch(value):
            raise SettingsError(
                f"HALL_CORS_ORIGINS names {value!r}, and pages there could use people's sessions; set it to origins "
                "as browsers send them, like https://client.example or http://127.0.0.1:8080, never to * or null."
            )
    return values


def _developer_feature(environ: Mapping[str, str], name: str, *, demo: bool) -> bool:
    if environ.get(name, "").lower() == EVEN_IN_PRODUCTION:
        return True
    is_open = _flag(environ, name, default=demo)
    if is_open and not demo:
        raise SettingsError(
            f"{name} opens a door for developers, and this is production; leave it out, or set it to "
            f"{EVEN_IN_PRODUCTION} if it is meant."
        )
    return is_open


def _secret(environ: Mapping[str, str], name: str) -> str:
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


def _keyring(environ: Mapping[str, str]) -> Keyring:
    try:
        return Keyring.parse(_secret(environ, "HALL_SEAL_KEYS"), _secret(environ, "HALL_INDEX_KEY"))
    except ValueError:
        raise SettingsError(
            "HALL_SEAL_KEYS has names and keys, as 2026:KEY 2025:KEY, and HALL_INDEX_KEY one more key, each of 32 "
            "bytes in base64; `python -m api new-key` makes one."
        ) from None


def _contact(environ: Mapping[str, str]) -> str:
    value = environ.get("HALL_SECURITY_CONTACT", "")
    if value and not CONTACT.fullmatch(value):
        raise SettingsError(
            "HALL_SECURITY_CONTACT must begin with mailto:, https:// or tel:, like mailto:security@hall.example."
        )
    return value


def _database_url(value: str) -> str:
    if value and not value.startswith(("sqlite://", "postgres://", "postgresql://")):
        raise SettingsError("HALL_DATABASE_URL must begin with sqlite:// or postgres://.")
    return value


def _read_from(environ: Mapping[str, str]) -> str:
    value = _secret(environ, "HALL_READ_FROM")
    if value and not value.startswith(("postgres://", "postgresql://")):
        raise SettingsError("HALL_READ_FROM must begin with postgres://: it names standbys of PostgreSQL.")
    return value


def _public_url(environ: Mapping[str, str]) -> str:
    value = environ.get("HALL_PUBLIC_URL", "").rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise SettingsError("HALL_PUBLIC_URL must begin with https:// (or http:// for a trial).")
    return value
