"""Enrolling in the residents' pension, through the front door: what this scheme asks and refuses."""

import pytest
from tortoise.exceptions import IntegrityError

from api import clock
from api.enrolment.models import SchemeEnrolment
from api.people.models import Employer, Participation, Person
from api.schemes.registry import SCHEMES, update_standings
from tests.hall import Hall
from tests.schemes.test_every_scheme import register, standing

SCHEME = SCHEMES["RESIDENTS_PENSION"]


async def test_the_form_asks_what_the_record_cannot_know(hall: Hall) -> None:
    """Address, mobile number and the declaration; no tier, because the city has published none."""
    form = (await standing(hall, SCHEME))["form"]
    assert [(field["name"], field["kind"]) for field in form] == [
        ("residentialAddress", "ADDRESS"), ("mobileNumber", "MOBILE_NUMBER"), ("notInSchool", "DECLARATION")
    ]  # fmt: skip
    assert form[-1]["statement"] == "我不是在校学生"


async def test_a_student_is_refused_with_the_clause(hall: Hall) -> None:
    """The declaration decides: false is refused, and nothing is stored."""
    values = [
        {"name": "residentialAddress", "value": "天津市和平区南京路1号"},
        {"name": "mobileNumber", "value": "13800001234"},
        {"name": "notInSchool", "value": "false"},
    ]
    refused = await register(hall, SCHEME, values=values)
    assert refused["code"] == "NOT_ELIGIBLE"
    failed = [each["rule"]["code"] for each in refused["eligibility"]["results"] if each["outcome"] == "FAIL"]
    assert failed == ["NOT_IN_SCHOOL"]
    values[-1]["value"] = "perhaps"
    unread = await register(hall, SCHEME, values=values)
    assert [(field["path"], field["code"]) for field in unread["fields"]] == [(["input", "notInSchool"], "BAD_FORMAT")]
    assert await SchemeEnrolment.all().count() == 0


async def test_the_record_moves_the_enrolment(hall: Hall) -> None:
    """Residents' insurance that begins makes it ACTIVE, and an employer's pension ends it."""
    await register(hall, SCHEME)
    row = await SchemeEnrolment.get()
    today = clock.today()
    period = await Participation.create(person_id=row.person_id, type="170", status="1", started_on=today)
    await update_standings({row.person_id}, today)
    assert (await standing(hall, SCHEME))["current"]["status"] == "ACTIVE"
    await Participation.filter(id=period.id).update(status="2", ended_on=today)
    employer = await Employer.first()
    await Participation.create(person_id=row.person_id, type="110", status="1", started_on=today, employer=employer)
    await update_standings({row.person_id}, today)
    said = await standing(hall, SCHEME)
    assert said["current"] is None
    assert [each["status"] for each in said["enrolments"][0]["history"]] == ["REGISTERED", "ACTIVE", "TERMINATED"]


async def test_the_database_holds_one_standing_enrolment_of_a_scheme(hall: Hall) -> None:
    """A second one of the same person and scheme breaks a constraint; one of another scheme does not."""
    await register(hall, SCHEME)
    row = await SchemeEnrolment.get()
    columns = {name: getattr(row, name) for name in row._meta.db_fields if name not in {"id", "public_id"}}
    other = {"scheme": "ANOTHER", "public_id": "residents_other", **(await _papers_of(row, "OTHER"))}
    await SchemeEnrolment.create(**{**columns, **other})
    same = {"public_id": "residents_same", **(await _papers_of(row, "SAME"))}
    with pytest.raises(IntegrityError):
        await SchemeEnrolment.create(**{**columns, **same})


async def _papers_of(row: SchemeEnrolment, name: str) -> dict[str, int]:
    """Return a receipt and a consent of their own, which each enrolment has."""
    receipt, consent = await row.receipt, await row.consent
    receipt.pk, receipt.number, receipt._saved_in_db = None, name, False
    consent.pk, consent._saved_in_db = None, False
    await receipt.save(force_create=True)
    await consent.save(force_create=True)
    return {"receipt_id": receipt.id, "consent_id": consent.id}


async def test_what_was_declared_is_sealed_and_shown_to_its_owner(hall: Hall) -> None:
    """`revealed.declared` has the address in full; the receipt has it masked."""
    done = await register(hall, SCHEME)
    lines = {line["field"]: line["value"] for line in done["enrolment"]["receipt"]["lines"]}
    assert lines["residentialAddress"] == "天津市和平区****"
    document = '{ viewer { person { revealed(purpose: "核对") { declared { id residentialAddress mobileNumber } } } } }'
    [declared] = (await hall.ask(document, account="eligible"))["data"]["viewer"]["person"]["revealed"]["declared"]
    assert declared == {
        "id": done["enrolment"]["id"],
        "residentialAddress": "天津市和平区南京路1号",
        "mobileNumber": "13800001234",
    }
    assert (await Person.get(name="林海平")).insured_district == "120101"
