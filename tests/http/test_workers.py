"""Several processes behind one port: HALL_WORKERS."""

import os
import re
import signal

import httpx
import pytest

from api.http.graphql.persisted_documents import trusted_texts
from api.settings import Settings
from tests.http.serving import Served, serving

STARTED = "Started server process"
OPEN = "Application startup complete"
CHEAP = {"query": "{ service { version } }"}
TRUSTED = {"query": next(text for text in trusted_texts(None) if text.startswith("query Session "))}


def workers(served: Served) -> list[int]:
    """Return the numbers of the processes that were started to serve."""
    return [int(number) for said in served.said(STARTED) for number in re.findall(r"[0-9]+", said)]


def version(served: Served) -> object:
    """Return what the Hall answers over a connection of its own."""
    answer = httpx.post(f"{served.address}/graphql", json=CHEAP)
    return answer.json()["data"]["service"]["version"]


def test_several_processes_answer_and_a_lost_one_is_replaced(empty_settings: Settings) -> None:
    """Two serve; when one is killed the port goes on answering, and another takes its place; all end when asked to."""
    with serving(empty_settings, HALL_WORKERS="2") as served:
        served.wait_until(OPEN, times=2)
        first = workers(served)
        assert len(set(first)) == len(first)
        expected = version(served)
        os.kill(first[0], signal.SIGKILL)
        served.wait_until(OPEN, times=3)
        assert len(set(workers(served)) - set(first)) == 1
        assert [version(served) for _ in range(8)] == [expected] * 8
        served.ask_to_end()
        assert served.exit_status() == 0
    assert served.said("Finished server process")


def test_workers_end_when_their_parent_is_killed(empty_settings: Settings) -> None:
    """None goes on serving that nobody could ask to end: their last line is written, and the port is free."""
    with serving(empty_settings, HALL_WORKERS="2") as served:
        served.wait_until(OPEN, times=2)
        version(served)
        # It returns once nobody has the parent's standard output open any more.
        served.kill()
        assert len(served.said("Finished server process")) == 2
        with pytest.raises(httpx.ConnectError):
            version(served)


def test_a_hall_that_cannot_open_says_so_once(settings: Settings) -> None:
    """A database of the demo is refused to production; the parent gives up instead of trying for ever."""
    with serving(settings, HALL_MODE="production", HALL_WORKERS="2") as served:
        assert served.exit_status() == 2


def test_several_processes_have_one_limit_together(empty_settings: Settings) -> None:
    """Whoever asks too much waits after as many answers as one process would have given, whichever of them answers.

    The document is trusted: each process has read it before anybody asks.
    """
    answered = []
    for number in ("1", "2"):
        with serving(empty_settings, HALL_WORKERS=number, HALL_RATE_ADDRESS_COST="460") as served:
            served.wait_until(OPEN, times=int(number))
            asked = [httpx.post(f"{served.address}/graphql", json=TRUSTED).status_code for _ in range(60)]
            answered.append(asked.count(httpx.codes.OK))
            assert set(asked) == {httpx.codes.OK, httpx.codes.TOO_MANY_REQUESTS}
    assert answered[0] == answered[1]
