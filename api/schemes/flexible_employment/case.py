"""The input of the rules. Rules depend on nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from api.schemes.flexible_employment.enrolment_status import EMPLOYEES, SELF_PAID, STANDING, Registration, standings
from api.schemes.flexible_employment.participation import Participation, is_taken_over, self_paid
from api.schemes.parameter import Law
from api.schemes.rule import Channel, PositionNature


@dataclass(frozen=True, slots=True)
class Subsidy:
    """社保补贴 of a district; both days are included."""

    district: str
    starts_on: date
    ends_on: date | None

    def is_active_on(self, day: date) -> bool:
        """Return whether the subsidy is active on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def self_paid_on(periods: Sequence[Participation], day: date, law: Law) -> tuple[Participation, ...]:
    """Return the self-paid periods of flexible employment's insurances that are paid on a day."""
    return tuple(each for each in self_paid(periods, law.words(SELF_PAID)) if each.is_paid_on(day))


def self_suspended_on(periods: Sequence[Participation], day: date, law: Law) -> tuple[Participation, ...]:
    """Return the self-paid periods that are suspended on a day and that no employer has taken over."""
    return tuple(
        each
        for each in self_paid(periods, law.words(SELF_PAID))
        if each.is_suspended_on(day) and not is_taken_over(each, periods, law.words(EMPLOYEES), day)
    )


@dataclass(frozen=True, slots=True)
class Case:
    """All inputs of a rule: one person, one choice, one day.

    `works_in_city` is the person's declaration, None before it; `registrations` are those of the Hall, oldest first.
    """

    on: date
    channel: Channel
    id_type: str
    birth_date: date | None
    sex: str | None
    position_nature: PositionNature | None
    drawing_pension: bool
    works_in_city: bool | None
    registrations: tuple[Registration, ...]
    participations: tuple[Participation, ...]
    subsidies: tuple[Subsidy, ...]
    district: str | None

    def is_enrolled(self, law: Law) -> bool:
        """Return whether an enrolment of the Hall is in force on the day."""
        made = tuple(each for each in self.registrations if each.registered_on <= self.on)
        return any(each.is_enrolled for each in standings(made, self.participations, self.on, law))

    def has_registered(self) -> bool:
        """Return whether an enrolment of the Hall was made by the day and is not known to have ended."""
        return any(each.registered_on <= self.on and each.status in STANDING for each in self.registrations)

    def has_joined(self, types: Collection[str]) -> bool:
        """Return whether the person has ever joined any of these insurances by the day."""
        return any(period.type in types and period.has_begun(self.on) for period in self.participations)

    def paid_in(self, types: Collection[str]) -> tuple[Participation, ...]:
        """Return the periods of these insurances that are paid on the day, by an employer or the person."""
        return tuple(period for period in self.participations if period.type in types and period.is_paid_on(self.on))

    def paid_by_employers(self, law: Law) -> tuple[Participation, ...]:
        """Return the periods that an employer pays on the day; some insurances only an employer can pay."""
        only = law.words("employer_only_insurances")
        return tuple(period for period in self.paid_in(law.words(EMPLOYEES)) if period.employer or period.type in only)

    def self_paid(self, law: Law) -> tuple[Participation, ...]:
        """See `self_paid_on`."""
        return self_paid_on(self.participations, self.on, law)

    def self_suspended(self, law: Law) -> tuple[Participation, ...]:
        """See `self_suspended_on`."""
        return self_suspended_on(self.participations, self.on, law)

    def subsidised_districts(self, districts: Collection[str]) -> tuple[str, ...]:
        """Return those of `districts` whose subsidy is active on the day; unknown district codes have no effect."""
        active = {subsidy.district for subsidy in self.subsidies if subsidy.is_active_on(self.on)}
        return tuple(district for district in districts if district in active)
