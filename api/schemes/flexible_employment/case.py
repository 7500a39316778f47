"""The input of the rules. Rules depend on nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from api.enrolment import case as enrolment
from api.enrolment.insurance_period import InsurancePeriod, is_taken_over, self_paid
from api.enrolment.status import Coverage
from api.law.parameter import Law
from api.schemes.shared.retirement import PositionNature

SELF_PAID, EMPLOYEES = "self_paid_insurances", "employee_insurances"


@dataclass(frozen=True, slots=True)
class Subsidy:
    """社保补贴 of a district; both days are included."""

    district: str
    starts_on: date
    ends_on: date | None

    def is_active_on(self, day: date) -> bool:
        """Return whether the subsidy is active on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def coverage(law: Law) -> Coverage | None:
    """Return the insurances of flexible employment; None where the law of the day lacks them."""
    return Coverage(law.words(SELF_PAID), law.words(EMPLOYEES)) if SELF_PAID in law and EMPLOYEES in law else None


def self_paid_on(periods: Sequence[InsurancePeriod], day: date, law: Law) -> tuple[InsurancePeriod, ...]:
    """Return the self-paid periods of flexible employment's insurances that are paid on a day."""
    return tuple(each for each in self_paid(periods, law.words(SELF_PAID)) if each.is_paid_on(day))


def self_suspended_on(periods: Sequence[InsurancePeriod], day: date, law: Law) -> tuple[InsurancePeriod, ...]:
    """Return the self-paid periods that are suspended on a day and that no employer has taken over."""
    return tuple(
        each
        for each in self_paid(periods, law.words(SELF_PAID))
        if each.is_suspended_on(day) and not is_taken_over(each, periods, law.words(EMPLOYEES), day)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(enrolment.Case):
    """All inputs of a rule: one person, one choice, one day.

    `works_in_city` is the person's declaration, None before it.
    """

    position_nature: PositionNature | None
    works_in_city: bool | None
    subsidies: tuple[Subsidy, ...]

    def is_enrolled(self, law: Law) -> bool:
        """Return whether an enrolment of the Hall is in force on the day."""
        return self.is_enrolled_under(coverage(law))

    def paid_by_employers(self, law: Law) -> tuple[InsurancePeriod, ...]:
        """Return the periods that an employer pays on the day; some insurances only an employer can pay."""
        only = law.words("employer_only_insurances")
        return tuple(period for period in self.paid_in(law.words(EMPLOYEES)) if period.employer or period.type in only)

    def self_paid(self, law: Law) -> tuple[InsurancePeriod, ...]:
        """See `self_paid_on`."""
        return self_paid_on(self.participations, self.on, law)

    def self_suspended(self, law: Law) -> tuple[InsurancePeriod, ...]:
        """See `self_suspended_on`."""
        return self_suspended_on(self.participations, self.on, law)

    def subsidised_districts(self, districts: Collection[str]) -> tuple[str, ...]:
        """Return those of `districts` whose subsidy is active on the day; unknown district codes have no effect."""
        active = {subsidy.district for subsidy in self.subsidies if subsidy.is_active_on(self.on)}
        return tuple(district for district in districts if district in active)
