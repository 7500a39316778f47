"""Benchmark: compares the Hall with other servers that do the same work.

 python -m tests.bench [--rounds 5] [--seconds 2] [--people 10000] [--work one-person]

The table is printed, and the chart is written to bench.svg in the data folder.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from platform import python_version

from api import clock
from api.settings import Settings
from tests.bench.contestants import CONSTANT, CONTESTANTS, HALL, Contestant, Store
from tests.bench.drawing import drawing
from tests.bench.load import Measured, answer_to, load, measure_briefly
from tests.bench.logged import check_log
from tests.bench.population import Population
from tests.bench.rounds import Cell, Results, cells, compare, requests_of, run
from tests.bench.serving import running_server
from tests.bench.stores import populated_databases
from tests.bench.table import table
from tests.bench.works import ONE_PERSON, WORKS, Work
from tests.bench.writing import Writing

SERVER_CORE, LOAD_CORE = 0, 1
# V8 in particular compiles hot functions late.
WARMING_SECONDS = 3


def main() -> int:
    """Measure, and print the results."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures the Hall beside others.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--work", action="append", choices=[work.name for work in WORKS], help="by default all")
    arguments = parser.parse_args()
    if not {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        print(
            "This machine has one processor only, which the load generator and the servers would share.",
            file=sys.stderr,
        )
        return 2
    # Child processes, PostgreSQL included, inherit this affinity, so that the servers have their core for themselves.
    os.sched_setaffinity(0, {LOAD_CORE})
    works = [work for work in WORKS if work.name in (arguments.work or [work.name])]
    results = benchmark(arguments.people, works, arguments.rounds, arguments.seconds)
    beside = f"{arguments.people:,} people, Python {python_version()}, {clock.today()}"
    caption = f"Answers a second, medians of {arguments.rounds} rounds, {beside}."
    print(table(results), caption, sep="\n\n")
    picture = Settings.from_environment(os.environ).data / "bench.svg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(drawing(results, caption), "utf-8")
    print(f"Drawn in {picture}")
    return 0


def benchmark(people: int, works: Sequence[Work], rounds: int, seconds: int) -> Results:
    """Return the measurements of these works with this number of people; no seconds means a few requests each."""
    results = Results()
    with tempfile.TemporaryDirectory(prefix="hall-bench-") as name:
        folder = Path(name)
        print_progress(f"Importing {people:,} people")
        with populated_databases(folder, people) as (stores, population):
            writing = Writing(folder, stores[Store.SQLITE], SERVER_CORE)
            requests = requests_of(cells(CONTESTANTS, works), population)
            reading = {cell.contestant: None for cell in requests if not cell.work.writes}
            with serve_all(reading, folder, stores, population) as ports:
                print_progress("Comparing answers")
                answers = compare([cell for cell in requests if is_compared(cell)], population, ports)
                pages = sum(check_log(*store) for store in stores.items())
                print_progress(f"{answers} responses are equal, and so are {pages} entries of the access log")
                writing.compare({cell: requests[cell] for cell in requests if cell.work.writes})

                def measure(cell: Cell, these: Sequence[bytes], number: int) -> Measured:
                    if cell.work.writes:
                        return writing.measure(cell, these, seconds=seconds if number else 0, load_core=LOAD_CORE)
                    if not seconds:
                        return measure_briefly(ports[cell.contestant], these)
                    length = seconds if number else WARMING_SECONDS
                    figures = load(ports[cell.contestant], these, folder, seconds=length, core=LOAD_CORE)
                    # Waits for the work of disconnected clients, which would run during the next measurement.
                    answer_to(ports[cell.contestant], these[0])
                    return figures

                for number, cell, figures in run(requests, rounds, measure):
                    print_progress(
                        f"round {number}  {cell.work.name:<16}{cell.contestant.name:<40}{figures.rate:>9,.0f}"
                    )
                    if number:
                        results.measured.setdefault(cell, []).append(figures)
    return results


def is_compared(cell: Cell) -> bool:
    """Return whether a cell's responses must equal those of the others."""
    return not cell.work.writes and cell.contestant is not CONSTANT


@contextmanager
def serve_all(
    contestants: Collection[Contestant], folder: Path, stores: Mapping[Store, str], population: Population
) -> Iterator[Mapping[Contestant, int]]:
    """Run the contestants on one core, on which idle ones take no time; yield their ports."""
    documents, answer = folder / "documents", folder / "answer.json"
    documents.mkdir()
    for work in WORKS:
        (documents / f"{work.name}.graphql").write_text(work.document, "utf-8")
    start = partial(running_server, folder=folder, core=SERVER_CORE)
    with ExitStack() as stack:
        hall = stack.enter_context(start(HALL.server, stores[HALL.server.store]))
        answer.write_bytes(answer_to(hall, HALL.ask(ONE_PERSON, ONE_PERSON.questions(population)[0])))
        ports = {HALL.server: hall}
        for server in dict.fromkeys(each.server for each in contestants if each.server is not HALL.server):
            ports[server] = stack.enter_context(start(server, stores[server.store]))
        yield {each: ports[each.server] for each in contestants}


def print_progress(line: str) -> None:
    """Print a line of progress."""
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
