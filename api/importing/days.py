"""Dates in the formats of people and spreadsheets: ambiguous ones are rejected with the reason."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from api.importing.damage import Unfit, unwrap_formula
from api.text.folding import HYPHENS, visible

EXPECTED = "日期应为 2026-12-01、20261201、2026/12/1 或 2026年12月1日"
EARLIEST = date(1900, 1, 1)
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6})?(?:\.0+)?", re.ASCII)
DIVIDED = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?", re.ASCII)
YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", re.ASCII)
SPELT = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
# 1 July 2012, 1-Jul-2012; July 1, 2012.
ENGLISH = re.compile(
    r"(?P<day>[0-9]{1,2})[-/. ]?(?P<month>[a-z]{3,9})[-/., ]*(?P<year>[0-9]{4})"
    r"|(?P<month_first>[a-z]{3,9})[. ]*(?P<day_second>[0-9]{1,2})[, ][ ]*(?P<year_last>[0-9]{4})",
    re.ASCII,
)
# A suffix that does not change the date: a time, the day of the week.
TIME = re.compile(
    r"(?:t|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?(?: ?[ap]m)?$"
    r"|\s*[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?$",
    re.ASCII,
)
ZONED = re.compile(r"[0-9][Tt ][0-9:.]+(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$", re.ASCII)
# Excel's serial dates in the 1900 system, with the time as a fraction.
SERIAL = re.compile(r"([1-9][0-9]{4})(?:[.][0-9]+)?", re.ASCII)
FIRST_DAY = date(1899, 12, 30)
LAST_SERIAL = 73050
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMERALS = {sign: value for value, signs in enumerate(("〇零○", *"一二三四五六七八九")) for sign in signs}
DASHES = {ord(sign): "-" for sign in HYPHENS}
CHINA = timezone(timedelta(hours=8))


def day(cell: str) -> date:
    """Parse a date; raise Unfit if it is not valid, ambiguous, or before 1900."""
    found = ISO.fullmatch(cell)
    read = _date(*found.groups()) if found else _read(visible(unwrap_formula(cell).lstrip("'")).translate(DASHES))
    if read < EARLIEST:
        raise Unfit("早于1900年")
    return read


def _read(text: str) -> date:
    if ZONED.search(text):
        return _moment(text)
    bare = TIME.sub("", text.lower()).strip()
    for pattern, read in FORMS:
        if found := pattern.fullmatch("".join(bare.split()) if pattern is not ENGLISH else bare):
            return read(*found.groups())
    for pattern, reason in NEARLY:
        if pattern.fullmatch(bare):
            raise Unfit(f"{reason}；{EXPECTED}")
    raise Unfit(EXPECTED)


def _date(year: str, month: str | int, of_month: str | int) -> date:
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        raise Unfit("没有这一天") from None


def _serial(days: str) -> date:
    if int(days) > LAST_SERIAL:
        raise Unfit(EXPECTED)
    return FIRST_DAY + timedelta(days=int(days))


def _year_last(first: str, second: str, year: str) -> date:
    """Parse 25/12/2012 or 12/25/2012, which are unambiguous if one number is no month or both are equal."""
    smaller, larger = sorted((int(first), int(second)))
    if smaller != larger <= len(MONTHS):
        raise Unfit(f"分不清月和日；{EXPECTED}")
    return _date(year, smaller, larger)


def _english(*groups: str | None) -> date:
    of_month, month, year, month_first, day_second, year_last = groups
    name = (month or month_first or "")[:3]
    if name not in MONTHS:
        raise Unfit(EXPECTED)
    return _date(year or year_last or "", MONTHS.index(name) + 1, of_month or day_second or "")


def _in_numerals(year: str, month: str, of_month: str) -> date:
    return _date("".join(str(NUMERALS[sign]) for sign in year), _spelt(month), _spelt(of_month))


def _spelt(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return NUMERALS[ones] if len(ones) == 1 else 0
    return (NUMERALS.get(tens, 0) if tens else 1) * 10 + (NUMERALS.get(ones, 0) if ones else 0)


def _moment(text: str) -> date:
    """Parse a timestamp with its zone: return its date in China."""
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC).astimezone(CHINA).date()
    except (ValueError, OverflowError):
        raise Unfit(EXPECTED) from None


FORMS: tuple[tuple[re.Pattern[str], Callable[..., date]], ...] = (
    (DIVIDED, _date),
    (COMPACT, _date),
    (SERIAL, _serial),
    (YEAR_LAST, _year_last),
    (SPELT, _in_numerals),
    (ENGLISH, _english),
)
NEARLY = (
    (re.compile(r"[0-9]{4}[-/.年]?[0-9]{1,2}月?", re.ASCII), "只有年月，缺少日"),
    (re.compile(r"[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}[日号]?", re.ASCII), "年份应为4位数字"),
)
