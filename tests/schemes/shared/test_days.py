"""Month arithmetic of the law, and formatting of days."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.law.days import add_months, add_years, next_day, written_day, written_days, written_months
from api.text.i18n import Text


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
def test_add_months(day: date, months: int, expected: date | None) -> None:
    """The result is the same day of the month, the last day of a shorter month, or None outside the calendar."""
    assert add_months(day, months) == expected


@given(st.dates(), st.integers(-200_000, 200_000))
def test_add_months_property(day: date, months: int) -> None:
    """The result lies exactly that many months later, on the same day or the last of the month, or is None."""
    found = add_months(day, months)
    count = 12 * day.year + day.month - 1 + months
    assert (found is None) is (not 12 <= count < 120_000)
    if found is not None:
        assert 12 * found.year + found.month - 1 == count
        assert found.day == min(day.day, monthrange(found.year, found.month)[1])


def test_birthday_on_29_february() -> None:
    """In other years it is 28 February: 《民法典》第二百零二条, 没有对应日的，月末日为期间的最后一日."""
    assert add_years(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert add_years(date(2084, 2, 29), 16) == date(2100, 2, 28)
    assert add_years(date(9999, 1, 1), 1) is None


@given(st.dates())
def test_next_day(day: date) -> None:
    """Every day but the last of the calendar has a next day."""
    following = next_day(day)
    assert (following is None) is (day == date.max)
    if following is not None:
        assert following - day == timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2026, 11, 21), date(2026, 12, 19), "2026年11月21日至12月19日", "21 November to 19 December 2026"),
        (date(2027, 1, 1), date(2027, 1, 19), "2027年1月1日至1月19日", "1 January to 19 January 2027"),
        (date(2025, 12, 21), date(2026, 1, 19), "2025年12月21日至2026年1月19日", "21 December 2025 to 19 January 2026"),
    ],
)
def test_range_of_days_names_year_once(first: date, last: date, zh: str, en: str) -> None:
    """A range within one year names the year once: first in Chinese, last in English."""
    assert written_days(first, last) == Text(zh, en)
    assert written_day(first) == Text(f"{first.year}年{first.month}月{first.day}日", f"{first.day} {first:%B %Y}")


def test_range_of_months() -> None:
    """A range of months of one year, or a single month."""
    assert written_months(date(2026, 1, 1), date(2026, 11, 1)) == Text("2026年1月至11月", "January to November 2026")
    assert written_months(date(2026, 10, 1), date(2026, 10, 1)) == Text("2026年10月", "October 2026")
