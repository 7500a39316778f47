"""The assessment of three answers gives the verdict that the same person would get after signing in."""

from datetime import date, timedelta
from typing import Any

import pytest

from api import clock
from tests.hall import Hall

ASSESS = """
    query ($sex: String!, $birthDate: Date!, $situation: InsuranceSituation!, $on: Date) {
      assessment(sex: $sex, birthDate: $birthDate, situation: $situation, on: $on) {
        about { name }
        eligibility { outcome eligibleBy becomesEligibleOn results { outcome rule { code } } }
      }
    }
"""
# The answers of each person of the demo, whose record says the same.
SAME_AS = [
    ("eligible", "EMPLOYER_STOPPED"),
    ("first-time", "NEVER"),
    ("employer-paying", "EMPLOYER_PAYS"),
    ("self-paying", "SELF_PAYS"),
    ("retires-today", "EMPLOYER_STOPPED"),
    ("retires-tomorrow", "EMPLOYER_STOPPED"),
]
OWN = """
    {
      viewer { person { revealed(purpose: "试算") { birthDate } sex { code }
        scheme(name: FLEXIBLE_EMPLOYMENT) {
          eligibility { outcome eligibleBy becomesEligibleOn results { outcome rule { code } } }
        }
      } }
    }
"""


async def assess(hall: Hall, **answers: Any) -> Any:
    """Return the assessment of one person, by scheme."""
    assessed = (await hall.ask(ASSESS, answers))["data"]["assessment"]
    return assessed and {each["about"]["name"]: each["eligibility"] for each in assessed}


@pytest.mark.parametrize(("account", "situation"), SAME_AS)
async def test_assessment_equals_own_verdict(hall: Hall, account: str, situation: str) -> None:
    """A person of the demo is told the same before and after signing in."""
    person = (await hall.ask(OWN, account=account))["data"]["viewer"]["person"]
    assessed = await assess(
        hall, sex=person["sex"]["code"], birthDate=person["revealed"]["birthDate"], situation=situation
    )
    assert assessed["FLEXIBLE_EMPLOYMENT"] == person["scheme"]["eligibility"]


async def test_every_scheme_answers(hall: Hall) -> None:
    """Each scheme of the registry gives its own verdict.

    Never insured, a man of 59 may join flexible employment through the app, and the residents' pension if his household
    is registered in the city; at 64 neither.
    """
    today = clock.today()
    young, old = (str(date(today.year - age, 1, 1)) for age in (59, 64))
    assessed = await assess(hall, sex="1", birthDate=young, situation="NEVER")
    assert {name: (each["outcome"], "APP" in each["eligibleBy"]) for name, each in assessed.items()} == {
        "FLEXIBLE_EMPLOYMENT": ("NOT_ELIGIBLE", True),
        "RESIDENTS_PENSION": ("NEEDS_INFORMATION", False),
    }
    older = await assess(hall, sex="1", birthDate=old, situation="NEVER")
    assert {each["outcome"] for each in older.values()} == {"NOT_ELIGIBLE"}


@pytest.mark.parametrize("days", [1, 36_500])
async def test_unborn_persons_are_not_assessed(hall: Hall, days: int) -> None:
    """A birth date after the day, and a sex that is no code, are answered by null."""
    later = str(clock.today() + timedelta(days=days))
    assert await assess(hall, sex="1", birthDate=later, situation="NEVER") is None
    assert await assess(hall, sex="x", birthDate="1990-01-01", situation="NEVER") is None
    assert await assess(hall, sex="1", birthDate="0001-01-01", situation="EMPLOYER_STOPPED", on="0001-01-01")
