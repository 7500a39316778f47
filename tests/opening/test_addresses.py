"""HALL_DATABASE_URL for PostgreSQL: parsed like libpq, rejected by parameter name, and never repeated in messages."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asyncpg import connect_utils
from hypothesis import given
from hypothesis import strategies as st

from api.db.postgresql.dsn import FIXED, Address, parse_dsn
from api.errors import SettingsError

SECRET = "s3cr3t"


@pytest.fixture(autouse=True)
def isolated_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Isolate the tests from libpq's variables and files of the developer."""
    for name in ("PGHOST", "PGPORT", "PGSSLMODE", "PGSERVICE", "PGTARGETSESSIONATTRS", "PGDATABASE", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"postgres://hall:{SECRET}@db/hall", "PostgreSQL at db:5432, database hall"),
        (f"postgresql://hall:{SECRET}@db:6432/city", "PostgreSQL at db:6432, database city"),
        (f"postgres://hall:{SECRET}@one:5432,two:5433/hall", "PostgreSQL at one:5432, two:5433, database hall"),
        (f"postgres://hall:{SECRET}@/hall?host=one,two&port=1,2", "PostgreSQL at one:1, two:2, database hall"),
        (f"postgres://hall:{SECRET}@one,two/hall?port=6432", "PostgreSQL at one:5432, two:5432, database hall"),
        (f"postgres://hall:{SECRET}@[::1]:5433/hall", "PostgreSQL at ::1:5433, database hall"),
        (f"postgres://hall:{SECRET}@/hall?host=/run/pg", "PostgreSQL at /run/pg/.s.PGSQL.5432, database hall"),
        (f"postgres://hall:{SECRET}@db", "PostgreSQL at db:5432, database hall"),
        (f"postgres://hall:a@b[{SECRET}]@db/hall", "PostgreSQL at db:5432, database hall"),
    ],
)
def test_address_repr_has_no_password(url: str, expected: str) -> None:
    """The text names hosts, ports and database, and never a password, even an unescaped one."""
    address = parse_dsn(url)
    assert str(address) == expected
    assert SECRET not in repr(address)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text("abc%:@/?#[] é网", min_size=1))
def test_escaped_names_and_passwords(name: str, password: str) -> None:
    """Percent-encoded names and passwords are decoded."""
    address = parse_dsn(f"postgres://{quote(name, safe='')}:{quote(password, safe='')}@db/hall")
    _, parameters = parsed(address)
    assert (parameters.user, parameters.password) == (name, password)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_asyncpg_gets_parameters_of_address(mode: str) -> None:
    """Sslmode and server settings of the address are passed to asyncpg."""
    address = parse_dsn(f"postgres://hall@db/hall?sslmode={mode}&application_name=desk&options=-c%20geqo%3Doff")
    _, parameters = parsed(address)
    assert parameters.sslmode.name == mode
    assert address.settings == {"application_name": "desk", "options": "-c geqo=off"}


def parsed(address: Address) -> Any:
    """Parse an address with asyncpg."""
    nothing = ("port", "user", "password", "passfile", "database", "ssl", "service", "servicefile", "direct_tls",
               "server_settings", "target_session_attrs", "krbsrvname", "gsslib")  # fmt: skip
    return connect_utils._parse_connect_dsn_and_args(dsn=address.dsn, host="db", **dict.fromkeys(nothing))


@pytest.mark.parametrize(("seconds", "limit"), [("", None), ("0", None), ("-1", None), ("1", 1), ("30", 30)])
def test_connect_timeout(seconds: str, limit: int | None) -> None:
    """connect_timeout is in seconds per host; without one the Hall's own limit applies."""
    assert parse_dsn(f"postgres://hall@db/hall?connect_timeout={seconds}").connect_timeout == limit


def test_fixed_parameters_are_accepted() -> None:
    """Parameters with the value that applies anyway are accepted, for addresses shared with other programs."""
    for name, values in FIXED.items():
        for value in values:
            assert parse_dsn(f"postgres://hall@db/hall?{name}={value}")
    _, parameters = parsed(parse_dsn("postgres://hall@db/hall?ssl=true"))
    assert parameters.sslmode.name == "require"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("sslmode=sometimes", "sslmode: it is one of disable, allow, prefer, require, verify-ca, verify-full"),
        ("sslmode=parse", "sslmode: it is one of"),
        ("sslmode=verify-full&sslrootcert=/nowhere/ca.crt", "sslrootcert: the file /nowhere/ca.crt is missing"),
        ("sslmode=verify-full", "root certificate file"),
        ("sslmode=verify-full&sslrootcert=system", "sslrootcert: it names a file here"),
        ("sslmode=require&sslcert=/nowhere/hall.crt", "sslcert: the file /nowhere/hall.crt is missing"),
        ("target_session_attrs=writable", "target_session_attrs: it is one of any, read-write"),
        ("connect_timeout=soon", "connect_timeout: it is a number of seconds"),
        ("channel_binding=require", "channel_binding: it can be disable or prefer here"),
        ("gssencmode=require", "gssencmode: it can be disable or prefer here"),
        ("load_balance_hosts=random", "load_balance_hosts: it can be disable here"),
        ("hostaddr=127.0.0.1", "hostaddr: the Hall does not understand that parameter"),
        ("require_auth=scram-sha-256", "require_auth: the Hall does not understand"),
        ("lock_timeout=1", "lock_timeout: the Hall does not understand"),
        ("minsize=5", "minsize: the Hall does not understand"),
        ("ssl=on", "ssl: the Hall does not understand"),
        ("host=one,two&port=1,2,3", "could not match 3 port numbers to 2 hosts"),
    ],
)
def test_unknown_parameters_are_refused(query: str, named: str) -> None:
    """Unknown parameters are refused by name, and neither dropped nor sent as server settings."""
    separator = "/hall?" if query.startswith("host=") else "db/hall?"
    with pytest.raises(SettingsError) as refused:
        parse_dsn(f"postgres://hall:{SECRET}@{separator}{query}")
    assert named in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://hall:12/{SECRET}@db/hall",
        f"postgres://hall:12?{SECRET}@db/hall",
        f"postgres://hall:12#{SECRET}@db/hall",
        f"postgres://hall:{SECRET}@db:port/hall",
        f"postgres://hall:{SECRET}@db/hall?sslmode",
        f"postgres:/hall:{SECRET}@db/hall",
        f"postgres://hall:{SECRET}@db,,/hall",
        f"postgres://hall:{SECRET}@[::1/hall",
    ],
)
def test_unreadable_address_is_not_repeated(url: str) -> None:
    """A password whose signs were not escaped would be read as a host or a database, and printed."""
    with pytest.raises(SettingsError) as refused:
        parse_dsn(url)
    assert "postgres://USER:PASSWORD@HOST:PORT/DATABASE" in str(refused.value)
    assert SECRET not in str(refused.value)
