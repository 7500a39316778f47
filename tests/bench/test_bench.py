"""Tests of the benchmark: all contestants do the same work, and the results are complete."""

import xml.etree.ElementTree as ET
from itertools import count

import pytest

from tests.bench import rounds
from tests.bench.__main__ import benchmark
from tests.bench.contestants import ARIADNE, CONTESTANTS, HALL
from tests.bench.drawing import drawing
from tests.bench.goals import GOALS, measured_goals
from tests.bench.population import Citizen, Population
from tests.bench.table import table
from tests.bench.works import ONE_PERSON, WORKS
from tests.durability.scale import IS_FULL


@pytest.mark.skipif(not IS_FULL, reason="`make bench` compares the answers itself before it measures")
def test_contestants_do_same_work() -> None:
    """Every contestant returns the same bytes to the same requests, with invalid tokens too, and is in the results."""
    results = benchmark(people=1000, works=WORKS, rounds=1, seconds=0)
    expected = {(work.title, each.name) for each in CONTESTANTS for work in each.works}
    assert {(cell.work.title, cell.contestant.name) for cell in results.measured} == expected
    assert [goal for goal, _ in measured_goals(results)] == list(GOALS)
    picture = ET.fromstring(drawing(results, "一千人"))  # noqa: S314 - drawn a line above
    for output in (table(results), "".join(picture.itertext())):
        assert [words for pair in expected for words in pair if words not in output] == []


def test_different_responses_are_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contestants whose responses differ are not measured."""
    different = count()
    monkeypatch.setattr(rounds, "answer_to", lambda _port, _request: b"%d" % next(different))
    population = Population((Citizen(1, "token", "120101199003070013", "120101"),), "clerk", "expired")
    with pytest.raises(rounds.Different, match="differently"):
        rounds.compare(rounds.cells([HALL, ARIADNE], [ONE_PERSON]), population, {HALL: 1, ARIADNE: 2})
