"""Tests of the soak test: it exercises a server and detects leaks."""

import pytest

from tests.durability.soak import Size, leaks, soak

FULL = [Size(80, 20), Size(95, 21), Size(100, 20), Size(101, 20), Size(100, 20), Size(103, 20)]


def test_stable_size_passes() -> None:
    """Growth while caches fill is no leak."""
    assert leaks(FULL) == []


@pytest.mark.parametrize(
    ("last", "word"), [(Size(110, 20), "memory grew by 10.0 MB"), (Size(100, 23), "3 file descriptors")]
)
def test_leaks_are_detected(last: Size, word: str) -> None:
    """Growth of memory and leaked file descriptors after the caches are full are reported."""
    (leak,) = leaks([*FULL, last])
    assert word in leak


def test_soak_runs() -> None:
    """Each action of the soak test succeeds, and each round has a size."""
    sizes = soak(0.05, round_seconds=1)
    assert len(sizes) >= 2
    assert all(size.megabytes > 1 and size.descriptors > 1 for size in sizes)
