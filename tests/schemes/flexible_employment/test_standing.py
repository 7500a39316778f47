"""The status of an enrolment on any day, derived from the periods that belong to it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.enrolment.participation import Participation
from api.enrolment.status import EnrolmentStatus, Registration, Standing, standings
from api.schemes.flexible_employment.case import coverage
from api.schemes.flexible_employment.law import LAW
from tests.schemes.flexible_employment.cases import DAYS, PARTICIPATIONS, REGISTRATIONS, TODAY, in_order, registered

REGISTERED, ACTIVE, SUSPENDED = EnrolmentStatus.REGISTERED, EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED
TERMINATED, WITHDRAWN = EnrolmentStatus.TERMINATED, EnrolmentStatus.WITHDRAWN
COVERED = coverage(LAW.on(TODAY))
FEBRUARY = registered(date(2026, 2, 10))


def own(status: str, start: str | None, end: str | None = None, kind: str = "110") -> Participation:
    """Return a period that the person pays."""
    return period(status, start, end, kind, employer=False)


def period(status: str, start: str | None, end: str | None, kind: str = "110", *, employer: bool) -> Participation:
    """Return a period of an insurance."""
    days = [None if day is None else date.fromisoformat(day) for day in (start, end)]
    return Participation(kind, status, None, employer=employer, started_on=days[0], ended_on=days[1])


@pytest.mark.parametrize(
    ("periods", "status", "since"),
    [
        ((), REGISTERED, "2026-02-10"),
        ((own("1", "2026-03-01"),), ACTIVE, "2026-03-01"),
        ((own("1", "2026-02-10"),), ACTIVE, "2026-02-10"),
        # Contributions are by the month: a period from the first of the month of registration is paid under it.
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
def test_one_enrolment_follows_the_record(
    periods: tuple[Participation, ...], status: EnrolmentStatus, since: str
) -> None:
    """ACTIVE while a period of it is paid, SUSPENDED while all of it is, TERMINATED when it ended; with the day."""
    assert standings((FEBRUARY,), periods, TODAY, COVERED) == (Standing(status, date.fromisoformat(since)),)


def test_a_withdrawn_enrolment_stays_withdrawn() -> None:
    """Later periods belong to another registration, or to none."""
    gone = Registration(date(2026, 2, 10), WITHDRAWN, date(2026, 2, 11))
    assert standings((gone,), (own("1", "2026-03-01"),), TODAY, COVERED) == (Standing(WITHDRAWN, gone.since),)


def test_a_period_carries_the_newest_enrolment_that_it_began_under() -> None:
    """The first ended, the second is paid: each by its own periods."""
    first, second = registered(date(2025, 2, 10), TERMINATED), registered(date(2026, 2, 10))
    periods = (own("3", "2025-03-01", "2025-08-31"), own("1", "2026-03-01"))
    found = standings((first, second), periods, TODAY, COVERED)
    assert [each.status for each in found] == [TERMINATED, ACTIVE]


def test_an_earlier_enrolment_does_not_stand_beside_a_newer_one() -> None:
    """An old period is paid again: from the new registration on it is paid under that, and the old has ended."""
    first, second = registered(date(2025, 2, 10), TERMINATED), registered(date(2026, 2, 10))
    found = standings((first, second), (own("1", "2025-03-01"),), TODAY, COVERED)
    assert found == (Standing(TERMINATED, second.registered_on), Standing(ACTIVE, second.registered_on))


def test_a_period_that_was_over_before_is_none_of_the_enrolment() -> None:
    """Paid from the first of the month to the ninth, registered on the tenth: that is a new beginning."""
    assert standings((FEBRUARY,), (own("3", "2026-02-01", "2026-02-09"),), TODAY, COVERED) == (
        Standing(REGISTERED, FEBRUARY.since),
    )


@pytest.mark.parametrize(
    "never_paid", [own("3", "2026-02-01"), own("3", "2026-03-01", "2026-02-28"), own("0", "2026-02-01")], ids=str
)
def test_what_was_never_paid_carries_no_enrolment(never_paid: Participation) -> None:
    """An unpaid period without an end has no known dates: the registration of its month stays in force."""
    found = standings((FEBRUARY,), (never_paid,), TODAY, COVERED)
    assert found == (Standing(REGISTERED, FEBRUARY.since),)


def test_a_period_of_an_earlier_enrolment_is_not_paid_under_a_newer_one_of_the_same_month() -> None:
    """Registered, paid and ended, and registered again: the second is unpaid."""
    first, second = registered(date(2026, 2, 2), TERMINATED), registered(date(2026, 2, 20))
    found = standings((first, second), (own("3", "2026-02-01", "2026-02-20"),), TODAY, COVERED)
    assert [each.status for each in found] == [TERMINATED, REGISTERED]


@given(st.lists(REGISTRATIONS, max_size=3).map(in_order), st.lists(PARTICIPATIONS, max_size=4), DAYS)
def test_at_most_one_enrolment_stands(
    registrations: tuple[Registration, ...], periods: list[Participation], day: date
) -> None:
    """On any day, whatever the record says; and a withdrawn one never does."""
    found = standings(registrations, periods, day, coverage(LAW.on(day)))
    assert len(found) == len(registrations)
    assert sum(each.is_enrolled for each in found) <= 1
    for registration, standing in zip(registrations, found, strict=True):
        assert (standing.status is WITHDRAWN) is (registration.status is WITHDRAWN)
