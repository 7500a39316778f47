"""The declaration calendar, checked for every day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.law.parameter import Parameter, Parameters
from api.schemes.flexible_employment.law import GUIDE
from api.schemes.shared.declaration_window import EXCEPTIONS, DeclarationKind, declaration_window
from api.schemes.shared.law import LAW
from api.text.i18n import Text

TABLE = [
    # on, open, period, opens, closes
    (date(2026, 1, 1), True, "2026-01", date(2026, 1, 1), date(2026, 1, 19)),
    (date(2026, 1, 19), True, "2026-01", date(2026, 1, 1), date(2026, 1, 19)),
    (date(2026, 1, 20), False, None, date(2026, 1, 21), date(2026, 2, 19)),
    (date(2026, 1, 21), True, "2026-02", date(2026, 1, 21), date(2026, 2, 19)),
    (date(2026, 2, 1), True, "2026-02", date(2026, 1, 21), date(2026, 2, 19)),
    (date(2026, 2, 20), False, None, date(2026, 2, 21), date(2026, 3, 19)),
    (date(2026, 2, 28), True, "2026-03", date(2026, 2, 21), date(2026, 3, 19)),
    (date(2028, 2, 29), True, "2028-03", date(2028, 2, 21), date(2028, 3, 19)),
    (date(2026, 11, 20), False, None, date(2026, 11, 21), date(2026, 12, 19)),
    (date(2026, 11, 23), True, "2026-12", date(2026, 11, 21), date(2026, 12, 19)),
    (date(2026, 12, 19), True, "2026-12", date(2026, 11, 21), date(2026, 12, 19)),
    (date(2026, 12, 20), False, None, date(2027, 1, 1), date(2027, 1, 19)),
    (date(2026, 12, 21), False, None, date(2027, 1, 1), date(2027, 1, 19)),
    (date(2026, 12, 31), False, None, date(2027, 1, 1), date(2027, 1, 19)),
    (date(2027, 1, 1), True, "2027-01", date(2027, 1, 1), date(2027, 1, 19)),
    (date(1, 1, 1), True, "0001-01", date(1, 1, 1), date(1, 1, 19)),
    (date(1, 1, 25), True, "0001-02", date(1, 1, 21), date(1, 2, 19)),
    (date(9999, 11, 30), True, "9999-12", date(9999, 11, 21), date(9999, 12, 19)),
    (date(9999, 12, 19), True, "9999-12", date(9999, 11, 21), date(9999, 12, 19)),
]


@pytest.mark.parametrize(("on", "is_open", "period", "opens_on", "closes_on"), TABLE, ids=str)
def test_boundary_days(on: date, *, is_open: bool, period: str | None, opens_on: date, closes_on: date) -> None:
    """The 19th, 20th and 21st, the year's end, January, the first and the last year."""
    window = declaration_window(on)
    assert window is not None
    assert (window.open, window.period, window.opens_on, window.closes_on) == (is_open, period, opens_on, closes_on)


def windows(year: int) -> Iterator[tuple[date, date, str]]:
    """Yield the windows of a year in the guide's definition: 上月21日至本月19日, January's from its first day."""
    yield date(year, 1, 1), date(year, 1, 19), f"{year}-01"
    for month in range(2, 13):
        yield date(year, month - 1, 21), date(year, month, 19), f"{year}-{month:02}"


@pytest.mark.parametrize("year", [1900, 2023, 2024, 2026, 2027, 2100])
def test_every_day_of_year(year: int) -> None:
    """A day is open exactly inside a window and names it; a day outside names the next window."""
    calendar = [*windows(year), *windows(year + 1)]
    day = date(year, 1, 1)
    while day.year == year:
        window = declaration_window(day)
        assert window is not None
        assert window.on == day
        around = [(first, last, name) for first, last, name in calendar if first <= day <= last]
        first, last, name = around[0] if around else next(found for found in calendar if found[0] > day)
        assert (window.opens_on, window.closes_on) == (first, last)
        assert window.open is bool(around)
        assert window.period == (name if around else None)
        assert (window.reason is None) is window.open
        day += timedelta(days=1)


@given(st.dates())
@example(date.max)
@example(date(9999, 12, 20))
def test_window_of_any_day(on: date) -> None:
    """The answer is None only if the calendar ends before the next window; otherwise its dates fit the day."""
    window = declaration_window(on)
    assert (window is None) is (on >= date(9999, 12, 20))
    if window is None:
        return
    assert window.open is (window.opens_on <= on <= window.closes_on)
    assert on <= window.closes_on
    assert window.open or on < window.opens_on
    assert window.channels


def test_closed_day_has_reason() -> None:
    """A day between windows and a day at the year's end have a reason with the next opening day in both languages."""
    between, december = declaration_window(date(2026, 11, 20)), declaration_window(date(2026, 12, 20))
    assert between is not None
    assert december is not None
    assert between.reason is not None
    assert december.reason is not None
    assert "2026年11月21日" in between.reason.zh
    assert "21 November 2026" in between.reason.en
    assert between.exceptions == ()
    assert "2027年1月1日" in december.reason.zh
    assert "social-insurance office" in december.reason.en
    assert "1 January 2027" in december.reason.en
    assert december.exceptions == EXCEPTIONS
    for exception in ("未参保集体企业退休人员", "补缴疫情期间欠缴社保费", "退休补足医疗年限", "补历年医疗保险费"):
        assert exception in december.reason.zh
        assert exception in {text.zh for text in EXCEPTIONS}


def test_december_reason_quotes_guide() -> None:
    """FE-7: the reason quotes the sentence on the year's end and its exceptions word for word."""
    december = declaration_window(date(2026, 12, 25))
    assert december is not None
    assert december.reason is not None
    official = GUIDE["FE-7"].text
    sentence = official[official.index("每年12月20日") :]
    assert december.reason.zh == f"{sentence}下一期自2027年1月1日开始。"


@pytest.mark.parametrize(
    ("on", "quarter", "past_quarter", "past_year"),
    [
        (date(2026, 1, 5), ("2026-01", "2026-03"), None, None),
        (date(2026, 3, 19), ("2026-03", "2026-03"), ("2026-01", "2026-02"), ("2026-01", "2026-02")),
        (date(2026, 3, 21), ("2026-04", "2026-06"), None, ("2026-01", "2026-03")),
        (date(2026, 6, 19), ("2026-06", "2026-06"), ("2026-04", "2026-05"), ("2026-01", "2026-05")),
        (date(2026, 6, 20), ("2026-07", "2026-09"), None, ("2026-01", "2026-06")),
        (date(2026, 9, 30), ("2026-10", "2026-12"), None, ("2026-01", "2026-09")),
        (date(2026, 10, 30), ("2026-11", "2026-12"), ("2026-10", "2026-10"), ("2026-01", "2026-10")),
        (date(2026, 12, 19), ("2026-12", "2026-12"), ("2026-10", "2026-11"), ("2026-01", "2026-11")),
        (date(2026, 12, 25), ("2027-01", "2027-03"), None, None),
    ],
)
def test_periods_of_window(
    on: date, quarter: tuple[str, str], past_quarter: tuple[str, str] | None, past_year: tuple[str, str] | None
) -> None:
    """按月、按季或者按年: each period starts with the window's month; past months are separate, with a note."""
    window = declaration_window(on)
    assert window is not None
    month, three, twelve = window.periods
    assert [period.kind for period in window.periods] == list(DeclarationKind)
    name = f"{window.closes_on:%Y-%m}"
    assert (month.first_month, month.last_month) == (name, name)
    assert (three.first_month, three.last_month) == quarter
    assert (twelve.first_month, twelve.last_month) == (name, f"{name[:4]}-12")
    assert (three.first_past_month, three.last_past_month) == (past_quarter or (None, None))
    assert (twelve.first_past_month, twelve.last_past_month) == (past_year or (None, None))
    assert (month.first_past_month, month.last_past_month, month.note) == (None, None, None)
    assert (three.note is None, twelve.note is None) == (past_quarter is None, past_year is None)
    assert window.period in {None, name}


@given(st.dates(max_value=date(9999, 12, 19)))
def test_past_and_declarable_months_are_complete(on: date) -> None:
    """Past and declarable months together make up the whole month, quarter and year without gap or overlap."""
    window = declaration_window(on)
    assert window is not None
    name = f"{window.closes_on.year:04}-{window.closes_on.month:02}"
    for period, length in zip(window.periods, (1, 3, 12), strict=True):
        assert period.first_month == name <= period.last_month
        whole = int(period.last_month[5:]) - int((period.first_past_month or period.first_month)[5:]) + 1
        assert whole == length
        if period.last_past_month is not None:
            assert int(period.last_past_month[5:]) + 1 == int(name[5:])


def test_note_names_authority_for_back_payment() -> None:
    """The note names the past months and the tax authority that decides on back payment, in both languages."""
    window = declaration_window(date(2026, 12, 10))
    assert window is not None
    _, three, twelve = window.periods
    assert three.note is not None
    assert three.note.zh == "2026年10月至11月的申报期已过，尚未缴费的属于补缴，由税务机关核定。"
    assert twelve.note == Text(
        "2026年1月至11月的申报期已过，尚未缴费的属于补缴，由税务机关核定。",
        "The windows for January to November 2026 are past. What was not paid for those months is back payment, which "
        "the tax authority decides on.",
    )


def test_channels_of_guide() -> None:
    """The electronic tax office, 天津税务, WeChat with its limits, and 云闪付."""
    window = declaration_window(date(2026, 11, 23))
    assert window is not None
    text = " ".join(step.title.zh + step.detail.zh for step in window.channels)
    for words in (
        "国家税务总局天津市电子税务局",
        "自然人",
        "天津税务",
        "微信-支付-城市服务",
        "本月申报及预缴申报",
        "云闪付",
    ):
        assert words in text


def law_with(key: str, value: str) -> Parameters:
    """Return the law with one calendar parameter replaced from 2027 on."""
    kept = [period for period in LAW.periods if period.key != key]
    before = next(period for period in LAW.periods if period.key == key)
    new = Parameter(key, value, date(2027, 1, 1), None, "新规定", "新公报")
    return Parameters([*kept, replace(before, until=date(2026, 12, 31)), new])


@pytest.mark.parametrize(
    ("key", "value", "on", "opens_on", "closes_on", "is_open"),
    [
        ("declaration_closes", "15", date(2027, 3, 15), date(2027, 2, 21), date(2027, 3, 15), True),
        ("declaration_closes", "15", date(2027, 3, 16), date(2027, 3, 21), date(2027, 4, 15), False),
        ("declaration_closes", "15", date(2026, 3, 16), date(2026, 2, 21), date(2026, 3, 19), True),
        ("declaration_opens", "25", date(2027, 3, 24), date(2027, 3, 25), date(2027, 4, 19), False),
        ("declaration_opens", "25", date(2027, 3, 25), date(2027, 3, 25), date(2027, 4, 19), True),
        ("declaration_december_stop", "21", date(2027, 12, 20), date(2028, 1, 1), date(2028, 1, 19), False),
        ("declaration_december_stop", "22", date(2027, 12, 21), date(2027, 12, 21), date(2028, 1, 19), True),
        ("declaration_december_stop", "25", date(2027, 12, 20), date(2027, 12, 21), date(2028, 1, 19), False),
        ("declaration_december_stop", "25", date(2027, 12, 24), date(2027, 12, 21), date(2028, 1, 19), True),
        ("declaration_december_stop", "25", date(2027, 12, 25), date(2028, 1, 1), date(2028, 1, 19), False),
        ("declaration_december_stop", "25", date(2028, 1, 5), date(2027, 12, 21), date(2028, 1, 19), True),
        ("declaration_december_stop", "25", date(2026, 12, 24), date(2027, 1, 1), date(2027, 1, 19), False),
    ],
)
def test_changed_calendar_applies_from_its_year(
    key: str, value: str, on: date, opens_on: date, closes_on: date, *, is_open: bool
) -> None:
    """Another day of the month or a later closing in December is a parameter change and needs no code."""
    window = declaration_window(on, law_with(key, value))
    assert window is not None
    assert (window.open, window.opens_on, window.closes_on) == (is_open, opens_on, closes_on)
    assert bool(window.exceptions) is (
        on.month == 12 and not is_open and on.day >= int(value if on.year > 2026 else "20")
    )
