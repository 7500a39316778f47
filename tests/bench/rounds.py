"""Round after round, everybody at everything: what each does in a second, and how it compares within a round.

The noise of a machine comes and goes. So nobody is measured long at one time, all take turns, the turns rotate, and
what is compared was measured in the same round.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.contestants import Contestant
from tests.bench.load import BadToken, Measured, answer_to
from tests.bench.population import Population
from tests.bench.works import Question, Work

COMPARED = 12
# The Hall compiles what is asked again.
TIMES_COMPARED = 3


class Different(Exception):
    """Two contestants do not do the same work."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One contestant at one work."""

    work: Work
    contestant: Contestant


# Asks the contestant of a cell its requests, in a round.
Measure = Callable[[Cell, Sequence[bytes], int], Measured]


@dataclass(slots=True)
class Results:
    """What was measured, a figure for each round."""

    measured: dict[Cell, list[Measured]] = field(default_factory=dict)

    def rate(self, cell: Cell) -> float:
        """Return the requests a second in the median of the rounds."""
        return median(each.rate for each in self.measured[cell])

    def ratio(self, cell: Cell, other: Cell) -> float:
        """Return how many times as fast a cell is as another, in the median of the rounds."""
        pairs = zip(self.measured[cell], self.measured[other], strict=True)
        return median(one.rate / another.rate for one, another in pairs)

    def slowest(self, cell: Cell) -> float:
        """Return the milliseconds that all but one in a hundred answers stay below, in the median of the rounds."""
        return median(each.slowest for each in self.measured[cell])

    def spread(self, cell: Cell) -> float:
        """Return how far the rounds lie apart, as a share of the median."""
        rates = [each.rate for each in self.measured[cell]]
        return (max(rates) - min(rates)) / median(rates)


def cells(contestants: Sequence[Contestant], works: Sequence[Work]) -> list[Cell]:
    """Return what is to be measured, work by work."""
    return [Cell(work, each) for work in works for each in contestants if work in each.works]


def compare(cells: Sequence[Cell], population: Population, ports: Mapping[Contestant, int]) -> int:
    """Return how many answers were compared; raise Different where two contestants answer a question otherwise."""
    answers: dict[tuple[str, str], tuple[Contestant, bytes]] = {}
    compared = 0
    for cell in cells:
        for question in _questions(cell.work, population):
            for _ in range(TIMES_COMPARED):
                try:
                    answer = answer_to(ports[cell.contestant], cell.contestant.ask(cell.work, question))
                except BadToken:
                    # The Hall says so by the status of HTTP, others by showing nobody.
                    if question.token not in _bad_tokens(population):
                        raise
                    continue
                first, expected = answers.setdefault((cell.work.name, repr(question)), (cell.contestant, answer))
                compared += 1
                if answer != expected:
                    raise Different(
                        f"{cell.work.name}: {cell.contestant.name} and {first.name} answer {question} otherwise:\n"
                        f"{answer.decode()}\n{expected.decode()}"
                    )
    return compared


def _questions(work: Work, population: Population) -> list[Question]:
    """Return some of the questions of a work, and some by those whom it is not for or whose token is not good."""
    questions = work.questions(population)
    some = questions[:: max(1, len(questions) // COMPARED)]
    others = (population.citizens[-1].token, population.clerk_token, *_bad_tokens(population))
    return [*some, *(Question(token, some[0].variables) for token in others)]


def _bad_tokens(population: Population) -> tuple[str, str]:
    return population.expired_token, "unknown"


def asked(cells: Sequence[Cell], population: Population) -> dict[Cell, list[bytes]]:
    """Return the requests of each cell."""
    return {cell: [cell.contestant.ask(cell.work, each) for each in cell.work.questions(population)] for cell in cells}


def run(
    requests: Mapping[Cell, Sequence[bytes]], rounds: int, measure: Measure
) -> Iterator[tuple[int, Cell, Measured]]:
    """Yield what is measured, with the number of its round; round 0 warms everybody up and does not count."""
    order = list(requests)
    for number in range(rounds + 1):
        for cell in order:
            yield number, cell, measure(cell, requests[cell], number)
        order = order[1:] + order[:1]
