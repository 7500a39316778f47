"""Where an enrolment of the Hall stands on a day: decided by what the record says of the insurances it stands for.

Flexible employment covers 职工基本养老 and 职工基本医疗, paid by the person. The periods of these that begin with the
registration or after it carry the enrolment: it is ACTIVE while one of them is paid, SUSPENDED while payment has
stopped, TERMINATED once they have ended or an employer has taken over. Until one begins, the enrolment is as stored.

Contributions are paid by the month, so a period that begins on the first day of the month of registration is paid
under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.schemes.flexible_employment.participation import PAYING, SUSPENDED, Participation, is_taken_over, self_paid
from api.schemes.parameter import Law
from api.schemes.shared.days import next_day


class EnrolmentStatus(StrEnum):
    """Where an enrolment stands."""

    REGISTERED = "REGISTERED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    WITHDRAWN = "WITHDRAWN"


# A person with one of these is enrolled. The partial unique index of the migrations lists the same.
STANDING = (EnrolmentStatus.REGISTERED, EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED)
SELF_PAID, EMPLOYEES = "self_paid_insurances", "employee_insurances"


@dataclass(frozen=True, slots=True)
class Registration:
    """An enrolment of the Hall as it is stored: its day of registration, its status, and since when it has that."""

    registered_on: date
    status: EnrolmentStatus
    since: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an enrolment stands, and since which day."""

    status: EnrolmentStatus
    since: date

    @property
    def is_enrolled(self) -> bool:
        """Whether the person is enrolled by it."""
        return self.status in STANDING


def standings(
    registrations: Sequence[Registration], periods: Sequence[Participation], day: date, law: Law
) -> tuple[Standing, ...]:
    """Return where each registration stands on `day`; they come oldest first, and at most one of them stands."""
    if SELF_PAID not in law or EMPLOYEES not in law:
        return tuple(Standing(each.status, each.since) for each in registrations)
    made = [each for each in registrations if each.status is not EnrolmentStatus.WITHDRAWN]
    carried: dict[int, list[Participation]] = {}
    for period in self_paid(periods, law.words(SELF_PAID)):
        if (found := carried_by(made, period)) is not None:
            carried.setdefault(id(found), []).append(period)
    stands = [_standing(each, carried.get(id(each), ()), periods, day, law) for each in registrations]
    newest: Registration | None = None
    standing = 0
    for place, registration in reversed(list(enumerate(registrations))):
        if not stands[place].is_enrolled:
            continue
        if newest is None:
            newest, standing = registration, place
            continue
        if stands[place].status is EnrolmentStatus.ACTIVE and stands[standing].status is EnrolmentStatus.REGISTERED:
            # A period of the earlier one is paid again: from the newer registration on it is paid under that.
            stands[standing] = Standing(EnrolmentStatus.ACTIVE, newest.registered_on)
        stands[place] = Standing(EnrolmentStatus.TERMINATED, newest.registered_on)
    return tuple(stands)


def carried_by(registrations: Sequence[Registration], period: Participation) -> Registration | None:
    """Return the registration, of those that come oldest first, under which a self-paid period is paid.

    It is the newest that the period began on or after. A period that began earlier in the month of a registration, and
    went on then, is paid under it too, unless it belongs to one before. What had ended by then is of no registration.
    """
    start = period.started_on
    if start is None or not (period.is_paid_on(start) or period.is_suspended_on(start) or period.ended_on is None):
        return None
    has_ended = period.status not in {PAYING, SUSPENDED} and period.ended_on is None
    before = [
        each for each in registrations if each.registered_on < start or (each.registered_on == start and not has_ended)
    ]
    if before:
        return before[-1]
    return next((each for each in registrations if _is_of_its_month(period, start, each.registered_on)), None)


def _is_of_its_month(period: Participation, start: date, registered_on: date) -> bool:
    goes_on = period.is_paid_on(registered_on) or period.is_suspended_on(registered_on)
    return registered_on.replace(day=1) <= start and goes_on


def _standing(
    registration: Registration, carried: Sequence[Participation], periods: Sequence[Participation], day: date, law: Law
) -> Standing:
    begun = [period for period in carried if period.has_begun(day)]
    if not begun:
        return Standing(registration.status, registration.since)
    paid = [period.started_on for period in begun if period.is_paid_on(day)]
    if paid:
        return Standing(EnrolmentStatus.ACTIVE, min(start for start in paid if start is not None))
    suspended = [period for period in begun if period.is_suspended_on(day)]
    if suspended and not any(is_taken_over(period, periods, law.words(EMPLOYEES), day) for period in suspended):
        return Standing(EnrolmentStatus.SUSPENDED, _last(suspended))
    return Standing(EnrolmentStatus.TERMINATED, _last(begun))


def _last(periods: Sequence[Participation]) -> date:
    """Return the first day on which none of the periods was paid any more."""
    return max(_unpaid_from(period) for period in periods)


def _unpaid_from(period: Participation) -> date:
    if period.ended_on is None:
        return period.started_on or date.min
    return (next_day(period.ended_on) or period.ended_on) if period.status == PAYING else period.ended_on
