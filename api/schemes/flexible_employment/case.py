"""What a rule may look at. If it is not here, no rule depends on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from api.schemes.rule import Channel, PositionNature

NEVER_JOINED, PAYING = "0", "1"


@dataclass(frozen=True, slots=True)
class Participation:
    """One period of one insurance; `employer` says whether an employer pays, or paid.

    `type` is a code of AAE140, `status` one of AAC031. Days that are not known do not limit the period.
    """

    type: str
    status: str
    district: str | None
    employer: bool
    started_on: date | None
    ended_on: date | None

    def has_begun(self, day: date) -> bool:
        """Return whether the insurance was ever joined by `day`."""
        return self.status != NEVER_JOINED and (self.started_on is None or self.started_on <= day)

    def is_paid_on(self, day: date) -> bool:
        """Return whether contributions are paid for `day`.

        While the record says 参保缴费, through the day on which it ends. Otherwise payment has stopped on that day:
        only days before it were paid for, so that a question about the past is answered as it was then.
        """
        if not self.has_begun(day):
            return False
        if self.status == PAYING:
            return self.ended_on is None or day <= self.ended_on
        return self.ended_on is not None and day < self.ended_on


@dataclass(frozen=True, slots=True)
class Subsidy:
    """社保补贴 of a district, from day to day, both included."""

    district: str
    starts_on: date
    ends_on: date | None

    def is_active_on(self, day: date) -> bool:
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
    participations: tuple[Participation, ...]
    subsidies: tuple[Subsidy, ...]
    district: str | None

    def has_joined(self, types: Collection[str]) -> bool:
        """Return whether any of these insurances was ever joined, by the day."""
        return any(period.type in types and period.has_begun(self.on) for period in self.participations)

    def paid_in(self, types: Collection[str]) -> tuple[Participation, ...]:
        """Return the periods in which any of these insurances is paid on the day, whoever pays."""
        return tuple(period for period in self.participations if period.type in types and period.is_paid_on(self.on))

    def subsidised_districts(self, districts: Collection[str]) -> tuple[str, ...]:
        """Return those of `districts` whose subsidy is active on the day; what is no district any more binds nobody."""
        active = {subsidy.district for subsidy in self.subsidies if subsidy.is_active_on(self.on)}
        return tuple(district for district in districts if district in active)
