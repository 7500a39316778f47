"""All enrolments judged anew under the rules of a day: differences are told, and nothing is changed."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from tortoise.context import TortoiseContext

from api.clock import today
from api.database import connected
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.recheck import count, recheck
from api.settings import Settings
from tests.test_commands import command


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open database with the people of the demo."""
    async with connected(settings) as context:
        yield context


async def test_differences_are_told_rule_by_rule(database: TortoiseContext) -> None:
    """Today nothing differs; once the person has retired, that rule does; before the law was recorded, many do."""
    assert database
    before = await FlexibleEmploymentEnrolment.all().values()
    assert [(await anext(recheck(today()))).differences, await count()] == [(), 1]
    later = (await anext(recheck(date(2060, 1, 1)))).differences
    assert later == ("ELIGIBLE -> NOT_ELIGIBLE", "RETIREMENT_AGE: PASS -> FAIL")
    assert (await anext(recheck(date(1900, 1, 1)))).differences
    assert await FlexibleEmploymentEnrolment.all().values() == before


def test_the_command_says_how_many(settings: Settings) -> None:
    """Status 0 where nothing would be decided otherwise, 1 where something would; no name, no number."""
    same, other = command(settings, "recheck"), command(settings, "recheck", "--on", "2060-01-01")
    assert (same.returncode, other.returncode) == (0, 1)
    assert "1 enrolments under the rules of 2060-01-01: 1 would be decided otherwise." in other.stdout
    assert other.stdout.startswith("enrolment_")
