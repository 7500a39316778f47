"""The input of the rules. Rules depend on nothing else."""

from dataclasses import dataclass

from api.enrolment import case as enrolment
from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.status import Coverage
from api.law.parameter import Law

EMPLOYEES, PUBLIC_SECTOR, RESIDENTS = "employees_pension", "public_sector_pension", "residents_pension"


def coverage(law: Law) -> Coverage | None:
    """Return 城乡居民养老, taken over by the employees' or public-sector pension; None where the law lacks it."""
    if RESIDENTS not in law:
        return None
    return Coverage(law.words(RESIDENTS), (*law.words(EMPLOYEES), *law.words(PUBLIC_SECTOR)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(enrolment.Case):
    """All inputs of a rule: one person, one choice, one day.

    `registered_here` is whether the household is registered in this city, None where the record does not say.
    `public_sector` is whether the record has a category of public-sector staff. `not_in_school` is the person's
    declaration, None before it.
    """

    registered_here: bool | None
    public_sector: bool
    not_in_school: bool | None

    def is_enrolled(self, law: Law) -> bool:
        """Return whether an enrolment of the Hall is in force on the day."""
        return self.is_enrolled_under(coverage(law))

    def joined_in(self, types: tuple[str, ...]) -> tuple[InsurancePeriod, ...]:
        """Return the periods of these insurances that are paid or suspended on the day."""
        return tuple(
            each
            for each in self.participations
            if each.type in types and (each.is_paid_on(self.on) or each.is_suspended_on(self.on))
        )
