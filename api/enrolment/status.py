"""The status of an enrolment of the Hall on a day, derived from the record of its insurances.

A scheme covers insurances; the periods of these that the person pays, and that begin on or after the day of
registration, belong to the enrolment: it is ACTIVE while one of them is paid, SUSPENDED while payment has stopped,
TERMINATED once they have ended or another insurance has taken over. Before them, the stored status holds.

Contributions are paid by the month, so a period that begins on the first day of the month of registration belongs to
the enrolment.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.enrolment.insurance_period import PAYING, SUSPENDED, InsurancePeriod, is_taken_over, self_paid
from api.law.days import next_day


class EnrolmentStatus(StrEnum):
    """The status of an enrolment."""

    REGISTERED = "REGISTERED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    WITHDRAWN = "WITHDRAWN"


# A person with one of these is enrolled. Keep in step with the partial unique index of the migrations.
STANDING = (EnrolmentStatus.REGISTERED, EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The insurances of a scheme, by AAE140: those that the person pays, and those by which an employer takes over."""

    paid: Collection[str]
    taken_over_by: Collection[str]


@dataclass(frozen=True, slots=True)
class Registration:
    """A stored enrolment of the Hall: day of registration, status, and first day of that status."""

    registered_on: date
    status: EnrolmentStatus
    since: date


@dataclass(frozen=True, slots=True)
class Standing:
    """The status of an enrolment, and the first day of it."""

    status: EnrolmentStatus
    since: date

    @property
    def is_enrolled(self) -> bool:
        """Whether the enrolment is in force."""
        return self.status in STANDING


def standings(
    registrations: Sequence[Registration], periods: Sequence[InsurancePeriod], day: date, coverage: Coverage | None
) -> tuple[Standing, ...]:
    """Return the status of each registration, oldest first, on `day`; at most one of them is in force.

    Without a `coverage`, because no law of the day says what the scheme covers, the stored status holds.
    """
    if coverage is None:
        return tuple(Standing(each.status, each.since) for each in registrations)
    made = [each for each in registrations if each.status is not EnrolmentStatus.WITHDRAWN]
    carried: dict[int, list[InsurancePeriod]] = {}
    for period in self_paid(periods, coverage.paid):
        if (registration := carried_by(made, period)) is not None:
            carried.setdefault(id(registration), []).append(period)
    stands = [_standing(each, carried.get(id(each), ()), periods, day, coverage) for each in registrations]
    newest: Registration | None = None
    standing = 0
    for place, registration in reversed(list(enumerate(registrations))):
        if not stands[place].is_enrolled:
            continue
        if newest is None:
            newest, standing = registration, place
            continue
        if stands[place].status is EnrolmentStatus.ACTIVE and stands[standing].status is EnrolmentStatus.REGISTERED:
            # A resumed period of the earlier registration belongs to the newer one from its day on.
            stands[standing] = Standing(EnrolmentStatus.ACTIVE, newest.registered_on)
        stands[place] = Standing(EnrolmentStatus.TERMINATED, newest.registered_on)
    return tuple(stands)


def carried_by(registrations: Sequence[Registration], period: InsurancePeriod) -> Registration | None:
    """Return the registration to which a self-paid period belongs; `registrations` are oldest first.

    It is the newest one on or before the first day of the period. A period that began earlier in the month of a
    registration and was still running belongs to it too, unless an earlier registration precedes the period.
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
    return next((each for each in registrations if _starts_in_month_of(period, start, each.registered_on)), None)


def _starts_in_month_of(period: InsurancePeriod, start: date, registered_on: date) -> bool:
    is_running = period.is_paid_on(registered_on) or period.is_suspended_on(registered_on)
    return registered_on.replace(day=1) <= start and is_running


def _standing(
    registration: Registration,
    carried: Sequence[InsurancePeriod],
    periods: Sequence[InsurancePeriod],
    day: date,
    coverage: Coverage,
) -> Standing:
    begun = [period for period in carried if period.has_begun(day)]
    if not begun:
        return Standing(registration.status, registration.since)
    paid = [period.started_on for period in begun if period.is_paid_on(day)]
    if paid:
        return Standing(EnrolmentStatus.ACTIVE, min(start for start in paid if start is not None))
    suspended = [period for period in begun if period.is_suspended_on(day)]
    if suspended and not any(is_taken_over(period, periods, coverage.taken_over_by, day) for period in suspended):
        return Standing(EnrolmentStatus.SUSPENDED, _first_unpaid_day(suspended))
    return Standing(EnrolmentStatus.TERMINATED, _first_unpaid_day(begun))


def _first_unpaid_day(periods: Sequence[InsurancePeriod]) -> date:
    """Return the first day on which none of the periods is paid any more."""
    return max(_unpaid_from(period) for period in periods)


def _unpaid_from(period: InsurancePeriod) -> date:
    if period.ended_on is None:
        return period.started_on or date.min
    return (next_day(period.ended_on) or period.ended_on) if period.status == PAYING else period.ended_on
