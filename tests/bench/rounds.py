"""Measures all contestants in rounds, and compares within a round.

Because the noise of a machine varies over time, each measurement is short, contestants take turns in rotating order,
and
only measurements of the same round are compared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.contestants import Contestant
from tests.bench.load import BadToken, Measured, answer_to
from tests.bench.population import Population
from tests.bench.works import Question, Work

COMPARED = 12
# The Hall compiles repeated operations.
TIMES_COMPARED = 3


class Different(Exception):
    """Two contestants do not do the same work."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A work and a contestant."""

    work: Work
    contestant: Contestant


# Measures the requests of a cell in a round.
Measure = Callable[[Cell, Sequence[bytes], int], Measured]


@dataclass(slots=True)
class Results:
    """The measurements, one for each round."""

    measured: dict[Cell, list[Measured]] = field(default_factory=dict)

    def rate(self, cell: Cell) -> float:
        """Return the median requests per second."""
        return median(each.rate for each in self.measured[cell])

    def ratio(self, cell: Cell, other: Cell) -> float:
        """Return the median ratio of two cells' rates."""
        pairs = zip(self.measured[cell], self.measured[other], strict=True)
        return median(one.rate / another.rate for one, another in pairs)

    def slowest(self, cell: Cell) -> float:
        """Return the median 99th percentile in milliseconds."""
        return median(each.slowest for each in self.measured[cell])

    def spread(self, cell: Cell) -> float:
        """Return the range of the rates as a fraction of their median."""
        rates = [each.rate for each in self.measured[cell]]
        return (max(rates) - min(rates)) / median(rates)


def cells(contestants: Sequence[Contestant], works: Sequence[Work]) -> list[Cell]:
    """Return the cells, work by work."""
    return [Cell(work, each) for work in works for each in contestants if work in each.works]


def compare(cells: Sequence[Cell], population: Population, ports: Mapping[Contestant, int]) -> int:
    """Return the number of compared responses; raise Different if two contestants respond differently."""
    answers: dict[tuple[str, str], tuple[Contestant, bytes]] = {}
    compared = 0
    for cell in cells:
        for question in _questions(cell.work, population):
            for _ in range(TIMES_COMPARED):
                try:
                    answer = answer_to(ports[cell.contestant], cell.contestant.ask(cell.work, question))
                except BadToken:
                    # The Hall returns 401, the others an empty result.
                    if question.token not in _bad_tokens(population):
                        raise
                    continue
                first, expected = answers.setdefault((cell.work.name, repr(question)), (cell.contestant, answer))
                compared += 1
                if answer != expected:
                    raise Different(
                        f"{cell.work.name}: {cell.contestant.name} and {first.name} answer {question} differently:\n"
                        f"{answer.decode()}\n{expected.decode()}"
                    )
    return compared


def _questions(work: Work, population: Population) -> list[Question]:
    """Return some requests of a work, and some of accounts without the right or with an invalid token."""
    questions = work.questions(population)
    some = questions[:: max(1, len(questions) // COMPARED)]
    others = (population.citizens[-1].token, population.clerk_token, *_bad_tokens(population))
    return [*some, *(Question(token, some[0].variables) for token in others)]


def _bad_tokens(population: Population) -> tuple[str, str]:
    return population.expired_token, "unknown"


def requests_of(cells: Sequence[Cell], population: Population) -> dict[Cell, list[bytes]]:
    """Return the requests of each cell."""
    return {cell: [cell.contestant.ask(cell.work, each) for each in cell.work.questions(population)] for cell in cells}


def run(
    requests: Mapping[Cell, Sequence[bytes]], rounds: int, measure: Measure
) -> Iterator[tuple[int, Cell, Measured]]:
    """Yield the measurements with their round; round 0 is a warm-up."""
    order = list(requests)
    for number in range(rounds + 1):
        for cell in order:
            yield number, cell, measure(cell, requests[cell], number)
        order = order[1:] + order[:1]
