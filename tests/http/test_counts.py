"""Both ways to count say the same of any history: in memory, and in a file that several processes share."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import clock
from api.http.counts import Memory, Together

steps = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 5), st.integers(-90, 90), st.booleans()), min_size=1, max_size=30
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(steps)
def test_the_file_counts_as_memory_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: list[tuple[str, int, int, bool]]
) -> None:
    """Also when a minute is over, and when the clock is set back; two who share the file count together."""
    file = tmp_path / "counts.sqlite3"
    memory, one, other = Memory(), Together(file), Together(file)
    assert one.reset() >= 0
    now = clock.now()
    for key, amount, seconds, is_other in history:
        now += timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert (other if is_other else one).incr(key, 60, amount) == memory.incr(key, 60, amount)
        for each in "ab":
            assert (one.get(each), one.get_expiry(each)) == (memory.get(each), memory.get_expiry(each))
    one.clear("a")
    assert other.get("a") == 0
