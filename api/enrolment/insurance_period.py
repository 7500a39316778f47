"""One period of one insurance, for the rules: its payer, its paid days, and whether it is suspended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

NEVER_JOINED, PAYING, SUSPENDED = "0", "1", "2"


@dataclass(frozen=True, slots=True)
class InsurancePeriod:
    """One period of one insurance; `employer` is true if an employer pays or paid it.

    `type` is a code of AAE140, `status` one of AAC031. Unknown days do not limit the period.
    """

    type: str
    status: str
    district: str | None
    employer: bool
    started_on: date | None
    ended_on: date | None

    def has_begun(self, day: date) -> bool:
        """Return whether the person has joined the insurance by `day`."""
        return self.status != NEVER_JOINED and (self.started_on is None or self.started_on <= day)

    def is_paid_on(self, day: date) -> bool:
        """Return whether contributions are paid for `day`.

        With the status 参保缴费, the last day is paid. With other statuses payment stopped on that day, so only the
        days before it are paid; a case in the past thus gets the result of that time.
        """
        if not self.has_begun(day):
            return False
        if self.status == PAYING:
            return self.ended_on is None or day <= self.ended_on
        return self.ended_on is not None and day < self.ended_on

    def is_suspended_on(self, day: date) -> bool:
        """Return whether payment has stopped on `day` but the participation continues: 暂停缴费, not 终止."""
        return self.status == SUSPENDED and self.has_begun(day) and not self.is_paid_on(day)

    def is_over_before(self, other: "InsurancePeriod") -> bool:
        """Return whether this period ends by the last known day of `other`."""
        last = other.ended_on or other.started_on
        return self.ended_on is not None and last is not None and self.ended_on <= last


def self_paid(periods: Iterable[InsurancePeriod], types: Collection[str]) -> tuple[InsurancePeriod, ...]:
    """Return the periods of these insurances that the person pays, or paid, without an employer."""
    return tuple(period for period in periods if not period.employer and period.type in types)


def is_taken_over(
    period: InsurancePeriod, periods: Iterable[InsurancePeriod], employee_types: Collection[str], day: date
) -> bool:
    """Return whether an employer has, or may have, taken over since a self-paid period.

    An employer's period without a known end counts, because a wrong refusal harms more than a wrong acceptance.
    """
    return any(
        other.employer and other.type in employee_types and other.has_begun(day) and not other.is_over_before(period)
        for other in periods
    )
