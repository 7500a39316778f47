"""A PostgreSQL that cannot be reached, and the ways to reach one: through commands, as an operator meets them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from api.db.database import is_sqlite
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
    """Return the address of a Hall's database by way of a host and its port."""
    return f"postgres://postgres:{SECRET}@{host}/{database or database_name(settings.database)}?{query}"


def refused(settings: Settings, url: str, *command: str, **variables: str) -> str:
    """Return the single error line of a command that could not read the migrations."""
    said = refusal(run(settings, *(command or ("audit", "verify")), HALL_DATABASE_URL=url, **variables))
    assert SECRET not in said
    assert "lacks" not in said
    return said


def holds(settings: Settings, url: str) -> bool:
    """Return whether a command finds the database of a migrated Hall at an address."""
    ended = run(settings, "audit", "verify", HALL_DATABASE_URL=url)
    assert (ended.status, ended.error) == (0, ""), ended
    return ended.out.startswith("The access log holds")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_is_down_ends_every_command(server: Settings, command: str) -> None:
    """The line has server, port, database and cause, with status 2, and does not report missing migrations."""
    said = refused(server, address(server, GONE), command, *COMMANDS[command])
    assert said.startswith(f"hall: PostgreSQL at {GONE}, database {database_name(server.database)}: the connection was")


def test_a_server_that_is_down_ends_the_demo_and_several_workers(server: Settings) -> None:
    """These errors have one line each too."""
    url = address(server, GONE)
    assert "refused" in refused(server, url, "serve", HALL_MODE="demo")
    assert "refused" in refused(server, url, "serve", HALL_WORKERS="2")


def test_a_host_a_database_and_a_role_that_are_not_there_are_named(server: Settings, port: int) -> None:
    """Each for itself."""
    here = f"127.0.0.1:{port}"
    assert "there is no host of that name" in refused(server, address(server, "nohost.invalid"))
    assert 'database "renamed" does not exist' in refused(server, address(server, here, database="renamed"), "migrate")
    stranger = address(server, here).replace("postgres:", "stranger:", 1).replace("stranger://", "postgres://")
    assert "stranger" in refused(server, stranger.replace("//postgres:", "//stranger:"))


@pytest.mark.parametrize("command", ["migrate", "serve", "audit"])
def test_a_server_that_says_nothing_is_not_waited_for(server: Settings, command: str) -> None:
    """As behind a firewall that drops packets."""
    with fronts.silent() as port:
        said = refused(server, address(server, f"127.0.0.1:{port}", "connect_timeout=60"), command, *COMMANDS[command])
    assert "it did not answer in time" in said


def test_a_table_that_another_session_has_locked_is_no_empty_database(server: Settings) -> None:
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
    """Makes an address for a role without privileges, after statements of the owner."""
    with ExitStack() as stack:

        def made(settings: Settings, *statements: str) -> str:
            _execute(settings.database, "CREATE ROLE visitor LOGIN", *statements)
            stack.callback(_execute, settings.database, "DROP OWNED BY visitor", "DROP ROLE visitor")
            return settings.database.replace("//postgres:", "//visitor:")

        yield made


def _execute(url: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    apart(execute)


def test_a_role_that_may_create_nothing_reads_what_it_lacks(
    server: Settings, databases: Databases, tmp_path: Path, role: Callable[..., str]
) -> None:
    """Since PostgreSQL 15 only the owner of a database may create tables in it, unless that is granted."""
    empty = databases.create(tmp_path)
    url = role(Settings(database_url=empty))
    said = refused(server, url, "migrate")
    assert "permission denied for schema public; GRANT USAGE, CREATE ON SCHEMA public" in said


def test_a_role_that_may_not_look_is_not_told_that_nothing_is_there(server: Settings, role: Callable[..., str]) -> None:
    """Neither without the schema nor without the table."""
    url = role(server, "REVOKE USAGE ON SCHEMA public FROM public")
    assert "GRANT USAGE ON SCHEMA public" in refused(server, url, "migrate")
    _execute(server.database, "GRANT USAGE ON SCHEMA public TO visitor")
    assert "permission denied for table tortoise_migrations" in refused(server, url, "serve")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Who signed the server's certificate."""
    return Authority(tmp_path / "signed", "authority")


def test_a_server_without_tls_is_used_or_refused_as_sslmode_says(server: Settings, port: int) -> None:
    """disable, allow and prefer do without; the others do not."""
    here = f"127.0.0.1:{port}"
    for mode in ("disable", "allow", "prefer"):
        assert holds(server, address(server, here, f"sslmode={mode}"))
    assert "it has no TLS, which sslmode asks for" in refused(server, address(server, here, "sslmode=require"))


def test_a_server_with_tls_is_used_or_refused_as_sslmode_says(
    server: Settings, authority: Authority, tmp_path: Path
) -> None:
    """Who signed its certificate is looked at from verify-ca on, or with sslrootcert; its name by verify-full alone."""
    other = Authority(tmp_path / "other", "other").certificate
    root = authority.certificate
    with fronts.with_tls(socket_of(server), serving(authority.certified("localhost"))) as port:
        named, numbered = f"localhost:{port}", f"127.0.0.1:{port}"
        for query in ("", "sslmode=prefer", "sslmode=require", f"sslmode=require&sslrootcert={root}",
                      f"sslmode=verify-ca&sslrootcert={root}"):  # fmt: skip
            assert holds(server, address(server, numbered, query))
        assert holds(server, address(server, named, f"sslmode=verify-full&sslrootcert={root}"))
        for host, query, cause in (
            (numbered, f"sslmode=verify-full&sslrootcert={root}", "its certificate does not hold: IP address mismatch"),
            (numbered, f"sslmode=verify-ca&sslrootcert={other}", "its certificate does not hold: "),
            (numbered, f"sslmode=require&sslrootcert={other}", "its certificate does not hold: "),
            (numbered, "sslmode=disable", "connection was closed"),
            (numbered, "sslmode=verify-full&sslrootcert=/nowhere", "sslrootcert: the file /nowhere is missing"),
        ):
            assert cause in refused(server, address(server, host, query))


def test_a_server_that_asks_for_a_certificate_gets_it(server: Settings, authority: Authority) -> None:
    """Sslcert and sslkey are read."""
    ours = authority.certified("hall")
    context = serving(authority.certified("localhost"), clients=authority.certificate)
    with fronts.with_tls(socket_of(server), context) as port:
        here = f"127.0.0.1:{port}"
        shown = f"sslmode=require&sslcert={ours.certificate}&sslkey={ours.key}"
        assert holds(server, address(server, here, shown))
        refused(server, address(server, here, "sslmode=require"))


def test_of_several_hosts_the_first_that_will_do_is_used(server: Settings, port: int) -> None:
    """After a host that is down or silent, the next one is tried; the error names all hosts."""
    here = f"127.0.0.1:{port}"
    with fronts.silent() as nobody:
        assert holds(server, address(server, f"{GONE},127.0.0.1:{nobody},{here}", "connect_timeout=1"))
    assert f"PostgreSQL at {GONE}, 127.0.0.1:2," in refused(server, address(server, f"{GONE},127.0.0.1:2"))


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [("any", True), ("primary", True), ("read-write", True), ("prefer-standby", True), ("standby", False),
     ("read-only", False)],
)  # fmt: skip
def test_a_server_of_another_kind_is_not_used(server: Settings, port: int, wanted: str, is_found: Any) -> None:
    """The host must match target_session_attrs; this one is read-write."""
    url = address(server, f"127.0.0.1:{port}", f"target_session_attrs={wanted}")
    if is_found:
        assert holds(server, url)
    else:
        assert f"no server is what target_session_attrs={wanted} asks for" in refused(server, url)


def test_settings_of_the_server_arrive(server: Settings, port: int) -> None:
    """Options are the server's: here a schema that is not there, in which no table can be."""
    here = f"127.0.0.1:{port}"
    assert holds(server, address(server, here, "options=-c%20search_path%3Dpublic&application_name=desk"))
    said = refused(server, address(server, here, "options=-c%20search_path%3Dnowhere"), "migrate")
    assert "no schema has been selected to create in" in said


def test_a_server_that_goes_away_meanwhile_is_named(server: Settings) -> None:
    """A crash of the server is no crash of ours."""
    postgres.stop(server.database)
    try:
        assert "nothing listens there" in refused(server, server.database)
    finally:
        postgres.start(server.database)
