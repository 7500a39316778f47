"""Fixtures of all tests: a date that does not change during the run, a database for each test, a running Hall.

    settings        of a demo Hall: migrated, with the demo people and a data folder of its own
    empty_settings  of a production Hall: migrated, without people
    hall            the running demo Hall; see tests/hall.py
    later           moves the stopped clock forward
    real_clock      the clock as it is outside tests
    real_passwords  password hashes with the parameters of production

The database is that of HALL_TEST_DATABASE: sqlite (the default) or postgresql.
"""

from __future__ import annotations

import gc
import os
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import certifi
import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from api import clock
from api.accounts import passwords
from api.settings import Settings
from api.zone import SHANGHAI
from tests.databases import Databases, PostgreSQLDatabases, SQLiteDatabases, apart
from tests.durability.scale import IS_FULL
from tests.personal import detecting_leaks, leaks
from tests.postgres import postgresql

if TYPE_CHECKING:
    from tests.hall import Hall  # tests of rules do not load the application

# Property-based tests have no deadline. The ordinary run uses the same cases each time, the full run random ones.
hypothesis_settings.register_profile("ordinary", deadline=None, derandomize=True, max_examples=50)
hypothesis_settings.register_profile("full", deadline=None, max_examples=1000)
hypothesis_settings.load_profile("full" if IS_FULL else "ordinary")

DATABASE = os.environ.get("HALL_TEST_DATABASE", "sqlite")
# With HALL_ENGINE or HALL_HTTP in the environment the whole suite runs with that engine or HTTP protocol.
SWITCHES = {name: os.environ[name] for name in ("HALL_ENGINE", "HALL_HTTP") if name in os.environ}
needs_hall_http = pytest.mark.skipif(SWITCHES.get("HALL_HTTP") == "uvicorn", reason="uvicorn answers in another way")
# For tests of what the compiler alone has.
needs_compiler = pytest.mark.skipif(SWITCHES.get("HALL_ENGINE") == "graphql-core", reason="graphql-core makes no plans")
REAL_NOW = clock.now
REAL_HASHER = passwords._hasher


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist is published without types
    """Hands out tests one by one, but those of a file that is marked as one xdist_group together.

    xdist has this itself, as --dist=loadgroup: version 3.8 changes the ids of tests for it, which pytest 9.2 ignores.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if _is_one_group(self.config.rootpath / path) else nodeid


@cache
def _is_one_group(path: Path) -> bool:
    return "pytestmark = pytest.mark.xdist_group(" in path.read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Return the scheduler of the workers."""
    return Scheduling(config, log)


# Tests that open a database, of behaviour that does not depend on it: rights, requests and responses, files.
SAME_ON_EACH_DATABASE = (
    # What it asks is read from both in tests/accounts/test_absent_and_forbidden.py and tests/people/.
    "tests/accounts/test_authorization.py",
    "tests/clients",
    "tests/http",
    "tests/people/importing/test_damaged_files.py",
    "tests/people/importing/test_formats.py",
    "tests/people/importing/test_terminals.py",
)
# Exceptions, which depend on the database: driver errors, and database connections that requests share.
DATABASE_DEPENDENT = (
    "tests/http/test_logs.py",
    "tests/http/test_error_masking.py",
    "tests/http/test_in_process_connection.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run only what depends on the database: the rest ran on SQLite already."""
    if DATABASE == "sqlite":
        return
    depending = [item for item in items if _depends_on_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in depending])
    items[:] = depending


def _depends_on_the_database(item: pytest.Item) -> bool:
    path = item.path.relative_to(item.config.rootpath)
    is_same = any(path.is_relative_to(each) for each in SAME_ON_EACH_DATABASE)
    return "databases" in getattr(item, "fixturenames", ()) and (not is_same or str(path) in DATABASE_DEPENDENT)


def pytest_collection_finish() -> None:
    """Exclude modules and tests from garbage collection: they live until the end."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def one_day() -> Iterator[None]:
    """Start the run at noon in Asia/Shanghai, so that midnight does not fall between two statements."""
    noon = datetime.combine(clock.today(), time(12), SHANGHAI)
    began = monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: noon + timedelta(seconds=monotonic() - began))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_personal_data(one_day: None) -> Iterator[None]:  # noqa: ARG001 - people are dated from that day
    """Check at the end of the run that no log and no error contains personal data."""
    with detecting_leaks():
        yield
    assert leaks == []


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash with argon2's least parameters: tests sign in thousands of times, and a hash tells its own parameters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_clients() -> Iterator[None]:
    """Let httpx read the public certificates once, not for each client, and not look for a library that is missing."""
    original, public = ssl.create_default_context, {certifi.where(), os.environ.get("SSL_CERT_FILE")}
    read_once = cache(lambda file: original(cafile=file))

    def context(*given: Any, **named: Any) -> ssl.SSLContext:
        is_public = not given and set(named) == {"cafile"} and named["cafile"] in public
        return read_once(named["cafile"]) if is_public else original(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", context)
        patch.setitem(sys.modules, "sniffio", None)
        yield


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash with the parameters of production; what was hashed before keeps its own."""
    monkeypatch.setattr(passwords, "_hasher", REAL_HASHER)
    passwords._dummy_hash.cache_clear()
    yield
    passwords._dummy_hash.cache_clear()


@pytest.fixture
def real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the clock back its own time."""
    monkeypatch.setattr(clock, "now", REAL_NOW)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Puts the clock forward, from one moment that stands still."""
    began = clock.now()

    def move(by: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: began + by)

    move(timedelta())
    return move


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Where this run's databases come from."""
    match DATABASE:
        case "sqlite":
            yield SQLiteDatabases()
        case "postgresql":
            with postgresql(is_small=True) as server, closing(PostgreSQLDatabases(server)) as databases:
                yield databases
        case other:
            raise pytest.UsageError(f"HALL_TEST_DATABASE is {other!r}; set it to sqlite or postgresql.")


@pytest.fixture(scope="session")
def demo_address(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the database with the demo people, from which each test gets its copy."""
    return _filled("demo", databases, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def empty_address(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the database with nobody in it, from which each test gets its copy."""
    return _filled("production", databases, tmp_path_factory.mktemp("empty"))


def _filled(mode: str, databases: Databases, data: Path) -> str:
    address = databases.create(data)
    settings = _settings(mode, data, address)

    from api.db.database import connected, migrate

    async def fill() -> None:
        async with connected(settings) as context:
            await migrate(context)
            if settings.is_demo:
                from api import demo

                await demo.ensure(settings, clock.today())

    apart(fill)
    return address


@pytest.fixture
def settings(databases: Databases, demo_address: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a demo Hall whose database nobody else uses."""
    with databases.copy(demo_address, tmp_path) as address:
        yield _settings("demo", tmp_path, address)


@pytest.fixture
def empty_settings(databases: Databases, empty_address: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a production Hall in whose database nobody is yet."""
    with databases.copy(empty_address, tmp_path) as address:
        yield _settings("production", tmp_path, address)


def _settings(mode: str, data: Path, address: str) -> Settings:
    named = {"HALL_MODE": mode, "HALL_DATA": str(data), "HALL_DATABASE_URL": address}
    return Settings.from_environment(SWITCHES | named)


@pytest.fixture
async def hall(settings: Settings) -> AsyncIterator[Hall]:
    """A demo Hall, running."""
    from tests.hall import open_hall

    async with open_hall(settings) as hall:
        yield hall
