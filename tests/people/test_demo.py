"""The demo data: consistent on any date, and updated without losing users' changes."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api import clock, demo
from api.accounts.models import Account
from api.codes.tables import CodeTableName, table
from api.db.database import connected
from api.demo import ordinary
from api.demo.personas import EMPLOYERS, personas
from api.enrolment.models import Consent, Receipt
from api.enrolment.scheme import Choices, Record
from api.errors import Refused
from api.law.rule import RuleOutcome
from api.people import identity_number
from api.people import service as people
from api.people.identity_number import IdentityNumber
from api.people.models import Participation, Person
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.scheme import SCHEME
from api.schemes.flexible_employment.verdict import judge
from api.settings import Settings

# The persona born in 1968 retires after this day, which ends the persona's scenario.
LAST_DAY = date(2029, 3, 31)
DAYS = st.dates(date(2026, 11, 23), LAST_DAY)


# Consistency of the records on any date


@given(DAYS)
@hypothesis_settings(deadline=None)
def test_document_numbers_match_records(on: date) -> None:
    """Document numbers are distinct and valid; their birth date and sex equal those of the record."""
    expected = personas(on)
    assert max(Counter(persona.person["id_number"] for persona in expected).values()) == 1
    for persona in expected:
        parsed = identity_number.parse_identity_number(persona.person["id_type"], persona.person["id_number"])
        assert isinstance(parsed, IdentityNumber)
        assert parsed.number == persona.person["id_number"]
        if parsed.birth_date is not None:
            assert (parsed.birth_date, parsed.sex) == (persona.person["birth_date"], persona.person["sex"])


@given(DAYS)
@hypothesis_settings(deadline=None)
def test_dates_of_records_are_ordered(on: date) -> None:
    """Birth, start and end of participations are ordered and not in the future."""
    for persona in personas(on):
        for period in persona.participations:
            ended = period["ended_on"] or on
            assert persona.person["birth_date"] < period["started_on"] <= ended <= on, persona.account


@given(DAYS)
@hypothesis_settings(deadline=None)
def test_personas_are_dated_relative_to_day(on: date) -> None:
    """Personas that depend on the date (16 today, 16 tomorrow, leap day, retired area) are dated relative to it."""
    found = {persona.account: persona.person for persona in personas(on)}
    tomorrow = on + timedelta(days=1)
    assert found["sixteen-today"]["birth_date"] == _sixteen_years_before(on)
    assert found["sixteen-tomorrow"]["birth_date"] == _sixteen_years_before(tomorrow)
    assert (found["leap-day"]["birth_date"].month, found["leap-day"]["birth_date"].day) == (2, 29)
    assert found["long-name"]["id_number"].endswith("X")
    assert found["legacy-area"]["id_number"].startswith("1202211968")
    assert found["hong-kong"]["id_number"].startswith("810000")
    assert set(found["sparse"]) == {"id_type", "id_number", "name"}


def _sixteen_years_before(day: date) -> date:
    return day.replace(year=day.year - 16)


def test_codes_of_demo_are_in_tables() -> None:
    """All codes of personas, ordinary persons and participations are in their tables."""
    tables = {
        "id_type": CodeTableName.ID_TYPE,
        "sex": CodeTableName.SEX,
        "ethnic_group": CodeTableName.ETHNIC_GROUP,
        "country_or_region": CodeTableName.COUNTRY_OR_REGION,
        "household_registration_type": CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
        "employment_scope": CodeTableName.EMPLOYMENT_SCOPE,
        "position_nature": CodeTableName.POSITION_NATURE,
        "disability_grade": CodeTableName.DISABILITY_GRADE,
        "insured_district": CodeTableName.DISTRICT,
        "type": CodeTableName.INSURANCE_TYPE,
        "status": CodeTableName.PARTICIPATION_STATUS,
        "district": CodeTableName.DISTRICT,
        "employment_permit_type": CodeTableName.EMPLOYMENT_PERMIT_TYPE,
        "exemption_certificate_type": CodeTableName.EXEMPTION_CERTIFICATE_TYPE,
    }
    rows: list[Any] = []
    for persona in personas(LAST_DAY):
        rows += [persona.person, *persona.participations, *persona.subsidies, persona.non_mainland_info or {}]
    for person, periods in ordinary.people():
        rows += [person, *periods]
    for row in rows:
        assert row.get("employer") in {None, *EMPLOYERS, *ordinary.employers()}
        for column, name in tables.items():
            assert row.get(column) is None or table(name).get(row[column]), column


def test_ordinary_people_cover_all_districts() -> None:
    """At least 300 ordinary persons, the same each time, with distinct valid numbers, in all districts."""
    found = [person for person, _ in ordinary.people()]
    assert [person for person, _ in ordinary.people()] == found
    assert len({person["id_number"] for person in found}) == len(found) >= 300
    assert len({person["insured_district"] for person in found}) == 16
    assert all(
        isinstance(identity_number.parse_identity_number("01", person["id_number"]), IdentityNumber) for person in found
    )


def test_every_demo_account_is_described() -> None:
    """The sign-in page describes exactly the demo accounts, in both languages."""
    accounts = [story.account for story in demo.STORIES]
    assert accounts == [*(persona.account for persona in personas(LAST_DAY)), "clerk", "supervisor"]
    assert all(story.story.zh and story.story.en for story in demo.STORIES)


# Updates of the demo in the database


async def failing(account: str, on: date) -> set[str]:
    """Return the codes of the rules that fail for an account's person."""
    person = (await Account.get(name=account).select_related("person")).person
    assert person is not None
    verdict = judge(
        SCHEME.case(
            Record(
                person,
                (await people.participations([person.id]))[0],
                (await people.subsidies([person.id]))[0],
                (await SCHEME.store.of_people([person.id]))[0],
            ),
            Choices(on),
        )
    )
    return {result.rule.code for result in verdict.results if result.outcome is RuleOutcome.FAIL}


@pytest.mark.parametrize(
    "on", [date(2027, 2, 10), date(2027, 12, 31), date(2028, 2, 29), date(2028, 3, 1), LAST_DAY], ids=str
)
async def test_failing_rules_are_stable_over_time(settings: Settings, on: date) -> None:
    """On later dates, months without retirement dates included, the same rules fail for each persona."""
    accounts = [persona.account for persona in personas(on)]
    async with connected(settings):
        before = {account: await failing(account, clock.today()) for account in accounts}
        assert await demo.ensure(settings, on) == len(accounts)
        assert {account: await failing(account, on) for account in accounts} == before


async def test_update_keeps_other_data(settings: Settings) -> None:
    """The update keeps ids, passwords, enrolments, receipts, consents, other people, and changes by users."""
    kept = (Account, FlexibleEmploymentEnrolment, Consent, Receipt)
    later = clock.today() + timedelta(days=40)
    async with connected(settings):
        await Person.filter(account__name="eligible").update(mobile_number="13912345678", insured_district="120105")
        before = [await model.all().order_by("id").values() for model in kept]
        ids = await Person.all().order_by("id").values_list("id", "public_id")
        others = await Person.filter(account__name__isnull=True).order_by("id").values()
        await demo.ensure(settings, later)
        assert [await model.all().order_by("id").values() for model in kept] == before
        assert await Person.all().order_by("id").values_list("id", "public_id") == ids
        assert await Person.filter(account__name__isnull=True).order_by("id").values() == others
        changed = await Person.get(account__name="eligible")
        assert (changed.mobile_number, changed.insured_district) == ("13912345678", "120105")


async def test_update_is_idempotent(settings: Settings) -> None:
    """A second update on the same day changes nothing."""
    async with connected(settings):
        before = await Participation.all().order_by("id").values()
        assert await demo.ensure(settings, clock.today()) == 0
        assert await Participation.all().order_by("id").values() == before


async def test_missing_personas_are_added(settings: Settings) -> None:
    """A demo of an earlier release gets its missing personas, and none twice."""
    async with connected(settings):
        before = await Person.all().count()
        lost = await Person.get(account__name="rare-name")
        await Account.filter(name__in=["rare-name", "clerk"]).delete()
        await lost.delete()
        await demo.ensure(settings, clock.today())
        assert await Person.all().count() == before
        assert await failing("rare-name", clock.today()) == set()
        assert await Account.filter(name="clerk").count() == 1
        assert await demo.ensure(settings, clock.today()) == 0


async def test_demo_is_refused_in_production(empty_settings: Settings) -> None:
    """Outside demo mode, loading is refused and stores no person."""
    async with connected(empty_settings):
        with pytest.raises(Refused, match="HALL_MODE=demo"):
            await demo.ensure(empty_settings, clock.today())
        assert await Person.all().count() == 0
