"""A server process with a large population: start-up time, memory, and throughput of workers."""

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
from api.people.search import LIST
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
class RunningHall:
    """A running server: its port, its start-up seconds, and its process id."""

    port: int
    seconds: float
    process: int

    @property
    def processes(self) -> list[int]:
        """The serving processes: the process itself, or its workers."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text("ascii").split()
        found = [int(child) for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text("utf-8")]
        return found or [self.process]

    @property
    def megabytes(self) -> float:
        """The memory of the largest process."""
        return max(_memory(each) for each in self.processes) / 1e6

    @property
    def busy(self) -> float:
        """The processor seconds used so far."""
        return sum(_busy(each) for each in self.processes)


@contextmanager
def running_hall(crowd: Crowd, workers: int = 1) -> Iterator[RunningHall]:
    """Run a production server with a population."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")} | {
        "HALL_PORT": str(port),
        "HALL_DATA": str(crowd.settings.data),
        "HALL_DATABASE_URL": crowd.settings.database,
        "HALL_INSECURE_COOKIES": "1",
        "HALL_WORKERS": str(workers),
        **NO_LIMITS,
    }
    started = perf_counter()
    command = [sys.executable, "-m", "api", "serve"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield RunningHall(port, perf_counter() - started, process.pid)
        finally:
            process.terminate()


def own_record(hall: RunningHall, crowd: Crowd) -> float:
    """Return the median milliseconds of a citizen's own record on a kept-alive connection."""
    return _median(hall, [(token, {"query": ONE_PERSON.document}) for token in crowd.citizen_tokens])


def look_up(hall: RunningHall, crowd: Crowd) -> float:
    """Return the median milliseconds of a look-up by number, the access-log entry included."""
    requests = [{"query": BY_NUMBER, "variables": {"number": number}} for number in crowd.numbers]
    return _median(hall, [(crowd.supervisor_token, each) for each in requests])


def _median(hall: RunningHall, requests: list[tuple[str, dict[str, Any]]]) -> float:
    """Return the median milliseconds of a response after a warm-up."""
    seconds = []
    with httpx.Client(base_url=f"http://127.0.0.1:{hall.port}") as client:
        for token, content in requests * 3:
            started = perf_counter()
            answer = client.post("/graphql", json=content, headers={"Authorization": f"Bearer {token}"})
            seconds.append(perf_counter() - started)
            body = answer.json()
            assert "errors" not in body
            assert None not in body["data"].values()
    return median(seconds[len(requests) :]) * 1000


def pages(crowd: Crowd) -> Sequence[bytes]:
    """Return requests for pages of fifty persons from all over the clerk's district."""
    places = [None, *(cursor(LIST, row) for row in range(1000, crowd.people - 1000, crowd.people // 100))]
    return [by_document(PAGE_OF_50, Question(crowd.clerk_token, {"after": place})) for place in places]


def own_pages(crowd: Crowd, work: Work) -> Sequence[bytes]:
    """Return requests of citizens for pages of their own."""
    return [by_document(work, Question(token, {})) for token in crowd.citizen_tokens]


def _wait(port: int) -> None:
    until = perf_counter() + TIMEOUT_SECONDS
    while perf_counter() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        sleep(0.005)
    raise TimeoutError("the server did not start")


def _memory(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _busy(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def machine_busy() -> float:
    """Return the processor seconds used by all processes of this machine so far."""
    user, nice, system, _idle, _waiting, *interrupts = (
        Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:8]
    )
    return sum(int(each) for each in (user, nice, system, *interrupts)) / TICK
