"""The statutory retirement date: 《国务院关于渐进式延迟法定退休年龄的办法》, in force since 2025-01-01.

The delay is a property of the month in which a person reaches the original age: a person who reached it before the
delay begins retires on that day, as the law of 1978 says, so that one calculation serves both. The legal basis is that
of the day of retirement: until 2024 国发〔1978〕104号, since 2025 the Decision and its Measures.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from api.schemes.parameter import Law
from api.schemes.rule import PositionNature
from api.schemes.shared.days import add_months
from api.schemes.shared.law import LAW

MALE, FEMALE = "1", "2"
EARLIEST_BIRTH = date(1900, 1, 1)
"""Nobody who was born before can ask; a year like 1190 is a slip of the pen. Identity numbers are read alike."""


class Schedule(StrEnum):
    """Which of the three annexes holds for somebody: the end of its parameters' names."""

    MEN = "men"
    WOMEN_55 = "women_55"
    WOMEN_50 = "women_50"


@dataclass(frozen=True, slots=True)
class Retirement:
    """A retirement date, the age on it, the delay in months, and what may be chosen instead.

    `minimum_contribution_months` is what a pension asks for in that year, as information: enrolment does not.
    """

    date: date
    years: int
    months: int
    delay_months: int
    legal_basis: str
    alternatives: tuple["Retirement", ...] = ()
    minimum_contribution_months: int | None = None


def retirement(sex: str, birth_date: date, position_nature: PositionNature | None) -> Retirement | None:
    """Return the retirement of somebody by the law as it stands; None where sex or birth date cannot be a person's.

    `sex` is the code of GB/T 2261.1. A woman retires by the annex of 55, as in flexible employment and in management;
    by that of 50 in production. There is no clock here: whoever is not born yet is told when they will retire.
    """
    schedule = schedule_of(sex, position_nature)
    law = LAW.on(date.max)
    months = None if schedule is None else original_and_delay(schedule, birth_date, law)
    if schedule is None or months is None:
        return None
    original, delay = months
    basis = law[f"retirement_delay_step_{schedule}"].legal_basis if delay else _basis_of_age(schedule, birth_date)
    at = _aged(birth_date, original, delay, basis)
    if at is None:
        return None
    return Retirement(
        at.date,
        at.years,
        at.months,
        delay,
        basis,
        _alternatives(birth_date, original, delay, law) if delay else (),
        at.minimum_contribution_months,
    )


def schedule_of(sex: str | None, position_nature: PositionNature | None) -> Schedule | None:
    """Return the annex that holds for somebody; None where the sex is not known."""
    if sex == MALE:
        return Schedule.MEN
    if sex == FEMALE:
        return Schedule.WOMEN_50 if position_nature is PositionNature.PRODUCTION else Schedule.WOMEN_55
    return None


@lru_cache(maxsize=1024)
def retirement_date(schedule: Schedule, birth_date: date, law: Law) -> date | None:
    """Return the retirement date by an annex under a law; None where it cannot be computed."""
    months = original_and_delay(schedule, birth_date, law)
    return None if months is None else add_months(birth_date, sum(months))


def original_and_delay(schedule: Schedule, birth_date: date, law: Law) -> tuple[int, int] | None:
    """Return the original retirement age and its delay, both in months; None where there is no such law or person."""
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
    """Return the basis of the original age on the day on which it is reached; before the first law, of that law."""
    periods = [period for period in LAW.periods if period.key == f"retirement_age_{schedule}"]
    reached = add_months(birth_date, 12 * int(periods[0].value)) or date.max
    return LAW.on(max(reached, periods[0].from_))[periods[0].key].legal_basis


def _alternatives(birth_date: date, original: int, delay: int, law: Law) -> tuple[Retirement, ...]:
    """Return the earliest and the latest flexible retirement: three years at most, never below the original age."""
    flexible = law["flexible_retirement_months"]
    most = law.number("flexible_retirement_months")
    found = (
        _aged(birth_date, original, max(delay - most, 0), flexible.legal_basis),
        _aged(birth_date, original, delay + most, flexible.legal_basis),
    )
    return tuple(other for other in found if other is not None)


def _aged(birth_date: date, original: int, delay: int, legal_basis: str) -> Retirement | None:
    day = add_months(birth_date, original + delay)
    if day is None:
        return None
    years, months = divmod(original + delay, 12)
    law = LAW.on(day)
    needed = law.number("minimum_contribution_months") if "minimum_contribution_months" in law else None
    return Retirement(day, years, months, delay, legal_basis, (), needed)
