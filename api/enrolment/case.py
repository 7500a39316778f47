"""What the rules of any scheme may look at: one person's record, one choice, one day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.status import STANDING, Coverage, Registration, standings
from api.law.case import DatedCase
from api.law.days import next_day
from api.text.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(DatedCase):
    """The inputs that all schemes share; a scheme's own case adds what else its rules need.

    `registrations` are those of the scheme in the Hall, oldest first.
    """

    id_type: str
    birth_date: date | None
    sex: str | None
    drawing_pension: bool
    registrations: tuple[Registration, ...]
    participations: tuple[InsurancePeriod, ...]
    district: str | None

    def is_enrolled_under(self, coverage: Coverage | None) -> bool:
        """Return whether an enrolment of the Hall is in force on the day."""
        made = tuple(each for each in self.registrations if each.registered_on <= self.on)
        return any(each.is_enrolled for each in standings(made, self.participations, self.on, coverage))

    def has_registered(self) -> bool:
        """Return whether an enrolment of the Hall was made by the day and is not known to have ended."""
        return any(each.registered_on <= self.on and each.status in STANDING for each in self.registrations)

    def has_joined(self, types: Collection[str]) -> bool:
        """Return whether the person has ever joined any of these insurances by the day."""
        return any(period.type in types and period.has_begun(self.on) for period in self.participations)

    def paid_in(self, types: Collection[str]) -> tuple[InsurancePeriod, ...]:
        """Return the periods of these insurances that are paid on the day, by an employer or the person."""
        return tuple(period for period in self.participations if period.type in types and period.is_paid_on(self.on))


@dataclass(frozen=True, slots=True)
class DistrictChoice:
    """A district of the form, and whether and why it can be chosen."""

    code: str
    selectable: bool
    preselected: bool
    reason: Text | None


def payment_change_days(case: Case) -> Iterator[date | None]:
    """Yield the days on which payment begins or stops, and the days of registrations."""
    for registration in case.registrations:
        yield registration.registered_on
    for period in case.participations:
        yield period.started_on
        if period.ended_on is not None:
            yield period.ended_on
            yield next_day(period.ended_on)
