"""Rate-limit storage: memory and shared file return the same counts for any history."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import clock
from api.http.graphql.rate_limit_storage import FILE, MemoryStorage, SharedFileStorage, create_shared_file
from tests.http.serving import CHECKOUT

# Three processes that open the file within the same millisecond, a hundred times.
CONCURRENT_START = """
import os, sys, tempfile, time
from pathlib import Path
from api.http.graphql.rate_limit_storage import FILE, SharedFileStorage, create_shared_file

for _ in range(100):
    with tempfile.TemporaryDirectory() as name:
        create_shared_file(Path(name))
        begin, children = time.monotonic() + 0.005, []
        for _ in range(3):
            child = os.fork()
            if child == 0:
                while time.monotonic() < begin:
                    pass
                try:
                    SharedFileStorage(Path(name) / FILE).incr("a", 60)
                except Exception:
                    os._exit(1)
                os._exit(0)
            children.append(child)
        if any(os.waitpid(child, 0)[1] for child in children) or SharedFileStorage(Path(name) / FILE).get("a") != 3:
            sys.exit("one of them could not count")
"""
steps = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 5), st.integers(-90, 90), st.booleans()), min_size=1, max_size=30
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(steps)
def test_shared_file_counts_like_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: list[tuple[str, int, int, bool]]
) -> None:
    """Two users of the file count together, also after a window has passed or the clock was set back."""
    if not (tmp_path / FILE).exists():
        create_shared_file(tmp_path)
    memory, one, other = MemoryStorage(), SharedFileStorage(tmp_path / FILE), SharedFileStorage(tmp_path / FILE)
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


def test_concurrent_start_of_processes() -> None:
    """Processes that open the file at the same time share their counts."""
    subprocess.run([sys.executable, "-c", CONCURRENT_START], check=True, cwd=CHECKOUT)


@pytest.mark.parametrize(("seconds", "counted"), [(0.001, 2), (5, 2), (3600, 1)])
def test_clock_behind_window_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, counted: int
) -> None:
    """A clock slightly behind the window's start counts on; a clock set back by an hour starts a new window."""
    create_shared_file(tmp_path)
    first = clock.now()
    for counts in (MemoryStorage(), SharedFileStorage(tmp_path / FILE)):
        monkeypatch.setattr(clock, "now", lambda: first)
        counts.incr("a", 60)
        monkeypatch.setattr(clock, "now", lambda: first - timedelta(seconds=seconds))
        assert counts.incr("a", 60) == counted
