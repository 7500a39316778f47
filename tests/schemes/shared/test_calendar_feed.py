"""The declaration calendar for phones: RFC 5545."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemes.shared.calendar_feed import calendar_feed
from api.schemes.shared.declaration_window import declaration_window
from api.text.i18n import Language
from api.zone import in_shanghai
from tests.hall import Hall

DAYS = st.dates(date(2020, 1, 1), date(9999, 12, 31))


def properties(text: str, name: str) -> list[str]:
    """Return the values of a property, in order, unfolded."""
    return re.findall(rf"^{name}[^:\r\n]*:(.*)$", text.replace("\r\n ", "").replace("\r\n", "\n"), re.MULTILINE)


def feed(day: date, language: Language = Language.ZH) -> str:
    """Return the feed of a day at noon."""
    return calendar_feed(language, in_shanghai(datetime(day.year, day.month, day.day, 4)))  # noqa: DTZ001 - read as UTC


def test_a_year_of_deadlines() -> None:
    """The current window comes first, then those of the next eleven months."""
    starts = properties(feed(date(2026, 12, 25)), "DTSTART")
    assert starts == [f"2027{month:02}19" for month in range(1, 13)]
    assert properties(feed(date(2026, 12, 25)), "DTEND")[0] == "20270120"


@given(DAYS, st.sampled_from(Language))
def test_every_line_is_well_formed(day: date, language: Language) -> None:
    """On any day, in both languages: CRLF, at most 75 octets a line, whole characters, balanced components."""
    text = feed(day, language)
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert all(0 < len(line.encode()) <= 75 and "\n" not in line for line in lines)
    assert text.count("BEGIN:") == text.count("END:")


@given(DAYS)
def test_deadlines_are_those_of_the_calendar(day: date) -> None:
    """Each event ends the window that the Hall shows on that day, and its identifier stays the same the day after."""
    text = feed(day)
    for start, uid in zip(properties(text, "DTSTART"), properties(text, "UID"), strict=True):
        closes = date(int(start[:4]), int(start[4:6]), int(start[6:]))
        window = declaration_window(closes)
        assert window is not None
        assert (window.open, window.closes_on) == (True, closes)
        assert uid == f"declaration-{closes:%Y-%m}@hall"


@pytest.mark.parametrize(("path", "word"), [("zh", "截止日"), ("en", "Last day")])
async def test_phones_subscribe(hall: Hall, path: str, word: str) -> None:
    """The feed is public, in the language of its address, and fresh every hour."""
    response = await hall.get(f"/calendar/{path}.ics")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert word in properties(response.text, "SUMMARY")[0]


@pytest.mark.parametrize("path", ["de", "", "zh.ics"])
async def test_other_languages_are_not_found(hall: Hall, path: str) -> None:
    """There is a feed for each language of the Hall, and no other."""
    assert (await hall.get(f"/calendar/{path}.ics")).status_code == 404
