"""One period of one insurance, as the rules see it: who pays it, for which days, and whether it is suspended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

NEVER_JOINED, PAYING, SUSPENDED = "0", "1", "2"


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

    def is_suspended_on(self, day: date) -> bool:
        """Return whether payment has stopped on `day` while the participation goes on: 暂停缴费, and not 终止."""
        return self.status == SUSPENDED and self.has_begun(day) and not self.is_paid_on(day)

    def is_over_before(self, other: "Participation") -> bool:
        """Return whether this period is known to end by the last known day of `other`."""
        last = other.ended_on or other.started_on
        return self.ended_on is not None and last is not None and self.ended_on <= last


def self_paid(periods: Iterable[Participation], types: Collection[str]) -> tuple[Participation, ...]:
    """Return the periods of these insurances that the person pays, or paid, without an employer."""
    return tuple(period for period in periods if not period.employer and period.type in types)


def is_taken_over(
    period: Participation, periods: Iterable[Participation], employee_types: Collection[str], day: date
) -> bool:
    """Return whether an employer has taken the person over since a self-paid period, or may have.

    An employer whose period is not known to be over by then counts: refusing in doubt harms more than accepting.
    """
    return any(
        other.employer and other.type in employee_types and other.has_begun(day) and not other.is_over_before(period)
        for other in periods
    )
