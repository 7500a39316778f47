"""The measure by which times are compared, which is no better than what it is made of."""

import pytest

from tests.attack.timing import area


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [([1, 2], [1, 2], 0.5), ([3, 4], [1, 2], 1.0), ([1], [2, 3], 0.0), ([2], [1, 2, 3], 0.5), ([1, 3], [2, 2], 0.5)],
)
def test_the_area_is_a_half_where_nothing_tells_them_apart(
    one: list[float], other: list[float], expected: float
) -> None:
    """All above is one, all below is none."""
    assert area(one, other) == expected
