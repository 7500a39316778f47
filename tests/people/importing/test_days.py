"""Days are read where they have one meaning; where they have two or none, the reason says so."""

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


@pytest.mark.parametrize("written", DAYS, ids=lambda each: each["written"])
def test_a_day_is_read_or_the_reason_is_said(written: dict[str, object]) -> None:
    """The table of spellings."""
    if "read" in written:
        assert day(str(written["written"])) == written["read"]
    else:
        with pytest.raises(Unfit, match=str(written["reason"])):
            day(str(written["written"]))


@given(st.dates(EARLIEST, FIRST_DAY + timedelta(days=LAST_SERIAL)))
def test_every_spelling_is_of_the_same_day(on: date) -> None:
    """Each day of two centuries in each way to write it."""
    spellings = [
        on.isoformat(), f"{on:%Y%m%d}", f"{on.year}/{on.month}/{on.day}", f"{on.year}年{on.month}月{on.day}日",
        f"{on.year}.{on.month}.{on.day}", f"{on} 00:00:00", f"{on.year}/{on.month}/{on.day} 0:00",
        f"{on}T23:59:59+08:00",
    ]  # fmt: skip
    if (serial := (on - FIRST_DAY).days) >= 10_000:
        spellings.append(str(serial))
    assert {day(each) for each in spellings} == {on}


@given(st.text() | st.text("0123456789-/.年月日 :TZ十一二〇jul"))
def test_no_text_is_a_fault(text: str) -> None:
    """A day after 1900, or a reason."""
    with suppress(Unfit):
        assert day(text) >= EARLIEST
