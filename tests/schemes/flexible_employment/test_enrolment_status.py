"""The status of an enrolment on a day, derived from the periods that belong to it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.status import EnrolmentStatus, Registration, Standing, standings
from api.schemes.flexible_employment.case import coverage
from api.schemes.flexible_employment.law import LAW
from tests.schemes.flexible_employment.cases import (
    DAYS,
    PARTICIPATIONS,
    REGISTRATIONS,
    TODAY,
    ordered_registrations,
    registered,
)

REGISTERED, ACTIVE, SUSPENDED = EnrolmentStatus.REGISTERED, EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED
TERMINATED, WITHDRAWN = EnrolmentStatus.TERMINATED, EnrolmentStatus.WITHDRAWN
COVERED = coverage(LAW.on(TODAY))
FEBRUARY = registered(date(2026, 2, 10))


def own(status: str, start: str | None, end: str | None = None, kind: str = "110") -> InsurancePeriod:
    """Return a period paid by the person."""
    return period(status, start, end, kind, employer=False)


def period(status: str, start: str | None, end: str | None, kind: str = "110", *, employer: bool) -> InsurancePeriod:
    """Return an insurance period."""
    days = [None if day is None else date.fromisoformat(day) for day in (start, end)]
    return InsurancePeriod(kind, status, None, employer=employer, started_on=days[0], ended_on=days[1])


@pytest.mark.parametrize(
    ("periods", "status", "since"),
    [
        ((), REGISTERED, "2026-02-10"),
        ((own("1", "2026-03-01"),), ACTIVE, "2026-03-01"),
        ((own("1", "2026-02-10"),), ACTIVE, "2026-02-10"),
        # Contributions are monthly: a period from the first of the registration month belongs to the enrolment.
        ((own("1", "2026-02-01"),), ACTIVE, "2026-02-01"),
        ((own("1", "2026-01-31"),), REGISTERED, "2026-02-10"),
        ((own("1", "2020-01-01"),), REGISTERED, "2026-02-10"),
        ((own("1", None),), REGISTERED, "2026-02-10"),
        ((own("0", "2026-03-01"),), REGISTERED, "2026-02-10"),
        ((own("1", "2026-12-01"),), REGISTERED, "2026-02-10"),
        ((own("1", "2026-03-01", kind="310"),), ACTIVE, "2026-03-01"),
        ((own("1", "2026-03-01", kind="170"),), REGISTERED, "2026-02-10"),
        ((own("1", "2026-03-01", kind="330"),), REGISTERED, "2026-02-10"),
        ((period("1", "2026-03-01", None, employer=True),), REGISTERED, "2026-02-10"),
        ((own("2", "2026-03-01", "2026-08-31"),), SUSPENDED, "2026-08-31"),
        ((own("2", "2026-03-01"),), SUSPENDED, "2026-03-01"),
        ((own("2", "2026-03-01", "2026-12-31"),), ACTIVE, "2026-03-01"),
        ((own("2", "2026-03-01", "2026-08-31"), own("1", "2026-03-01", kind="310")), ACTIVE, "2026-03-01"),
        ((own("2", "2026-03-01", "2026-08-31"), own("3", "2026-03-01", "2026-05-31", "310")), SUSPENDED, "2026-08-31"),
        ((own("3", "2026-03-01", "2026-08-31"),), TERMINATED, "2026-08-31"),
        ((own("1", "2026-03-01", "2026-08-31"),), TERMINATED, "2026-09-01"),
        ((own("1", "2026-03-01", "2026-11-23"),), ACTIVE, "2026-03-01"),
        ((own("1", "2026-03-01", "2026-11-22"),), TERMINATED, "2026-11-23"),
        ((own("3", "2026-03-01", "2026-05-31"), own("1", "2026-07-01")), ACTIVE, "2026-07-01"),
        (
            (own("2", "2026-03-01", "2026-05-31"), period("2", "2026-06-01", "2026-10-31", employer=True)),
            TERMINATED,
            "2026-05-31",
        ),
    ],
)  # fmt: skip
def test_status_of_one_enrolment(periods: tuple[InsurancePeriod, ...], status: EnrolmentStatus, since: str) -> None:
    """ACTIVE while any period is paid, SUSPENDED while all are suspended, TERMINATED after all ended; with days."""
    assert standings((FEBRUARY,), periods, TODAY, COVERED) == (Standing(status, date.fromisoformat(since)),)


def test_withdrawn_enrolment_stays_withdrawn() -> None:
    """Later periods do not change a withdrawn enrolment."""
    gone = Registration(date(2026, 2, 10), WITHDRAWN, date(2026, 2, 11))
    assert standings((gone,), (own("1", "2026-03-01"),), TODAY, COVERED) == (Standing(WITHDRAWN, gone.since),)


def test_period_belongs_to_newest_earlier_enrolment() -> None:
    """A period belongs to the newest enrolment registered before it: the first is TERMINATED, the second ACTIVE."""
    first, second = registered(date(2025, 2, 10), TERMINATED), registered(date(2026, 2, 10))
    periods = (own("3", "2025-03-01", "2025-08-31"), own("1", "2026-03-01"))
    found = standings((first, second), periods, TODAY, COVERED)
    assert [each.status for each in found] == [TERMINATED, ACTIVE]


def test_newer_enrolment_terminates_earlier_one() -> None:
    """An old period paid again after a new registration belongs to the new one; the old one is TERMINATED."""
    first, second = registered(date(2025, 2, 10), TERMINATED), registered(date(2026, 2, 10))
    found = standings((first, second), (own("1", "2025-03-01"),), TODAY, COVERED)
    assert found == (Standing(TERMINATED, second.registered_on), Standing(ACTIVE, second.registered_on))


def test_period_ended_before_registration_is_ignored() -> None:
    """A period that ended in the registration month before the registration does not belong to the enrolment."""
    assert standings((FEBRUARY,), (own("3", "2026-02-01", "2026-02-09"),), TODAY, COVERED) == (
        Standing(REGISTERED, FEBRUARY.since),
    )


@pytest.mark.parametrize(
    "never_paid", [own("3", "2026-02-01"), own("3", "2026-03-01", "2026-02-28"), own("0", "2026-02-01")], ids=str
)
def test_unpaid_period_does_not_change_status(never_paid: InsurancePeriod) -> None:
    """An unpaid period, or one without usable dates, leaves the enrolment REGISTERED."""
    found = standings((FEBRUARY,), (never_paid,), TODAY, COVERED)
    assert found == (Standing(REGISTERED, FEBRUARY.since),)


def test_period_ended_by_second_registration_of_month() -> None:
    """Registered, paid, ended and registered again within one month: the second enrolment is unpaid."""
    first, second = registered(date(2026, 2, 2), TERMINATED), registered(date(2026, 2, 20))
    found = standings((first, second), (own("3", "2026-02-01", "2026-02-20"),), TODAY, COVERED)
    assert [each.status for each in found] == [TERMINATED, REGISTERED]


@given(st.lists(REGISTRATIONS, max_size=3).map(ordered_registrations), st.lists(PARTICIPATIONS, max_size=4), DAYS)
def test_at_most_one_enrolment_is_in_force(
    registrations: tuple[Registration, ...], periods: list[InsurancePeriod], day: date
) -> None:
    """On any day and for any record, at most one enrolment is in force, and a withdrawn one never is."""
    found = standings(registrations, periods, day, coverage(LAW.on(day)))
    assert len(found) == len(registrations)
    assert sum(each.is_enrolled for each in found) <= 1
    for registration, standing in zip(registrations, found, strict=True):
        assert (standing.status is WITHDRAWN) is (registration.status is WITHDRAWN)
