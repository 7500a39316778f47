"""Scaling: the Hall with a million persons compared with ten thousand, on SQLite and PostgreSQL.

 python -m tests.bench.scale [--people 1000000] [--rounds 5] [--store sqlite]

Both are measured in turns. A ratio is the median of the ratios within each round; times are median milliseconds.
"""

import argparse
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import sleep
from typing import TypeVar

from api.settings import Settings
from tests.bench.contestants import Store
from tests.bench.load import load
from tests.bench.scale.crowd import IMPORTED, MAX_PEOPLE, USUAL_PEOPLE, Crowd, create_crowd
from tests.bench.scale.reading import COUNT, FIRST, Times, measure_reads
from tests.bench.scale.serving import RunningHall, look_up, machine_busy, own_pages, own_record, pages, running_hall
from tests.bench.works import ENROLMENT_PAGE, ONE_PERSON
from tests.databases import Databases, PostgreSQLDatabases, SQLiteDatabases
from tests.postgres import postgresql

IDLE_SECONDS, LOAD_SECONDS = 2, 3
# shared_buffers as PostgreSQL's manual recommends for a common machine, instead of the small default.
MEMORY = "1GB"
# Load and servers share the processors; with fewer connections two workers would only wait for the log.
ANYWHERE, CONNECTIONS = "0,1", 64
Answer = TypeVar("Answer")


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description="What a million people cost.")
    parser.add_argument(
        "--people", type=int, default=USUAL_PEOPLE, help=f"so many, in ten thousands, {MAX_PEOPLE:,} at most"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store", type=Store, choices=list(Store), action="append")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hall-growing-")))
        for store in arguments.store or list(Store):
            databases: Databases = SQLiteDatabases()
            if store is Store.POSTGRESQL:
                server = stack.enter_context(postgresql(MEMORY))
                databases = stack.enter_context(closing(PostgreSQLDatabases(server)))
            crowds = [
                _create_crowd(databases, folder / f"{store}-{size}", size) for size in (IMPORTED, arguments.people)
            ]
            print(f"\n{store}: {crowds[0].people:,} and {crowds[1].people:,} people")
            _print_reads([[_in_process(measure_reads, crowd) for crowd in crowds] for _ in range(arguments.rounds)])
            _print_serving(crowds, arguments.rounds)
            _print_two(crowds[1], arguments.rounds, folder)


def _create_crowd(databases: Databases, folder: Path, people: int) -> Crowd:
    folder.mkdir()
    return _in_process(create_crowd, Settings(data=folder, database_url=databases.create(folder)), people)


def _in_process(work: Callable[..., Answer], *given: object) -> Answer:
    """Run `work` in a separate process, because Tortoise supports one kind of database per process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *given).result()


def _print_reads(rounds: Sequence[Sequence[Times]]) -> None:
    print(f"{'':<40}{'few':>10}{'many':>10}{'many/few':>10}{'/first':>10}")
    for key in rounds[0][0]:
        few, many = (median(one[key] for one in each) * 1000 for each in zip(*rounds, strict=True))
        ratio = median(large[key] / small[key] for small, large in rounds)
        first = (key[0], FIRST)
        deep = median(large[key] / large[first] for _, large in rounds) if first in rounds[0][1] else None
        shown = f"{deep:>10.2f}" if deep is not None and key[1] not in {FIRST, COUNT} else ""
        print(f"{', '.join(key):<40}{few:>10.3f}{many:>10.3f}{ratio:>10.2f}{shown}")


def _print_serving(crowds: Sequence[Crowd], rounds: int) -> None:
    measured = [[_served(crowd) for crowd in crowds] for _ in range(rounds)]
    for place, (what, unit) in enumerate(_SERVED):
        few, many = (median(each[place] for each in of_one) for of_one in zip(*measured, strict=True))
        ratio = median(large[place] / small[place] for small, large in measured)
        print(f"{f'{what}, {unit}':<40}{few:>10.2f}{many:>10.2f}{ratio:>10.2f}")


_SERVED = (
    ("ready", "s"),
    ("ready", "s of processor"),
    ("at rest", "MB"),
    ("own record by HTTP", "ms"),
    ("look-up by HTTP", "ms"),
)


def _served(crowd: Crowd) -> tuple[float, ...]:
    with running_hall(crowd) as hall:
        ready = hall.seconds, hall.busy
        sleep(IDLE_SECONDS)
        return *ready, hall.megabytes, own_record(hall, crowd), look_up(hall, crowd)


def _print_two(crowd: Crowd, rounds: int, folder: Path) -> None:
    """Print the throughput of two workers relative to one, and the processor time of the Hall and others."""
    works = {
        "page of 50": pages(crowd),
        "own record": own_pages(crowd, ONE_PERSON),
        "enrolment page": own_pages(crowd, ENROLMENT_PAGE),
    }
    for name, requests in works.items():
        pairs_of_shares = list(_rounds(crowd, requests, rounds, folder))
        pairs = [(two.rate / one.rate, two.maximum / one.rate) for one, two in pairs_of_shares]
        ratio, most = (median(each) for each in zip(*pairs, strict=True))
        print(f"two processes, {name:<25}{ratio:>10.2f} times one; {most:.2f} if no processor had been idle")
        for who, shares in zip(("one", "two"), zip(*pairs_of_shares, strict=True), strict=True):
            hall, others = median(each.hall for each in shares), median(each.others for each in shares)
            print(
                f"    {who}: {hall:.0f} µs of processor for an answer, and {others:.0f} of all others on this machine"
            )


@dataclass(frozen=True, slots=True)
class Share:
    """Responses per second, and the processor time per response in microseconds: of the Hall, and of all others."""

    rate: float
    hall: float
    others: float

    @property
    def maximum(self) -> float:
        """The responses per second if all processors were always busy."""
        return (os.cpu_count() or 1) * 1e6 / (self.hall + self.others)


def _rounds(crowd: Crowd, requests: Sequence[bytes], rounds: int, folder: Path) -> Iterator[tuple[Share, Share]]:
    with running_hall(crowd, 1) as one, running_hall(crowd, 2) as two:
        for number in range(rounds + 1):
            shares = _share(one, requests, folder), _share(two, requests, folder)
            # The first round is a warm-up.
            if number:
                yield shares


def _share(hall: RunningHall, requests: Sequence[bytes], folder: Path) -> Share:
    ours, all_ = hall.busy, machine_busy()
    measured = load(hall.port, requests, folder, seconds=LOAD_SECONDS, core=ANYWHERE, connections=CONNECTIONS)
    ours, all_ = hall.busy - ours, machine_busy() - all_
    return Share(measured.rate, ours / measured.answers * 1e6, (all_ - ours) / measured.answers * 1e6)


if __name__ == "__main__":
    main()
