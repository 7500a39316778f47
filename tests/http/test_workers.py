"""Several worker processes behind one port: HALL_WORKERS."""

import os
import re
import signal

import httpx
import pytest

from api.http.graphql.persisted_documents import trusted_documents
from api.settings import Settings
from tests.http.serving import Served, serving

STARTED = "Started server process"
OPEN = "Application startup complete"
CHEAP = {"query": "{ service { version } }"}
TRUSTED = {"query": next(each.text for each in trusted_documents(None) if each.text.startswith("query Session "))}


def workers(served: Served) -> list[int]:
    """Return the process ids of the started workers."""
    return [int(number) for event in served.events(STARTED) for number in re.findall(r"[0-9]+", event)]


def version(served: Served) -> object:
    """Return the version that the server returns on a new connection."""
    answer = httpx.post(f"{served.address}/graphql", json=CHEAP)
    return answer.json()["data"]["service"]["version"]


def test_killed_worker_is_replaced(empty_settings: Settings) -> None:
    """Two workers serve; a killed one is replaced while the other answers; all exit on SIGTERM."""
    with serving(empty_settings, HALL_WORKERS="2") as served:
        served.wait_until(OPEN, times=2)
        first = workers(served)
        assert len(set(first)) == len(first)
        expected = version(served)
        os.kill(first[0], signal.SIGKILL)
        served.wait_until(OPEN, times=3)
        assert len(set(workers(served)) - set(first)) == 1
        assert [version(served) for _ in range(8)] == [expected] * 8
        served.terminate()
        assert served.exit_status() == 0
    assert served.events("Finished server process")


def test_workers_exit_when_parent_is_killed(empty_settings: Settings) -> None:
    """Workers exit after their parent is killed: they log their end, and the port is free."""
    with serving(empty_settings, HALL_WORKERS="2") as served:
        served.wait_until(OPEN, times=2)
        version(served)
        # Returns after all workers have closed the inherited standard output.
        served.kill()
        assert len(served.events("Finished server process")) == 2
        with pytest.raises(httpx.ConnectError):
            version(served)


def test_failed_start_ends_parent(settings: Settings) -> None:
    """If the workers cannot start (a demo database in production), the parent exits with status 2."""
    with serving(settings, HALL_MODE="production", HALL_WORKERS="2") as served:
        assert served.exit_status() == 2


def test_workers_share_rate_limit(empty_settings: Settings) -> None:
    """Two workers together answer as many requests as one before the limit.

    The document is trusted: each worker has parsed it at its start.
    """
    allowed = []
    for number in ("1", "2"):
        with serving(empty_settings, HALL_WORKERS=number, HALL_RATE_ADDRESS_COST="460") as served:
            served.wait_until(OPEN, times=int(number))
            codes = [httpx.post(f"{served.address}/graphql", json=TRUSTED).status_code for _ in range(60)]
            allowed.append(codes.count(httpx.codes.OK))
            assert set(codes) == {httpx.codes.OK, httpx.codes.TOO_MANY_REQUESTS}
    assert allowed[0] == allowed[1]
