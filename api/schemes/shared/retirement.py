"""The statutory retirement date: 《国务院关于渐进式延迟法定退休年龄的办法》, in force since 2025-01-01."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from api.schemes.rule import PositionNature
from api.schemes.shared.days import add_months
from api.schemes.shared.law import LAW

MALE, FEMALE = "1", "2"
EARLIEST_BIRTH = date(1900, 1, 1)
DELAYED_SINCE = date(2025, 1, 1)


class Schedule(StrEnum):
    """Which of the three schedules holds for somebody, by its parameter."""

    MEN = "retirement_men"
    WOMEN_55 = "retirement_women_55"
    WOMEN_50 = "retirement_women_50"


@dataclass(frozen=True, slots=True)
class Retirement:
    """A retirement date, the age on it, the delay in months, and what may be chosen instead."""

    date: date
    years: int
    months: int
    delay_months: int
    legal_basis: str
    alternatives: tuple["Retirement", ...] = ()


def retirement(sex: str, birth_date: date, position_nature: PositionNature | None) -> Retirement | None:
    """Return somebody's retirement by the law since 2025; None where sex or birth date cannot be a person's.

    `sex` is the code of GB/T 2261.1. A woman retires by the schedule of 55, as in flexible employment and in management;
    by that of 50 in production.
    """
    schedule = schedule_of(sex, position_nature)
    return None if schedule is None else retirement_by(schedule, birth_date, DELAYED_SINCE)


def schedule_of(sex: str | None, position_nature: PositionNature | None) -> Schedule | None:
    """Return the schedule that holds for somebody; None where the sex is not known."""
    if sex == MALE:
        return Schedule.MEN
    if sex == FEMALE:
        return Schedule.WOMEN_50 if position_nature is PositionNature.PRODUCTION else Schedule.WOMEN_55
    return None


@lru_cache(maxsize=4096)
def retirement_by(schedule: Schedule, birth_date: date, day: date) -> Retirement | None:
    """Return the retirement by a schedule as the law stood on `day`; None where there was no such law or person."""
    figures = LAW.on(schedule, day)
    if figures is None or birth_date < EARLIEST_BIRTH:
        return None
    original, step, most = (int(figure) for figure in figures.value.split())
    delay = _delay(birth_date, original, step, most)
    at = _aged(birth_date, 12 * original + delay, delay, figures.legal_basis)
    if at is None:
        return None
    others = tuple(other for other in _chosen(at, birth_date, original, day) if other is not None)
    return Retirement(at.date, at.years, at.months, delay, figures.legal_basis, others)


def _delay(birth_date: date, original: int, step: int, most: int) -> int:
    """Return by how many months retirement is delayed, from the months between 2025-01 and the original month."""
    months = (birth_date.year + original - DELAYED_SINCE.year) * 12 + birth_date.month - DELAYED_SINCE.month
    return min(months // step + 1, most) if step and months >= 0 else 0


def _aged(birth_date: date, age: int, delay: int, legal_basis: str) -> Retirement | None:
    day = add_months(birth_date, age)
    return None if day is None else Retirement(day, age // 12, age % 12, delay, legal_basis)


def _chosen(at: Retirement, birth_date: date, original: int, day: date) -> tuple[Retirement | None, ...]:
    """Return the earliest and the latest flexible retirement: three years at most, never below the original age."""
    flexible = LAW.on("flexible_retirement_months", day)
    if flexible is None or at.date < DELAYED_SINCE:
        return ()
    age, most = 12 * at.years + at.months, int(flexible.value)
    earliest = max(age - most, 12 * original)
    early = _aged(birth_date, earliest, earliest - 12 * original, flexible.legal_basis) if earliest < age else None
    return early, _aged(birth_date, age + most, at.delay_months + most, flexible.legal_basis)
