"""Date arithmetic by the Civil Code, for the years 1 to 9999, and date formats for people."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

from api.text.i18n import Text

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Not `calendar.month_name`, which depends on the locale of the process."""


def add_months(day: date, months: int) -> date | None:
    """Return the same day some months later, or the last day of a shorter month; None outside the calendar.

    《民法典》第二百零二条: 按照年、月计算期间的，到期月的对应日为期间的最后一日；没有对应日的，月末日为期间的最后一日。
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date | None:
    """Return the same day some years later, by the rule of `add_months`."""
    return add_months(day, 12 * years)


def next_day(day: date) -> date | None:
    """Return the next day; None at the end of the calendar."""
    return None if day == date.max else day + timedelta(days=1)


def written_day(day: date) -> Text:
    """Format a day: 2026年11月21日, 21 November 2026."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]} {day.year}")


def written_days(first: date, last: date) -> Text:
    """Format a range of days: 2026年11月21日至12月19日, 21 November to 19 December 2026."""
    begin, end = written_day(first), written_day(last)
    if first.year != last.year:
        return Text(f"{begin.zh}至{end.zh}", f"{begin.en} to {end.en}")
    return Text(f"{begin.zh}至{last.month}月{last.day}日", f"{first.day} {MONTHS[first.month - 1]} to {end.en}")


def written_months(first: date, last: date) -> Text:
    """Format a range of months of one year: 2026年1月至11月, January to November 2026; a single month alone."""
    zh, en = f"{first.year}年{first.month}月", f"{MONTHS[last.month - 1]} {last.year}"
    return Text(zh, en) if first == last else Text(f"{zh}至{last.month}月", f"{MONTHS[first.month - 1]} to {en}")
