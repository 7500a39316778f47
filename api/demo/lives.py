"""Dates and numbers of people who do not exist."""

from datetime import date, timedelta

from api.law.days import add_months
from api.people.identity_number import check_character
from api.schemes.shared.law import LAW
from api.schemes.shared.retirement import Schedule, retirement_date

YOUNGEST_RETIRED, OLDEST_WORKING = 60, 64
HALF_A_YEAR = timedelta(days=183)
WOMEN = (Schedule.WOMEN_50, Schedule.WOMEN_55)


def aged(on: date, years: int, days: int) -> date:
    """Return the birth date of a person who turned `years` years old `days` days before `on`."""
    return earlier(on - timedelta(days=days), 12 * years)


def earlier(day: date, months: int) -> date:
    """Return the same day so many months before."""
    return later(day, -months)


def later(day: date, months: int) -> date:
    """Return the same day so many months after."""
    found = add_months(day, months)
    if found is None:
        raise OverflowError(f"no calendar reaches {months} months from {day}")
    return found


def last_of_month_before(day: date) -> date:
    """Return the last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def leap_birth(on: date) -> date:
    """Return a 29 February, about thirty years ago."""
    return next(date(year, 2, 29) for year in range(on.year - 30, on.year) if year % 4 == 0)


def retiring_by(on: date) -> date:
    """Return the birth date of a man whose retirement date is `on`, or the last possible one before it.

    The delay grows by a month every four months, so some months have no retirement date of men.
    """
    return max((at, born) for at, born in _retirements(on) if at <= on)[1]


def retiring_after(on: date) -> date:
    """Return the birth date of a man whose retirement date is the first possible one after `on`."""
    return min((at, born) for at, born in _retirements(on) if at > on)[1]


def _retirements(on: date) -> list[tuple[date, date]]:
    days = [on + timedelta(days=count) for count in range(-70, 71)]
    births = [earlier(day, months) for day in days for months in range(12 * YOUNGEST_RETIRED, 12 * OLDEST_WORKING)]
    law = LAW.on(date.max)
    found = ((retirement_date(Schedule.MEN, born, law), born) for born in sorted(set(births)))
    return [(at, born) for at, born in found if at is not None]


def between_the_schedules(on: date) -> date:
    """Return the birth date of a woman who is half a year past the schedule of 50 and before that of 55."""
    law = LAW.on(date.max)
    for months in range(12 * 50, 12 * 58):
        born = earlier(on, months)
        first, last = (retirement_date(schedule, born, law) for schedule in WOMEN)
        if first and last and first + HALF_A_YEAR <= on <= last - HALF_A_YEAR:
            return born
    raise LookupError(f"no woman is between the schedules on {on}")


def number_of(area: str, born: date, place: int, sex: str, *, in_x: bool = False) -> str:
    """Return a number with a valid check digit; `place` makes it unique, the digit before the last encodes the sex."""
    for step in range(10):
        sequence = 2 * (place * 10 + step) + (1 if sex == "1" else 0)
        seventeen = f"{area}{born:%Y%m%d}{sequence % 1000:03}"
        if not in_x or check_character(seventeen) == "X":
            return seventeen + check_character(seventeen)
    return number_of(area, born, place + 1, sex, in_x=in_x)
