"""Counting months as the law does."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemes.shared.days import add_months, add_years, next_day


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 20), 0, date(2026, 5, 20)),
        (date(9999, 12, 1), 1, None),
        (date(1, 1, 31), -1, None),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(1, 2, 1), -1, date(1, 1, 1)),
    ],
)
def test_months_later(day: date, months: int, expected: date | None) -> None:
    """The same day of the month, its last where it is shorter, none outside the calendar."""
    assert add_months(day, months) == expected


@given(st.dates(), st.integers(-200_000, 200_000))
def test_months_are_counted_or_there_is_no_such_day(day: date, months: int) -> None:
    """Exactly so many months later, on the same day or the month's last."""
    found = add_months(day, months)
    count = 12 * day.year + day.month - 1 + months
    assert (found is None) is (not 12 <= count < 120_000)
    if found is not None:
        assert 12 * found.year + found.month - 1 == count
        assert found.day == min(day.day, monthrange(found.year, found.month)[1])


def test_a_birthday_on_29_february() -> None:
    """In other years it is 28 February: 《民法典》第二百零二条, 没有对应日的，月末日为期间的最后一日."""
    assert add_years(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert add_years(date(2084, 2, 29), 16) == date(2100, 2, 28)
    assert add_years(date(9999, 1, 1), 1) is None


@given(st.dates())
def test_the_day_after(day: date) -> None:
    """Every day has one but the calendar's last."""
    following = next_day(day)
    assert (following is None) is (day == date.max)
    if following is not None:
        assert following - day == timedelta(days=1)
