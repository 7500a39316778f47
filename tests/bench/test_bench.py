"""The bench itself, at a glance: nobody's speed, only that all do the same work and that what came out is told."""

from tests.bench.__main__ import benched
from tests.bench.contestants import CONTESTANTS, MERCURIUS, STRAWBERRY
from tests.bench.table import table
from tests.bench.works import WORKS


def test_all_do_the_same_work() -> None:
    """Every contestant answers the same questions with the same bytes, also to tokens that are not good."""
    results = benched(people=1000, works=WORKS, rounds=1, seconds=0)
    assert {cell.contestant for cell in results.measured} == set(CONTESTANTS)
    told = table(results, [MERCURIUS, STRAWBERRY])
    assert [cell for cell in results.measured if cell.contestant.name not in told or cell.work.title not in told] == []
