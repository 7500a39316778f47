"""Settings: one frozen value with every `HALL_…` environment variable and its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from api import environment
from api.encryption.keyring import Keyring
from api.encryption.signed_note import LogKeys
from api.errors import SettingsError

LOG_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})
COLLECTOR_VARIABLES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
MAX_LOG_CHAINS = 64


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
    limits_url: str = field(default="", repr=False)
    rate_cost: int = 0
    rate_address_cost: int = 0
    rate_lookups: int = 0
    reveals_a_day: int = 0
    federation: bool = False
    operations: Operations = Operations.ANY
    documents: Path | None = None
    webhook_hosts: tuple[str, ...] = ()
    workers: int = 1
    log_chains: int = 1
    is_traced: bool = False
    security_contact: str = ""
    log_keys: LogKeys | None = field(default=None, repr=False, compare=False)
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
        mode = environment.choice(environ, "HALL_MODE", "production", {mode.value for mode in Mode})
        demo = mode == Mode.DEMO
        return cls(
            mode=Mode(mode),
            host=environ.get("HALL_HOST") or "127.0.0.1",
            port=environment.port(environ),
            data=Path(environ.get("HALL_DATA") or "data"),
            database_url=environment.database_url(environment.secret(environ, "HALL_DATABASE_URL")),
            read_from=environment.read_from(environ),
            public_url=environment.public_url(environ),
            cors_origins=environment.origins(environ),
            insecure_cookies=environment.flag(environ, "HALL_INSECURE_COOKIES", default=demo),
            graphiql=environment.developer_feature(environ, "HALL_GRAPHIQL", demo=demo),
            introspection=environment.developer_feature(environ, "HALL_INTROSPECTION", demo=demo),
            log_level=environment.choice(environ, "HALL_LOG_LEVEL", "INFO", LOG_LEVELS),
            trusted_proxies=environment.networks(environ, "HALL_TRUSTED_PROXIES"),
            metrics_from=environment.networks(environ, "HALL_METRICS_FROM", default="127.0.0.1 ::1" if demo else ""),
            wrong_sign_ins=environment.number(environ, "HALL_WRONG_SIGN_INS", default=1000 if demo else 60) or None,
            limits_url=environment.limits_url(environ),
            rate_cost=environment.number(environ, "HALL_RATE_COST", default=0 if demo else 1_000_000),
            rate_address_cost=environment.number(environ, "HALL_RATE_ADDRESS_COST", default=0 if demo else 10_000_000),
            rate_lookups=environment.number(environ, "HALL_RATE_LOOKUPS", default=0 if demo else 120),
            reveals_a_day=environment.number(environ, "HALL_REVEALS_A_DAY", default=0 if demo else 200),
            federation=environment.flag(environ, "HALL_FEDERATION", default=False),
            operations=environment.member(environ, "HALL_OPERATIONS", Operations.ANY),
            documents=Path(environ["HALL_DOCUMENTS"]) if environ.get("HALL_DOCUMENTS") else None,
            webhook_hosts=environment.hosts(environ),
            workers=environment.workers(environ, demo=demo),
            log_chains=environment.up_to(MAX_LOG_CHAINS, environ, "HALL_LOG_CHAINS"),
            keyring=environment.keyring(environ),
            log_keys=environment.log_keys(environ),
            security_contact=environment.contact(environ),
            # OpenTelemetry's standard variables.
            is_traced=any(environ.get(name) for name in COLLECTOR_VARIABLES),
            http=environment.member(environ, "HALL_HTTP", HttpName.HALL),
            engine=environment.member(environ, "HALL_ENGINE", EngineName.COMPILED),
        )
