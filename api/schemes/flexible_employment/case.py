"""What a rule may look at. If it is not here, no rule depends on it."""

from dataclasses import dataclass
from datetime import date

from api.schemes.rule import Channel, PositionNature

PAYING = "1"


@dataclass(frozen=True, slots=True)
class Participation:
    """One period of one insurance; `employer` says whether an employer pays, or paid."""

    type: str
    status: str
    district: str | None
    employer: bool
    started_on: date | None
    ended_on: date | None

    def covers(self, day: date) -> bool:
        """Return whether `day` lies in the period; an open end has no limit."""
        return self.has_begun(day) and (self.ended_on is None or day <= self.ended_on)

    def has_begun(self, day: date) -> bool:
        """Return whether the period begins by `day`."""
        return self.started_on is None or self.started_on <= day


@dataclass(frozen=True, slots=True)
class Subsidy:
    """社保补贴 of a district, from day to day."""

    district: str
    starts_on: date
    ends_on: date | None

    def covers(self, day: date) -> bool:
        """Return whether the subsidy is active on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at: one person, one choice, one day."""

    on: date
    channel: Channel
    id_type: str
    birth_date: date | None
    sex: str | None
    position_nature: PositionNature | None
    drawing_pension: bool
    enrolled: bool
    participations: tuple[Participation, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    district: str | None = None

    def subsidised_districts(self) -> tuple[str, ...]:
        """Return the districts whose subsidy is active on the day."""
        return tuple(sorted({subsidy.district for subsidy in self.subsidies if subsidy.covers(self.on)}))

    def participated_in(self, types: frozenset[str]) -> bool:
        """Return whether any of these insurances was ever joined, by the day."""
        return any(period.type in types and period.has_begun(self.on) for period in self.participations)

    def paying_in(self, types: frozenset[str], *, by_employer: bool) -> bool:
        """Return whether any of these insurances is paid on the day: by an employer, or by the person."""
        return any(
            period.type in types
            and period.employer is by_employer
            and period.status == PAYING
            and period.covers(self.on)
            for period in self.participations
        )
