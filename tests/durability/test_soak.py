"""The soak itself: that it uses a Hall, and that it would notice."""

import pytest

from tests.durability.soak import Size, complaints, soak

FULL = [Size(80, 20), Size(95, 21), Size(100, 20), Size(101, 20), Size(100, 20), Size(103, 20)]


def test_a_hall_that_stays_as_it_is_passes() -> None:
    """What grows while caches fill is no leak."""
    assert complaints(FULL) == []


@pytest.mark.parametrize(
    ("last", "word"), [(Size(110, 20), "memory grew by 10.0 MB"), (Size(100, 23), "3 file descriptors")]
)
def test_what_is_left_behind_is_noticed(last: Size, word: str) -> None:
    """Memory and file descriptors, since the caches were full."""
    (complaint,) = complaints([*FULL, last])
    assert word in complaint


def test_a_hall_can_be_used_like_that() -> None:
    """Every deed of the soak is answered; each round tells a size."""
    sizes = soak(0.05, round_seconds=1)
    assert len(sizes) >= 2
    assert all(size.megabytes > 1 and size.descriptors > 1 for size in sizes)
