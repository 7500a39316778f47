"""The bench itself, at a glance: nobody's speed, only that all do the same work and that what came out is told."""

import xml.etree.ElementTree as ET
from itertools import count

import pytest

from tests.bench import rounds
from tests.bench.__main__ import benched
from tests.bench.contestants import ARIADNE, CONTESTANTS, HALL
from tests.bench.drawing import drawing
from tests.bench.goals import GOALS, reached
from tests.bench.population import Citizen, Population
from tests.bench.table import table
from tests.bench.works import ONE_PERSON, WORKS


def test_all_do_the_same_work() -> None:
    """Every contestant answers the same questions with the same bytes, also to tokens that are not good."""
    results = benched(people=1000, works=WORKS, rounds=1, seconds=0)
    wanted = {(work.title, each.name) for each in CONTESTANTS for work in each.works}
    assert {(cell.work.title, cell.contestant.name) for cell in results.measured} == wanted
    assert [goal for goal, _ in reached(results)] == list(GOALS)
    picture = ET.fromstring(drawing(results, "一千人"))  # noqa: S314 - drawn a line above
    for told in (table(results), "".join(picture.itertext())):
        assert [words for pair in wanted for words in pair if words not in told] == []


def test_who_answers_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is measured who does something else."""
    different = count()
    monkeypatch.setattr(rounds, "answer_to", lambda _port, _request: b"%d" % next(different))
    population = Population((Citizen(1, "token", "120101199003070013", "120101"),), "clerk", "expired")
    with pytest.raises(rounds.Different, match="otherwise"):
        rounds.compare(rounds.cells([HALL, ARIADNE], [ONE_PERSON]), population, {HALL: 1, ARIADNE: 2})
