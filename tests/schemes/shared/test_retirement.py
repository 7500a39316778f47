"""The statutory retirement date, compared with the official annexes and at every boundary."""

import csv
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.law.days import add_months
from api.schemes.shared.law import LAW
from api.schemes.shared.retirement import (
    FormOfEmployment,
    PositionNature,
    Retirement,
    RetirementKind,
    Schedule,
    retirement,
    retirement_date,
    schedule_of,
)
from api.text.i18n import Text

MANAGEMENT, PRODUCTION = PositionNature.MANAGEMENT, PositionNature.PRODUCTION
SEX_AND_POSITION = {
    Schedule.MEN: ("1", None),
    Schedule.WOMEN_55: ("2", MANAGEMENT),
    Schedule.WOMEN_50: ("2", PRODUCTION),
}
FILES = {Schedule.MEN: "men.csv", Schedule.WOMEN_55: "women-55.csv", Schedule.WOMEN_50: "women-50.csv"}
SPANS = {
    Schedule.MEN: ("1965-01", "1976-12", 144),
    Schedule.WOMEN_55: ("1970-01", "1981-12", 144),
    Schedule.WOMEN_50: ("1975-01", "1984-12", 120),
}
ORIGINAL = {Schedule.MEN: 60, Schedule.WOMEN_55: 55, Schedule.WOMEN_50: 50}
MAX_DELAY = {Schedule.MEN: 36, Schedule.WOMEN_55: 36, Schedule.WOMEN_50: 60}


def calculated(
    sex: str,
    born: date,
    position: PositionNature | None,
    *,
    on: date | None = None,
    employment: FormOfEmployment | None = None,
) -> Retirement | None:
    """Return the calculator's answer on a day; by default on the day of birth, when no alternative has passed yet."""
    return retirement(sex, born, position, on=on or born, employment=employment)


def annex(schedule: Schedule) -> list[dict[str, str]]:
    """Return the lines of an official annex."""
    text = (Path(__file__).parent / "annexes" / FILES[schedule]).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


LINES = [(schedule, line) for schedule in Schedule for line in annex(schedule)]


@pytest.mark.parametrize("schedule", Schedule)
def test_annexes_are_complete(schedule: Schedule) -> None:
    """The tables have a line for each month of birth of the official annexes, in order."""
    first, last, count = SPANS[schedule]
    births = [line["birth"] for line in annex(schedule)]
    assert (births[0], births[-1], len(births)) == (first, last, count)
    assert births == sorted(set(births))


@pytest.mark.parametrize(
    ("schedule", "line"), LINES, ids=lambda part: part["birth"] if isinstance(part, dict) else part
)
def test_every_month_of_annexes(schedule: Schedule, line: dict[str, str]) -> None:
    """Delay, age and month of retirement equal the annex for births on the first, 15th and last day of the month."""
    year, month = (int(part) for part in line["birth"].split("-"))
    sex, position = SEX_AND_POSITION[schedule]
    for day in (1, 15, monthrange(year, month)[1]):
        found = calculated(sex, date(year, month, day), position)
        assert found is not None
        assert found.delay_months == int(line["delay_months"])
        assert (found.years, found.months) == (int(line["years"]), int(line["months"]))
        assert f"{found.date:%Y-%m}" == line["retires"]
        assert found.date.day == min(day, monthrange(found.date.year, found.date.month)[1])


@pytest.mark.parametrize(
    ("sex", "position", "born", "delay", "retires"),
    [
        ("1", None, date(1964, 12, 31), 0, date(2024, 12, 31)),
        ("1", None, date(1965, 1, 1), 1, date(2025, 2, 1)),
        ("1", None, date(1977, 1, 1), 36, date(2040, 1, 1)),
        ("1", None, date(2010, 6, 4), 36, date(2073, 6, 4)),
        ("2", MANAGEMENT, date(1969, 12, 31), 0, date(2024, 12, 31)),
        ("2", None, date(1970, 1, 1), 1, date(2025, 2, 1)),
        ("2", MANAGEMENT, date(1982, 1, 1), 36, date(2040, 1, 1)),
        ("2", PRODUCTION, date(1974, 12, 31), 0, date(2024, 12, 31)),
        ("2", PRODUCTION, date(1975, 1, 1), 1, date(2025, 2, 1)),
        ("2", PRODUCTION, date(1985, 1, 1), 60, date(2040, 1, 1)),
        ("1", PRODUCTION, date(1970, 1, 31), 16, date(2031, 5, 31)),
        ("1", None, date(1966, 10, 31), 6, date(2027, 4, 30)),
        ("1", None, date(1965, 12, 31), 3, date(2026, 3, 31)),
        ("1", None, date(1968, 2, 29), 10, date(2028, 12, 29)),
        ("1", None, date(1996, 2, 29), 36, date(2059, 2, 28)),
        ("2", PRODUCTION, date(1984, 2, 29), 55, date(2038, 9, 29)),
        ("1", None, date(1900, 1, 1), 0, date(1960, 1, 1)),
        ("1", None, date(9936, 12, 31), 36, date(9999, 12, 31)),
    ],
)
def test_births_outside_annexes(
    sex: str, position: PositionNature | None, born: date, delay: int, retires: date
) -> None:
    """Births before an annex have no delay, births after it the maximum; a shorter month ends on its last day."""
    found = calculated(sex, born, position)
    assert found is not None
    assert (found.delay_months, found.date) == (delay, retires)


@pytest.mark.parametrize("sex", ["0", "9", "", "男", "3"])
def test_unknown_sex_has_no_date(sex: str) -> None:
    """Only codes 1 and 2 of GB/T 2261.1 have a schedule."""
    assert calculated(sex, date(1970, 1, 1), None) is None
    assert schedule_of(None, PRODUCTION) is None


@pytest.mark.parametrize("born", [date.min, date(1800, 1, 1), date(1899, 12, 31), date(9937, 1, 1), date.max])
def test_impossible_birth_has_no_date(born: date) -> None:
    """A birth before 1900, or a retirement after the end of the calendar, returns None without an exception."""
    assert calculated("1", born, None) is None


@given(
    born=st.dates(), sex=st.sampled_from(["0", "1", "2", "9", "x"]), position=st.sampled_from([None, *PositionNature])
)
@example(born=date.max, sex="1", position=None)
@example(born=date.min, sex="2", position=PRODUCTION)
@example(born=date(9944, 2, 29), sex="2", position=None)
def test_any_birth_date_is_answered(born: date, sex: str, position: PositionNature | None) -> None:
    """For any input the result is None, or an age between the original age and the maximum delay."""
    found = calculated(sex, born, position)
    schedule = schedule_of(sex, position)
    if found is None or schedule is None:
        assert found is None
        return
    assert 0 <= found.delay_months <= MAX_DELAY[schedule]
    assert 12 * found.years + found.months == 12 * ORIGINAL[schedule] + found.delay_months
    assert found.date == add_months(born, 12 * ORIGINAL[schedule] + found.delay_months)


@given(born=st.dates(date(1900, 1, 1), date(2100, 1, 1)), schedule=st.sampled_from(Schedule))
def test_retirement_is_monotonic_in_birth(born: date, schedule: Schedule) -> None:
    """One day later in birth is never a day earlier in retirement."""
    law = LAW.on(date.max)
    one, other = (retirement_date(schedule, day, law) for day in (born, born + timedelta(days=1)))
    assert one is not None
    assert other is not None
    assert one <= other


@given(born=st.dates(date(1900, 1, 1), date(9900, 1, 1)), schedule=st.sampled_from(Schedule))
def test_ages_of_1978_apply_until_2024(born: date, schedule: Schedule) -> None:
    """For a day before 2025 the law of that day applies: 60, 55 and 50 years, without delay."""
    assert retirement_date(schedule, born, LAW.on(date(2024, 12, 31))) == add_months(born, 12 * ORIGINAL[schedule])
    assert retirement_date(schedule, born, LAW.on(date(1978, 6, 1))) is None


@given(born=st.dates(date(1900, 1, 1), date(9900, 1, 1)), schedule=st.sampled_from(Schedule))
def test_alternatives_are_within_three_years(born: date, schedule: Schedule) -> None:
    """Alternatives lie within three years and not below the original age; births without a delay have none."""
    found = calculated(SEX_AND_POSITION[schedule][0], born, SEX_AND_POSITION[schedule][1])
    assert found is not None
    if not found.delay_months:
        assert found.alternatives == ()
        assert found.date < date(2025, 1, 1)
        assert "国发〔1978〕104号" in found.legal_basis
        return
    earliest, latest = found.alternatives
    assert (found.kind, found.condition) == (RetirementKind.STATUTORY, None)
    assert (earliest.kind, latest.kind) == (RetirementKind.EARLIER, RetirementKind.LATER)
    assert "渐进式延迟法定退休年龄的办法" in found.legal_basis
    assert "第三条" in earliest.legal_basis
    assert latest.legal_basis == earliest.legal_basis
    assert earliest.alternatives == latest.alternatives == ()
    assert earliest.delay_months == max(0, found.delay_months - 36)
    assert latest.delay_months == found.delay_months + 36
    for other in (earliest, latest):
        assert 12 * other.years + other.months == 12 * ORIGINAL[schedule] + other.delay_months
        assert other.date == add_months(born, 12 * ORIGINAL[schedule] + other.delay_months)
    assert date(2025, 1, 1) <= earliest.date < found.date < latest.date


def test_alternatives_of_examples() -> None:
    """Examples calculated by hand: earlier down to the original age, later by exactly three years."""
    man = calculated("1", date(1970, 1, 20), None)
    woman = calculated("2", date(1985, 3, 31), PRODUCTION)
    assert man is not None
    assert woman is not None
    assert [other.date for other in man.alternatives] == [date(2030, 1, 20), date(2034, 5, 20)]
    assert [(other.years, other.months) for other in man.alternatives] == [(60, 0), (64, 4)]
    assert [other.date for other in woman.alternatives] == [date(2037, 3, 31), date(2043, 3, 31)]
    assert [(other.years, other.months) for other in woman.alternatives] == [(52, 0), (58, 0)]


def test_alternatives_state_conditions() -> None:
    """EARLIER states the contributions needed in that year, LATER the employer's consent, in both languages."""
    found = calculated("1", date(1970, 1, 20), None)
    assert found is not None
    earlier, later = found.alternatives
    assert earlier.condition == Text(
        "本人自愿选择，届时须已达到2030年按月领取基本养老金的最低缴费年限（15年零6个月）；最多提前3年，且不低于原法定退休年龄。",
        "You may choose it if you then have the minimum contributions for a monthly pension in 2030 (15 years and 6 "
        "months). It can be 3 years earlier at most, and never below the original retirement age.",
    )
    assert later.condition == Text(
        "达到法定退休年龄后，须所在单位与本人协商一致，最多延迟3年。灵活就业人员没有用人单位，不适用。",
        "Your employer has to agree. It can be 3 years later at most. It is not open to people in flexible employment, "
        "who have no employer.",
    )


@given(born=st.dates(date(1900, 1, 1), date(9900, 1, 1)), schedule=st.sampled_from(Schedule))
def test_flexible_employment_has_no_later_alternative(born: date, schedule: Schedule) -> None:
    """Without an employer who can consent there is no LATER; EARLIER is the same for all."""
    sex, position = SEX_AND_POSITION[schedule]
    of = {each: calculated(sex, born, position, employment=each) for each in (None, *FormOfEmployment)}
    assert of[None] == of[FormOfEmployment.WITH_EMPLOYER]
    one, other = of[FormOfEmployment.FLEXIBLE], of[None]
    assert one is not None
    assert other is not None
    assert replace(one, alternatives=()) == replace(other, alternatives=())
    assert one.alternatives == other.alternatives[:1]


@given(
    born=st.dates(date(1955, 1, 1), date(2010, 1, 1)),
    on=st.dates(date(2025, 1, 1), date(2080, 1, 1)),
    schedule=st.sampled_from(Schedule),
)
@example(born=date(1970, 1, 31), on=date(2030, 2, 28), schedule=Schedule.MEN)
def test_past_alternatives_are_not_offered(born: date, on: date, schedule: Schedule) -> None:
    """Past alternatives are left out; if the earliest is past, the next month in the future replaces it."""
    sex, position = SEX_AND_POSITION[schedule]
    found, ever = (calculated(sex, born, position, on=day) for day in (on, born))
    assert found is not None
    assert ever is not None
    offered = {other.kind: other for other in found.alternatives}
    assert all(other.date >= on for other in found.alternatives)
    for other in ever.alternatives:
        if other.date >= on:
            assert offered[other.kind] == other
    if RetirementKind.EARLIER in offered:
        earlier = offered[RetirementKind.EARLIER]
        assert ever.alternatives[0].date <= earlier.date < found.date
        month_before = add_months(born, 12 * ORIGINAL[schedule] + earlier.delay_months - 1)
        assert month_before is not None
        assert month_before < on or earlier == ever.alternatives[0]
    else:
        last = add_months(born, 12 * ORIGINAL[schedule] + found.delay_months - 1)
        assert last is not None
        assert not found.delay_months or last < on


def test_alternative_after_calendar_end_is_left_out() -> None:
    """An alternative after the year 9999 is left out."""
    found = calculated("1", date(9936, 5, 1), None)
    assert found is not None
    assert [other.date for other in found.alternatives] == [date(9996, 5, 1)]


@pytest.mark.parametrize(
    ("year", "months"),
    [(1996, None), (1997, None), (1998, 180), (2024, 180), (2029, 180), (2030, 186), (2031, 192), (2032, 198),
     (2033, 204), (2034, 210), (2035, 216), (2036, 222), (2037, 228), (2038, 234),
     (2039, 240), (2040, 240), (2100, 240)],
)  # fmt: skip
def test_minimum_contributions_by_year(year: int, months: int | None) -> None:
    """15 years until 2029, then half a year more each year, 20 years from 2039 on; unknown before 1997-07-16."""
    found = [calculated("1", date(born, 1, 1), None) for born in range(1900, 2050)]
    of_year = {at.minimum_contribution_months for at in found if at is not None and at.date.year == year}
    assert of_year <= {months}
    law = LAW.on(date(year, 1, 1))
    assert (law.number("minimum_contribution_months") if "minimum_contribution_months" in law else None) == months


def test_minimum_contributions_of_example() -> None:
    """A man born in 1970 retires in 2031 and needs 192 months; his alternatives need other amounts."""
    found = calculated("1", date(1970, 1, 20), None)
    assert found is not None
    assert found.minimum_contribution_months == 192
    assert [other.minimum_contribution_months for other in found.alternatives] == [186, 210]
