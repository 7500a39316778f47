"""Measures the Hall beside others that do the same work, and prints how they compare.

python -m tests.bench [--rounds 5] [--seconds 2] [--people 10000]
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.bench.contestants import CONSTANT, CONTESTANTS, HALL, MERCURIUS, STRAWBERRY, Contestant, Store
from tests.bench.load import Measured, answer_to, glance, load
from tests.bench.population import Population
from tests.bench.rounds import Cell, Results, cells, compare, run
from tests.bench.serving import served
from tests.bench.stores import settled
from tests.bench.table import table
from tests.bench.works import ONE_PERSON

SERVER_CORE, LOAD_CORE = 0, 1
# V8 in particular takes its time to find out what is worth compiling.
WARMING_SECONDS = 3


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures the Hall beside others.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--people", type=int, default=10_000)
    arguments = parser.parse_args()
    if not {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        print("This machine has one processor only: those who ask and who answer would share it.", file=sys.stderr)
        return 2
    # Whatever is started from here stays away from the servers' core, PostgreSQL too, unless it is told otherwise.
    os.sched_setaffinity(0, {LOAD_CORE})
    print(table(benched(arguments.people, arguments.rounds, arguments.seconds), [MERCURIUS, STRAWBERRY]))
    return 0


def benched(people: int, rounds: int, seconds: int) -> Results:
    """Return what was measured about so many people; in no seconds at all, at a glance."""
    results = Results()
    with tempfile.TemporaryDirectory(prefix="hall-bench-") as name:
        folder = Path(name)
        say(f"Importing {people:,} people")
        with settled(folder, people) as (stores, population), all_served(folder, stores, population) as ports:
            todo = cells(CONTESTANTS)
            alike = [cell for cell in todo if cell.contestant is not CONSTANT]
            say(f"{compare(alike, population, ports)} answers compared: all do the same work")

            def measure(cell: Cell, requests: Sequence[bytes], number: int) -> Measured:
                port = ports[cell.contestant]
                if not seconds:
                    return glance(port, requests)
                return load(port, requests, folder, seconds=seconds if number else WARMING_SECONDS, core=LOAD_CORE)

            for number, cell, figures in run(todo, population, rounds, measure):
                say(f"round {number}  {cell.work.name:<16}{cell.contestant.name:<40}{figures.rate:>9,.0f}")
                if number:
                    results.measured.setdefault(cell, []).append(figures)
    return results


@contextmanager
def all_served(folder: Path, stores: Mapping[Store, str], population: Population) -> Iterator[Mapping[Contestant, int]]:
    """Keep everybody running on the same core; whoever is not asked sleeps. Give their ports."""
    answer = folder / "answer.json"
    start = partial(served, answer=answer, core=SERVER_CORE)
    with ExitStack() as stack:
        hall = stack.enter_context(start(HALL.server, stores[HALL.server.store]))
        answer.write_bytes(answer_to(hall, HALL.ask(ONE_PERSON, ONE_PERSON.questions(population)[0])))
        ports = {HALL.server: hall}
        for server in dict.fromkeys(each.server for each in CONTESTANTS if each.server is not HALL.server):
            ports[server] = stack.enter_context(start(server, stores[server.store]))
        yield {each: ports[each.server] for each in CONTESTANTS}


def say(line: str) -> None:
    """Tell whoever waits how far it is."""
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
