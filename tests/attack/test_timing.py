"""Tests of the timing measure."""

import pytest

from tests.attack.timing import area


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [([1, 2], [1, 2], 0.5), ([3, 4], [1, 2], 1.0), ([1], [2, 3], 0.0), ([2], [1, 2, 3], 0.5), ([1, 3], [2, 2], 0.5)],
)
def test_area_under_curve(one: list[float], other: list[float], expected: float) -> None:
    """The area is 1 if all values are above, 0 if all are below, and 0.5 if they are indistinguishable."""
    assert area(one, other) == expected
