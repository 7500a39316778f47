"""Performance goals, as ratios within one run."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.contestants import (
    HALL,
    HALL_AD_HOC,
    HALL_ON_POSTGRESQL,
    HANDWRITTEN,
    HANDWRITTEN_ON_POSTGRESQL,
    MERCURIUS,
    POSTGRAPHILE,
    REGISTERING,
    STRAWBERRY,
)
from tests.bench.rounds import Cell, Results
from tests.bench.works import (
    ENROLMENT_PAGE,
    ONE_PERSON,
    ONE_PERSON_ON_POSTGRESQL,
    PAGE_OF_50,
    PAGE_OF_50_ON_POSTGRESQL,
    REGISTRATION,
)


@dataclass(frozen=True, slots=True)
class Goal:
    """The minimum ratio of one cell's rate to another's."""

    name: str
    cell: Cell
    other: Cell
    ratio: float


GOALS = (
    Goal("one person, beside mercurius", Cell(ONE_PERSON, HALL), Cell(ONE_PERSON, MERCURIUS), 1.0),
    Goal("one person, beside Strawberry", Cell(ONE_PERSON, HALL), Cell(ONE_PERSON, STRAWBERRY), 12.0),
    Goal(
        "one person by any document, beside a trusted one", Cell(ONE_PERSON, HALL_AD_HOC), Cell(ONE_PERSON, HALL), 0.9
    ),
    Goal("one person, beside one statement by hand", Cell(ONE_PERSON, HALL), Cell(ONE_PERSON, HANDWRITTEN), 0.75),
    Goal("page of 50, beside mercurius", Cell(PAGE_OF_50, HALL), Cell(PAGE_OF_50, MERCURIUS), 2.0),
    Goal("page of 50, beside one statement by hand", Cell(PAGE_OF_50, HALL), Cell(PAGE_OF_50, HANDWRITTEN), 0.75),
    Goal("enrolment page, beside one person", Cell(ENROLMENT_PAGE, HALL), Cell(ONE_PERSON, HALL), 0.4),
    Goal("registration, beside a transaction by hand", Cell(REGISTRATION, HALL), Cell(REGISTRATION, REGISTERING), 0.5),
    Goal(
        "one person on PostgreSQL, beside asyncpg by hand",
        Cell(ONE_PERSON_ON_POSTGRESQL, HALL_ON_POSTGRESQL),
        Cell(ONE_PERSON_ON_POSTGRESQL, HANDWRITTEN_ON_POSTGRESQL),
        0.9,
    ),
    Goal(
        "one person on PostgreSQL, beside PostGraphile",
        Cell(ONE_PERSON_ON_POSTGRESQL, HALL_ON_POSTGRESQL),
        Cell(ONE_PERSON_ON_POSTGRESQL, POSTGRAPHILE),
        1.5,
    ),
    Goal(
        "page of 50 on PostgreSQL, beside PostGraphile",
        Cell(PAGE_OF_50_ON_POSTGRESQL, HALL_ON_POSTGRESQL),
        Cell(PAGE_OF_50_ON_POSTGRESQL, POSTGRAPHILE),
        3.0,
    ),
)


def measured_goals(results: Results) -> Iterator[tuple[Goal, float]]:
    """Yield the measured goals with their ratios."""
    for goal in GOALS:
        if {goal.cell, goal.other} <= results.measured.keys():
            yield goal, results.ratio(goal.cell, goal.other)
