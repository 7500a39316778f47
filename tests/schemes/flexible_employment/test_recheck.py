"""The command `recheck` reports differences under the rules of a day and changes nothing."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from tortoise.context import TortoiseContext

from api.clock import today
from api.db.database import connected
from api.enrolment.recheck import count, recheck
from api.people.models import Employer, Participation
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.scheme import SCHEME
from api.settings import Settings
from tests.test_commands import command


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open database with the demo data."""
    async with connected(settings) as context:
        yield context


async def test_differences_are_reported_by_rule(database: TortoiseContext) -> None:
    """`recheck` reports none today, RETIREMENT_AGE after retirement, and several before the law was recorded."""
    assert database
    before = await FlexibleEmploymentEnrolment.all().values()
    assert [(await anext(recheck(SCHEME, today()))).differences, await count(SCHEME)] == [(), 1]
    later = (await anext(recheck(SCHEME, date(2060, 1, 1)))).differences
    assert later == ("ELIGIBLE -> NOT_ELIGIBLE", "RETIREMENT_AGE: PASS -> FAIL")
    assert (await anext(recheck(SCHEME, date(1900, 1, 1)))).differences
    assert await FlexibleEmploymentEnrolment.all().values() == before


async def test_self_paid_periods_are_ignored(database: TortoiseContext) -> None:
    """Periods paid by the person under the enrolment do not count against it; periods paid by an employer do."""
    assert database
    enrolment = await FlexibleEmploymentEnrolment.get()
    person: Any = {"person_id": enrolment.person_id, "status": "1", "started_on": today()}
    await FlexibleEmploymentEnrolment.all().update(registered_at=enrolment.registered_at - timedelta(days=1))
    await Participation.create(type="110", **person)
    assert (await anext(recheck(SCHEME, today()))).differences == ()
    await Participation.create(type="170", **person)
    await Participation.create(type="310", employer=await Employer.first(), **person)
    found = (await anext(recheck(SCHEME, today()))).differences
    assert found == ("ELIGIBLE -> NOT_ELIGIBLE", "EMPLOYER_STOPPED_PAYING: PASS -> FAIL")


def test_exit_status_reports_differences(settings: Settings) -> None:
    """The exit status is 1 if any decision would differ, else 0; the output names no person."""
    same, other = command(settings, "recheck"), command(settings, "recheck", "--on", "2060-01-01")
    assert (same.returncode, other.returncode) == (0, 1)
    assert "1 enrolments under the rules of 2060-01-01: 1 would be decided otherwise." in other.stdout
    assert other.stdout.startswith("enrolment_")
