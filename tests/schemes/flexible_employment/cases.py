"""Cases for the tests of the rules, and hypothesis strategies that generate them."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.status import EnrolmentStatus, Registration
from api.law.rule import Channel
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.shared.retirement import PositionNature

TODAY = date(2026, 11, 23)
PAID_UNTIL_OCTOBER = InsurancePeriod(
    "110", "2", "120101", employer=True, started_on=date(2015, 7, 1), ended_on=date(2026, 10, 31)
)
ELIGIBLE = Case(
    on=TODAY,
    channel=Channel.WEB_HALL,
    id_type="01",
    birth_date=date(1990, 5, 20),
    sex="1",
    position_nature=None,
    drawing_pension=False,
    works_in_city=True,
    registrations=(),
    participations=(PAID_UNTIL_OCTOBER,),
    subsidies=(),
    district=None,
)
EMPLOYEES = ("110", "120", "210", "310", "330", "410", "510")
RESIDENTS = ("170", "390")
DISTRICTS = (
    "120101", "120102", "120103", "120104", "120105", "120106", "120110", "120111", "120112", "120113", "120114",
    "120115", "120116", "120117", "120118", "120119",
)  # fmt: skip

# Days from a narrow range often coincide with each other; st.dates() covers the rest of the calendar.
NEAR = st.dates(date(2024, 11, 1), date(2028, 3, 31))
DAYS = st.one_of(NEAR, NEAR, st.dates())
BIRTHS = st.one_of(
    st.dates(date(1960, 1, 1), date(1984, 12, 31)), st.dates(date(2006, 1, 1), date(2014, 1, 1)), st.dates()
)
PARTICIPATIONS = st.builds(
    InsurancePeriod,
    type=st.sampled_from([*EMPLOYEES, *RESIDENTS, "999"]),
    status=st.sampled_from(["0", "1", "2", "3"]),
    district=st.none(),
    employer=st.booleans(),
    started_on=st.none() | DAYS,
    ended_on=st.none() | DAYS,
)
SUBSIDIES = st.builds(
    Subsidy, district=st.sampled_from(["120105", "120106", "120107"]), starts_on=DAYS, ends_on=st.none() | DAYS
)


def registered(on: date = TODAY, status: EnrolmentStatus = EnrolmentStatus.REGISTERED) -> Registration:
    """Return a registration for flexible employment."""
    return Registration(on, status, on)


def ordered_registrations(found: list[Registration]) -> tuple[Registration, ...]:
    """Return enrolments as one person may have them: oldest first, and at most the newest standing."""
    oldest_first = sorted(found, key=lambda each: each.registered_on)
    return tuple(replace(each, status=ENDED) for each in oldest_first[:-1]) + tuple(oldest_first[-1:])


ENDED = EnrolmentStatus.TERMINATED
REGISTRATIONS = st.builds(registered, DAYS, st.sampled_from(EnrolmentStatus))
CASES = st.builds(
    Case,
    on=DAYS,
    channel=st.sampled_from(Channel),
    id_type=st.sampled_from(["01", "01", "16", "08", ""]),
    birth_date=st.none() | BIRTHS | BIRTHS,
    sex=st.sampled_from([None, "0", "1", "1", "2", "2", "9"]),
    position_nature=st.sampled_from([None, *PositionNature]),
    drawing_pension=st.sampled_from([False, False, False, True]),
    works_in_city=st.sampled_from([True, True, True, False, None]),
    registrations=st.sampled_from([(), (), ()]) | st.lists(REGISTRATIONS, max_size=2).map(ordered_registrations),
    participations=st.lists(PARTICIPATIONS, max_size=3).map(tuple),
    subsidies=st.lists(SUBSIDIES, max_size=2).map(tuple),
    district=st.sampled_from([None, None, "120101", "120105", "120107"]),
)


def eligible_case(**changes: Any) -> Case:
    """Return the case of an eligible man of 36 whose employer stopped paying last month, with these changes."""
    return replace(ELIGIBLE, **changes)


def paid(kind: str = "110", **changes: Any) -> InsurancePeriod:
    """Return an insurance period paid by an employer, with these changes."""
    return replace(InsurancePeriod(kind, "1", None, employer=True, started_on=None, ended_on=None), **changes)
