"""HALL_DATABASE_URL for PostgreSQL: understood as libpq understands it, or refused by name, and never repeated."""

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
def no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Isolate the tests from libpq's variables and files of the developer."""
    for name in ("PGHOST", "PGPORT", "PGSSLMODE", "PGSERVICE", "PGTARGETSESSIONATTRS", "PGDATABASE", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("url", "said"),
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
def test_servers_and_database_are_named_and_no_password(url: str, said: str) -> None:
    """One host or several, with ports or without, a socket's folder; also where a password was not escaped."""
    address = parse_dsn(url)
    assert str(address) == said
    assert SECRET not in repr(address)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text("abc%:@/?#[] é网", min_size=1))
def test_names_and_passwords_arrive_as_they_were_escaped(name: str, password: str) -> None:
    """Whatever signs are in them."""
    address = parse_dsn(f"postgres://{quote(name, safe='')}:{quote(password, safe='')}@db/hall")
    _, parameters = parsed(address)
    assert (parameters.user, parameters.password) == (name, password)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_what_asyncpg_is_told_is_what_the_address_asks(mode: str) -> None:
    """A mode is not dropped, and no host is asked for another one's sake."""
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
def test_connect_timeout_is_in_seconds_for_each_host(seconds: str, limit: int | None) -> None:
    """And where libpq would wait without end, the Hall's own limit holds."""
    assert parse_dsn(f"postgres://hall@db/hall?connect_timeout={seconds}").connect_timeout == limit


def test_what_holds_anyway_may_be_asked_for() -> None:
    """An address that other programs share has such parameters."""
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
def test_what_is_not_understood_is_refused_by_name(query: str, named: str) -> None:
    """And is neither dropped nor sent to the server as a setting."""
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
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    """A password whose signs were not escaped would be read as a host or a database, and printed."""
    with pytest.raises(SettingsError) as refused:
        parse_dsn(url)
    assert "postgres://USER:PASSWORD@HOST:PORT/DATABASE" in str(refused.value)
    assert SECRET not in str(refused.value)
