"""A server whose PostgreSQL cannot be reached: it listens, says what it waits for, and opens by itself."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from api.db.database import is_sqlite
from api.settings import Settings
from tests import postgres
from tests.databases import database_name
from tests.http.serving import Served, free_port, serving
from tests.opening.commands import started
from tests.opening.test_servers import _execute

WAITS = "the Hall waits for its database: PostgreSQL at"
OPEN = "the database can be reached: the Hall is open"
QUERY = {"query": "{ __typename }"}


@pytest.fixture
def server(empty_settings: Settings) -> Iterator[Settings]:
    """A migrated production Hall on PostgreSQL, which a test may stop."""
    if is_sqlite(empty_settings):
        pytest.skip("SQLite has no server")
    yield replace(empty_settings, public_url="https://hall.example")
    postgres.start(empty_settings.database)


def ask(served: Served, path: str) -> httpx.Response:
    """Return the response of a server under its public name."""
    if path == "/graphql":
        return httpx.post(f"{served.address}{path}", json=QUERY)
    return httpx.get(f"{served.address}{path}")


def is_busy(answer: httpx.Response) -> bool:
    """Return whether a response is BUSY, to be sent again."""
    [error] = answer.json()["errors"]
    return (answer.status_code, answer.headers["retry-after"], error["extensions"]["code"]) == (503, "1", "BUSY")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_server_waits_for_its_database(server: Settings, workers: str) -> None:
    """Without a database it serves the client's files and answers BUSY; it opens once the database is there."""
    postgres.stop(server.database)
    with serving(server, HALL_WORKERS=workers) as served:
        served.wait_until(WAITS, times=int(workers))
        assert ask(served, "/").status_code == ask(served, "/healthz").status_code == httpx.codes.OK
        assert ask(served, "/readyz").status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert is_busy(ask(served, "/graphql"))
        postgres.start(server.database)
        served.wait_until(OPEN, times=int(workers))
        assert ask(served, "/readyz").json() == {"status": "ready", "reads": True, "writes": True}
        assert "data" in ask(served, "/graphql").json()


def test_server_waits_for_a_primary(server: Settings) -> None:
    """A server that is no primary is one reason to wait, and is named once."""
    name = database_name(server.database)
    _execute(server.database, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    url = f"{server.database}&target_session_attrs=read-write"
    with serving(replace(server, database_url=url)) as served:
        served.wait_until(WAITS)
        assert is_busy(ask(served, "/graphql"))
        _execute(
            server.database,
            "SET default_transaction_read_only = off",
            f'ALTER DATABASE "{name}" RESET default_transaction_read_only',
        )
        served.wait_until(OPEN)
        assert ask(served, "/readyz").json()["writes"] is True
        assert len(served.events(WAITS)) == 1
        assert "target_session_attrs=read-write" in served.events(WAITS)[0]


def test_server_that_lost_its_database_is_ready_and_busy(server: Settings) -> None:
    """A proxy goes on sending requests to a process whose database is away for a while."""
    with serving(server) as served:
        postgres.stop(server.database)
        ready = ask(served, "/readyz")
        assert (ready.status_code, ready.json()["reads"], ready.json()["writes"]) == (200, False, False)
        assert ask(served, "/").status_code == httpx.codes.OK
        signed_in = httpx.post(
            f"{served.address}/graphql", json={"query": "{ viewer { account } }"}, headers={"Authorization": "Bearer x"}
        )
        assert is_busy(signed_in)


def test_error_that_waiting_cannot_cure_ends_the_server(server: Settings) -> None:
    """Once the database is there, a missing migration ends the command as it does at the start."""
    newest = "(SELECT max(name) FROM tortoise_migrations)"
    _execute(server.database, f"DELETE FROM tortoise_migrations WHERE name = {newest}")  # noqa: S608 - our own name
    postgres.stop(server.database)
    with started(server, "serve", HALL_PORT=str(free_port())) as process:
        assert process.stdout is not None
        assert any(WAITS in line for line in iter(process.stdout.readline, ""))
        postgres.start(server.database)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "python -m api migrate" in error
    assert error.count("\n") == 1


def test_signal_ends_a_server_that_waits(server: Settings) -> None:
    """SIGTERM ends it in order."""
    postgres.stop(server.database)
    with serving(server) as served:
        served.wait_until(WAITS)
        served.terminate()
        served.exit_status()
    assert not [line for line in served.lines if line["level"] == "ERROR"]
