"""The Hall over a crowd as a process of its own: how soon it is ready, how large it is, and what two of them do."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

import httpx

from api.graphql.pagination import cursor
from api.people.models import Person
from tests.bench.contestants import NO_LIMITS, by_document
from tests.bench.scale.crowd import Crowd
from tests.bench.works import ONE_PERSON, PAGE_OF_50, Question, Work
from tests.http.serving import CHECKOUT, free_port

TIMEOUT_SECONDS = 30
BY_NUMBER = """
    query ($number: String!) {
      person(idNumber: $number, purpose: "核对参保信息") { id name idType { code name } idNumber }
    }
"""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Opened:
    """A Hall that serves: where, how soon it was ready, and its processes."""

    port: int
    seconds: float
    process: int

    @property
    def processes(self) -> list[int]:
        """Those that serve: the one, or the children of the one that keeps them alive."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text("ascii").split()
        found = [int(child) for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text("utf-8")]
        return found or [self.process]

    @property
    def megabytes(self) -> float:
        """The memory of the largest."""
        return max(_memory(each) for each in self.processes) / 1e6

    @property
    def busy(self) -> float:
        """The seconds of processor that they have taken by now."""
        return sum(_busy(each) for each in self.processes)


@contextmanager
def opened(crowd: Crowd, workers: int = 1) -> Iterator[Opened]:
    """Keep a Hall in production open over a crowd."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")} | {
        "HALL_PORT": str(port),
        "HALL_DATA": str(crowd.settings.data),
        "HALL_DATABASE_URL": crowd.settings.database,
        "HALL_INSECURE_COOKIES": "1",
        "HALL_WORKERS": str(workers),
        **NO_LIMITS,
    }
    began = perf_counter()
    command = [sys.executable, "-m", "api", "serve"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield Opened(port, perf_counter() - began, process.pid)
        finally:
            process.terminate()


def own_record(hall: Opened, crowd: Crowd) -> float:
    """Return the milliseconds that a citizen's own record takes, over a connection that stays open."""
    return _median(hall, [(token, {"query": ONE_PERSON.document}) for token in crowd.citizen_tokens])


def look_up(hall: Opened, crowd: Crowd) -> float:
    """Return the milliseconds that staff wait for somebody of a number, with the entry in the access log."""
    asked = [{"query": BY_NUMBER, "variables": {"number": number}} for number in crowd.numbers]
    return _median(hall, [(crowd.supervisor_token, each) for each in asked])


def _median(hall: Opened, asked: list[tuple[str, dict[str, Any]]]) -> float:
    """Return the milliseconds of an answer in the median, once each was given."""
    taken = []
    with httpx.Client(base_url=f"http://127.0.0.1:{hall.port}") as client:
        for token, content in asked * 3:
            began = perf_counter()
            answer = client.post("/graphql", json=content, headers={"Authorization": f"Bearer {token}"})
            taken.append(perf_counter() - began)
            told = answer.json()
            assert "errors" not in told
            assert None not in told["data"].values()
    return median(taken[len(asked) :]) * 1000


def pages(crowd: Crowd) -> Sequence[bytes]:
    """Return requests for pages of fifty, from all over the clerk's district."""
    places = [None, *(cursor(Person(id=row)) for row in range(1000, crowd.people - 1000, crowd.people // 100))]
    return [by_document(PAGE_OF_50, Question(crowd.clerk_token, {"after": place})) for place in places]


def own_pages(crowd: Crowd, work: Work) -> Sequence[bytes]:
    """Return requests of citizens for a page of their own."""
    return [by_document(work, Question(token, {})) for token in crowd.citizen_tokens]


def _wait(port: int) -> None:
    until = perf_counter() + TIMEOUT_SECONDS
    while perf_counter() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        sleep(0.005)
    raise TimeoutError("the Hall did not open")


def _memory(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _busy(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def machine_busy() -> float:
    """Return the seconds of processor that everybody on this machine has taken by now."""
    user, nice, system, _idle, _waiting, *interrupts = (
        Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:8]
    )
    return sum(int(each) for each in (user, nice, system, *interrupts)) / TICK
