"""Parsing of dates: unambiguous spellings are read; others are rejected with a reason."""

import tomllib
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.importing.damage import Unfit
from api.importing.days import EARLIEST, FIRST_DAY, LAST_SERIAL, day

DAYS = tomllib.loads(Path(__file__).with_name("days.toml").read_text("utf-8"))["day"]


@pytest.mark.parametrize("case", DAYS, ids=lambda each: each["written"])
def test_spellings_of_dates(case: dict[str, object]) -> None:
    """Each spelling of the table is parsed, or rejected with the stated reason."""
    if "read" in case:
        assert day(str(case["written"])) == case["read"]
    else:
        with pytest.raises(Unfit, match=str(case["reason"])):
            day(str(case["written"]))


@given(st.dates(EARLIEST, FIRST_DAY + timedelta(days=LAST_SERIAL)))
def test_all_spellings_of_day_are_equal(on: date) -> None:
    """All spellings of a date are parsed to the same date, for dates of two centuries."""
    spellings = [
        on.isoformat(), f"{on:%Y%m%d}", f"{on.year}/{on.month}/{on.day}", f"{on.year}年{on.month}月{on.day}日",
        f"{on.year}.{on.month}.{on.day}", f"{on} 00:00:00", f"{on.year}/{on.month}/{on.day} 0:00",
        f"{on}T23:59:59+08:00",
    ]  # fmt: skip
    if (serial := (on - FIRST_DAY).days) >= 10_000:
        spellings.append(str(serial))
    assert {day(each) for each in spellings} == {on}


@given(st.text() | st.text("0123456789-/.年月日 :TZ十一二〇jul"))
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    """Any text is a date after 1900 or raises Unfit."""
    with suppress(Unfit):
        assert day(text) >= EARLIEST
