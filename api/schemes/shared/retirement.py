"""The statutory retirement date: 《国务院关于渐进式延迟法定退休年龄的办法》, in force since 2025-01-01.

The delay depends on the month in which a person reaches the original age. It is zero before the reform, so the same
calculation gives the dates by the law of 1978. The legal basis is that of the day of retirement: until 2024
国发〔1978〕104号, since 2025 the Decision and its Measures.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from api.law.days import add_months
from api.law.parameter import Law
from api.schemes.shared.law import LAW
from api.text.i18n import Text

MALE, FEMALE = SEXES = ("1", "2")
EARLIEST_BIRTH = date(1900, 1, 1)
"""Rejects typing errors such as the year 1190, as `people/identity_number.py` does."""


class Schedule(StrEnum):
    """The annex that applies to a person; the value is the suffix of its parameters' names."""

    MEN = "men"
    WOMEN_55 = "women_55"
    WOMEN_50 = "women_50"


class PositionNature(StrEnum):
    """岗位性质."""

    MANAGEMENT = "MANAGEMENT"
    PRODUCTION = "PRODUCTION"


class FormOfEmployment(StrEnum):
    """Whether the person has an employer, who can agree to a later retirement."""

    FLEXIBLE = "FLEXIBLE"
    WITH_EMPLOYER = "WITH_EMPLOYER"


class RetirementKind(StrEnum):
    """The statutory retirement date, or one that a person may choose instead."""

    STATUTORY = "STATUTORY"
    EARLIER = "EARLIER"
    LATER = "LATER"


@dataclass(frozen=True, slots=True)
class Retirement:
    """A retirement date, the age on it, the delay in months, and the alternatives.

    `minimum_contribution_months` is what a pension requires in that year, as information: enrolment does not.
    `condition` is the condition of a chosen date; None for the statutory date.
    """

    kind: RetirementKind
    date: date
    years: int
    months: int
    delay_months: int
    legal_basis: str
    minimum_contribution_months: int | None
    condition: Text | None = None
    alternatives: tuple["Retirement", ...] = ()


def retirement(
    sex: str,
    birth_date: date,
    position_nature: PositionNature | None,
    *,
    on: date,
    employment: FormOfEmployment | None,
) -> Retirement | None:
    """Return the retirement of a person by current law; None if the sex or birth date is not valid.

    `sex` is the code of GB/T 2261.1. The annex of 50 applies to women in production, that of 55 to women in management
    and in flexible employment. Dates before `on` cannot be chosen any more. If `employment` is None, all dates are
    offered with their conditions. A birth date after `on` is accepted.
    """
    schedule = schedule_of(sex, position_nature)
    law = LAW.on(date.max)
    months = None if schedule is None else original_and_delay(schedule, birth_date, law)
    if schedule is None or months is None:
        return None
    original, delay = months
    basis = law[f"retirement_delay_step_{schedule}"].legal_basis if delay else _basis_of_age(schedule, birth_date)
    statutory = _retirement_at(RetirementKind.STATUTORY, birth_date, original, delay, basis)
    if statutory is None or not delay:
        return statutory
    chosen = [_earlier(birth_date, original, delay, law, on)]
    if employment is not FormOfEmployment.FLEXIBLE:
        chosen.append(_later(birth_date, original, delay, law, on))
    return replace(statutory, alternatives=tuple(other for other in chosen if other is not None))


def position_nature(recorded: Any) -> PositionNature | None:
    """Return a recorded or chosen nature of the position; None for anything else."""
    return PositionNature(recorded) if recorded in set(PositionNature) else None


def schedule_of(sex: str | None, position_nature: PositionNature | None) -> Schedule | None:
    """Return the annex that applies to a person; None if the sex is unknown."""
    if sex == MALE:
        return Schedule.MEN
    if sex == FEMALE:
        return Schedule.WOMEN_50 if position_nature is PositionNature.PRODUCTION else Schedule.WOMEN_55
    return None


@lru_cache(maxsize=1024)
def retirement_date(schedule: Schedule, birth_date: date, law: Law) -> date | None:
    """Return the retirement date by an annex under a law; None if it cannot be computed."""
    months = original_and_delay(schedule, birth_date, law)
    return None if months is None else add_months(birth_date, sum(months))


def original_and_delay(schedule: Schedule, birth_date: date, law: Law) -> tuple[int, int] | None:
    """Return the original retirement age and its delay in months; None without such a law or a valid birth date."""
    if f"retirement_age_{schedule}" not in law or birth_date < EARLIEST_BIRTH:
        return None
    original = 12 * law.number(f"retirement_age_{schedule}")
    if "retirement_delay_begins" not in law:
        return original, 0
    year, begin = law["retirement_delay_begins"].value.split("-")
    since = 12 * (birth_date.year - int(year)) + birth_date.month - int(begin) + original
    if since < 0:
        return original, 0
    every, most = law.number(f"retirement_delay_step_{schedule}"), law.number(f"retirement_delay_most_{schedule}")
    return original, min(since // every + 1, most)


def _basis_of_age(schedule: Schedule, birth_date: date) -> str:
    """Return the legal basis of the original age on the day when it is reached; the first law's for earlier days."""
    periods = [period for period in LAW.periods if period.key == f"retirement_age_{schedule}"]
    reached = add_months(birth_date, 12 * int(periods[0].value)) or date.max
    return LAW.on(max(reached, periods[0].from_))[periods[0].key].legal_basis


def _earlier(birth_date: date, original: int, delay: int, law: Law, on: date) -> Retirement | None:
    """Return the earliest retirement that can still be chosen: by whole months, never below the original age.

    Measures, article 3: at most three years, and only with the minimum contributions of the year that is chosen.
    """
    flexible = law["flexible_retirement_months"]
    for months in range(max(delay - law.number(flexible.key), 0), delay):
        found = _retirement_at(RetirementKind.EARLIER, birth_date, original, months, flexible.legal_basis)
        if found is not None and found.date >= on:
            return replace(found, condition=_condition_of_earlier(found, flexible.value))
    return None


def _later(birth_date: date, original: int, delay: int, law: Law, on: date) -> Retirement | None:
    """Return the latest retirement to which an employer can agree; None if that day is past.

    Measures, article 3: at most three years, by agreement of employer and employee.
    """
    flexible = law["flexible_retirement_months"]
    months = delay + law.number(flexible.key)
    found = _retirement_at(RetirementKind.LATER, birth_date, original, months, flexible.legal_basis)
    if found is None or found.date < on:
        return None
    zh, en = _duration(int(flexible.value))
    return replace(
        found,
        condition=Text(
            f"达到法定退休年龄后，须所在单位与本人协商一致，最多延迟{zh}。灵活就业人员没有用人单位，不适用。",
            f"Your employer has to agree. It can be {en} later at most. It is not open to people in flexible "
            "employment, who have no employer.",
        ),
    )


def _condition_of_earlier(found: Retirement, most: str) -> Text:
    zh, en = _duration(int(most))
    needed = Text("", "")
    if found.minimum_contribution_months is not None:
        years = Text(*_duration(found.minimum_contribution_months))
        needed = Text(f"（{years.zh}）", f" ({years.en})")
    return Text(
        f"本人自愿选择，届时须已达到{found.date.year}年按月领取基本养老金的最低缴费年限{needed.zh}；最多提前{zh}，且不低于原法定退休年龄。",
        f"You may choose it if you then have the minimum contributions for a monthly pension in "
        f"{found.date.year}{needed.en}. It can be {en} earlier at most, and never below the original retirement age.",
    )


def _duration(months: int) -> tuple[str, str]:
    """Format a number of months as years and months, in Chinese and English."""
    years, rest = divmod(months, 12)
    if not rest:
        return f"{years}年", f"{years} years"
    return f"{years}年零{rest}个月", f"{years} years and {rest} months"


def _retirement_at(
    kind: RetirementKind, birth_date: date, original: int, delay: int, legal_basis: str
) -> Retirement | None:
    day = add_months(birth_date, original + delay)
    if day is None:
        return None
    years, months = divmod(original + delay, 12)
    law = LAW.on(day)
    needed = law.number("minimum_contribution_months") if "minimum_contribution_months" in law else None
    return Retirement(kind, day, years, months, delay, legal_basis, needed)
