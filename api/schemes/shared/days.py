"""Counting days, months and years as the law does, for dates from year 1 to 9999."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

from api.language import Text

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def add_months(day: date, months: int) -> date | None:
    """Return the same day so many months later; where that month is shorter, its last day; None outside the calendar.

    《民法典》第二百零二条: 按照年、月计算期间的，到期月的对应日为期间的最后一日；没有对应日的，月末日为期间的最后一日。
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date | None:
    """Return the birthday so many years later, counted as `add_months` does."""
    return add_months(day, 12 * years)


def next_day(day: date) -> date | None:
    """Return the day after; None behind the end of the calendar."""
    return None if day == date.max else day + timedelta(days=1)


def written(day: date) -> Text:
    """Return a day as people write it: 2026年11月21日, 21 November 2026."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]} {day.year}")
