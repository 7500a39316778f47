"""A PostgreSQL server that cannot be reached, and connection parameters, tested through commands."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from api.db.database import is_sqlite
from api.db.postgresql.connect import connect
from api.db.postgresql.dsn import parse_dsn
from api.settings import Settings
from tests import postgres
from tests.databases import Databases, apart, database_name
from tests.opening import fronts
from tests.opening.certificates import Authority, serving
from tests.opening.commands import COMMANDS, refusal, run

GONE = "127.0.0.1:1"
SECRET = "s3cr3t"


@pytest.fixture
def server(empty_settings: Settings) -> Settings:
    """A migrated production Hall on PostgreSQL."""
    if is_sqlite(empty_settings):
        pytest.skip("SQLite has no server: tests/opening/test_files.py")
    return empty_settings


@pytest.fixture
def port(server: Settings) -> Iterator[int]:
    """A port that leads to the server, without TLS."""
    with fronts.plain(socket_of(server)) as port:
        yield port


def socket_of(settings: Settings) -> str:
    """Return the server's socket."""
    return parse_qs(urlsplit(settings.database).query)["host"][0] + "/.s.PGSQL.5432"


def address(settings: Settings, host: str, query: str = "", database: str = "") -> str:
    """Return the address of a Hall's database through a host and port."""
    return f"postgres://postgres:{SECRET}@{host}/{database or database_name(settings.database)}?{query}"


def refused(settings: Settings, url: str, *command: str, **variables: str) -> str:
    """Return the single error line of a command that could not read the migrations."""
    message = refusal(run(settings, *(command or ("audit", "verify")), HALL_DATABASE_URL=url, **variables))
    assert SECRET not in message
    assert "lacks" not in message
    return message


def is_usable(settings: Settings, url: str) -> bool:
    """Return whether a command finds the migrated database at an address."""
    ended = run(settings, "audit", "verify", HALL_DATABASE_URL=url)
    assert (ended.status, ended.error) == (0, ""), ended
    return ended.out.startswith("The access log holds")


@pytest.mark.parametrize("command", [each for each in COMMANDS if each != "serve"])
def test_unavailable_server_ends_every_command(server: Settings, command: str) -> None:
    """The line has server, port, database and cause, with status 2, and does not report missing migrations.

    `serve` waits: tests/opening/test_waiting.py.
    """
    message = refused(server, address(server, GONE), command, *COMMANDS[command])
    assert message.startswith(
        f"hall: PostgreSQL at {GONE}, database {database_name(server.database)}: the connection was"
    )


def test_unknown_host_database_and_role_are_named(server: Settings, port: int) -> None:
    """An unknown host, database or role is named."""
    here = f"127.0.0.1:{port}"
    assert "there is no host of that name" in refused(server, address(server, "nohost.invalid"))
    assert 'database "renamed" does not exist' in refused(server, address(server, here, database="renamed"), "migrate")
    stranger = address(server, here).replace("postgres:", "stranger:", 1).replace("stranger://", "postgres://")
    assert "stranger" in refused(server, stranger.replace("//postgres:", "//stranger:"))
    assert "there is no host of that name" in refused(server, address(server, "nohost.invalid"), "serve")
    assert 'database "renamed" does not exist' in refused(server, address(server, here, database="renamed"), "serve")


@pytest.mark.parametrize("command", ["migrate", "audit"])
def test_silent_server_times_out(server: Settings, command: str) -> None:
    """A server that does not respond, as behind a firewall, causes a time-out."""
    with fronts.silent() as port:
        message = refused(
            server, address(server, f"127.0.0.1:{port}", "connect_timeout=60"), command, *COMMANDS[command]
        )
    assert "it did not answer in time" in message


def test_locked_migrations_table_is_reported(server: Settings) -> None:
    """The applied migrations cannot be read, so none is run."""

    async def lock_and_try() -> None:
        other = await asyncpg.connect(server.database)
        async with other.transaction():
            await other.execute("LOCK TABLE tortoise_migrations IN ACCESS EXCLUSIVE MODE")
            assert "it did not answer in time" in refused(server, server.database, "migrate")
        await other.close()

    apart(lock_and_try)


@pytest.fixture
def role() -> Iterator[Callable[..., str]]:
    """A function that creates a role without privileges and returns its address."""
    with ExitStack() as stack:

        def create(settings: Settings, *statements: str) -> str:
            _execute(settings.database, "CREATE ROLE visitor LOGIN", *statements)
            stack.callback(_execute, settings.database, "DROP OWNED BY visitor", "DROP ROLE visitor")
            return settings.database.replace("//postgres:", "//visitor:")

        yield create


def _execute(url: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    apart(execute)


def test_missing_create_privilege_is_named(
    server: Settings, databases: Databases, tmp_path: Path, role: Callable[..., str]
) -> None:
    """The message has the GRANT that PostgreSQL 15 and later require for creating tables."""
    empty = databases.create(tmp_path)
    url = role(Settings(database_url=empty))
    message = refused(server, url, "migrate")
    assert "permission denied for schema public; GRANT USAGE, CREATE ON SCHEMA public" in message


def test_missing_usage_privilege_is_named(server: Settings, role: Callable[..., str]) -> None:
    """A missing privilege on schema or table is reported, and not an empty database."""
    url = role(server, "REVOKE USAGE ON SCHEMA public FROM public")
    assert "GRANT USAGE ON SCHEMA public" in refused(server, url, "migrate")
    _execute(server.database, "GRANT USAGE ON SCHEMA public TO visitor")
    assert "permission denied for table tortoise_migrations" in refused(server, url, "serve")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The authority that signs the server's certificate."""
    return Authority(tmp_path / "signed", "authority")


def test_sslmode_without_tls(server: Settings, port: int) -> None:
    """Without TLS the modes disable, allow and prefer connect, and the others are refused."""
    here = f"127.0.0.1:{port}"
    for mode in ("disable", "allow", "prefer"):
        assert is_usable(server, address(server, here, f"sslmode={mode}"))
    assert "it has no TLS, which sslmode asks for" in refused(server, address(server, here, "sslmode=require"))


def test_sslmode_with_tls(server: Settings, authority: Authority, tmp_path: Path) -> None:
    """The certificate is verified from verify-ca on or with sslrootcert; the host name with verify-full only."""
    other = Authority(tmp_path / "other", "other").certificate
    root = authority.certificate
    with fronts.with_tls(socket_of(server), serving(authority.certified("localhost"))) as port:
        named, numbered = f"localhost:{port}", f"127.0.0.1:{port}"
        for query in ("", "sslmode=prefer", "sslmode=require", f"sslmode=require&sslrootcert={root}",
                      f"sslmode=verify-ca&sslrootcert={root}"):  # fmt: skip
            assert is_usable(server, address(server, numbered, query))
        assert is_usable(server, address(server, named, f"sslmode=verify-full&sslrootcert={root}"))
        for host, query, cause in (
            (numbered, f"sslmode=verify-full&sslrootcert={root}", "its certificate does not hold: IP address mismatch"),
            (numbered, f"sslmode=verify-ca&sslrootcert={other}", "its certificate does not hold: "),
            (numbered, f"sslmode=require&sslrootcert={other}", "its certificate does not hold: "),
            (numbered, "sslmode=disable", "connection was closed"),
            (numbered, "sslmode=verify-full&sslrootcert=/nowhere", "sslrootcert: the file /nowhere is missing"),
        ):
            assert cause in refused(server, address(server, host, query))


def test_client_certificate(server: Settings, authority: Authority) -> None:
    """Sslcert and sslkey are used."""
    ours = authority.certified("hall")
    context = serving(authority.certified("localhost"), clients=authority.certificate)
    with fronts.with_tls(socket_of(server), context) as port:
        here = f"127.0.0.1:{port}"
        shown = f"sslmode=require&sslcert={ours.certificate}&sslkey={ours.key}"
        assert is_usable(server, address(server, here, shown))
        refused(server, address(server, here, "sslmode=require"))


def test_multiple_hosts(server: Settings, port: int) -> None:
    """After a host that is down or silent, the next one is tried; the error names all hosts."""
    here = f"127.0.0.1:{port}"
    with fronts.silent() as silent:
        assert is_usable(server, address(server, f"{GONE},127.0.0.1:{silent},{here}", "connect_timeout=1"))
    assert f"PostgreSQL at {GONE}, 127.0.0.1:2," in refused(server, address(server, f"{GONE},127.0.0.1:2"))


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [("any", True), ("primary", True), ("read-write", True), ("prefer-standby", True), ("standby", False),
     ("read-only", False)],
)  # fmt: skip
def test_target_session_attrs(server: Settings, port: int, wanted: str, is_found: Any) -> None:
    """The host must match target_session_attrs; this one is read-write."""
    url = address(server, f"127.0.0.1:{port}", f"target_session_attrs={wanted}")
    if is_found:
        assert is_usable(server, url)
    else:
        assert f"no server is what target_session_attrs={wanted} asks for" in refused(server, url)


def test_last_primary_is_tried_first(server: Settings, port: int) -> None:
    """A standby that has stopped answering, and stands before the primary, delays no later connection."""
    with fronts.silent() as silent, patch.object(asyncpg, "connect", wraps=asyncpg.connect) as asked:
        hosts = f"127.0.0.1:{silent},127.0.0.1:{port}"
        wanted = parse_dsn(address(server, hosts, "connect_timeout=2&target_session_attrs=read-write"))

        async def connect_twice() -> None:
            for _ in range(2):
                await (await connect(wanted, timeout=2)).close()

        asyncio.run(connect_twice())
    assert [call.kwargs["port"] for call in asked.call_args_list] == [silent, port, port]


def test_server_options(server: Settings, port: int) -> None:
    """`options` and `application_name` are passed to the server."""
    here = f"127.0.0.1:{port}"
    assert is_usable(server, address(server, here, "options=-c%20search_path%3Dpublic&application_name=desk"))
    message = refused(server, address(server, here, "options=-c%20search_path%3Dnowhere"), "migrate")
    assert "no schema has been selected to create in" in message


def test_stopped_server_is_named(server: Settings) -> None:
    """A stopped server is reported, and not as a fault of the Hall."""
    postgres.stop(server.database)
    try:
        assert "nothing listens there" in refused(server, server.database)
    finally:
        postgres.start(server.database)
