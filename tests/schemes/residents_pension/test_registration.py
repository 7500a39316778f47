"""Enrolling in the residents' pension, through the front door: what this scheme asks and refuses."""

from pathlib import Path
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from api import clock
from api.enrolment.models import SchemeEnrolment
from api.people.models import Employer, Participation, Person
from api.schemes.registry import SCHEMES, update_standings
from api.schemes.residents_pension.tiers import read_tiers, tiers_on
from tests.hall import Hall
from tests.schemes.test_every_scheme import filled_in, register, standing, withdraw

SCHEME = SCHEMES["RESIDENTS_PENSION"]


async def test_the_form_asks_what_the_record_cannot_know(hall: Hall) -> None:
    """Address, mobile number and the declaration; no tier, because the city has published none."""
    form = (await standing(hall, SCHEME))["form"]
    assert [(field["name"], field["kind"]) for field in form] == [
        ("residentialAddress", "ADDRESS"), ("mobileNumber", "MOBILE_NUMBER"), ("notInSchool", "DECLARATION")
    ]  # fmt: skip
    assert form[-1]["statement"] == "我不是在校学生"


async def test_a_published_tier_is_chosen(hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the city publishes tiers, the form asks for one of them, the receipt states it, and no other is taken."""
    path = tmp_path / "tiers.toml"
    tiers = 'value = "300 600 900"\nfrom = 2026-01-01\nlegal_basis = "x"\nsource = "y"\n'
    path.write_text(f"[[contribution_tiers]]\n{tiers}", encoding="utf-8")
    monkeypatch.setattr(tiers_on, "__defaults__", (read_tiers(path),))
    [field] = [each for each in (await standing(hall, SCHEME))["form"] if each["kind"] == "CHOICE"]
    assert [choice["value"] for choice in field["choices"]] == ["300", "600", "900"]
    given = (await filled_in(hall, SCHEME))["values"]
    others = [each for each in given if each["name"] != field["name"]]
    refused = await register(hall, SCHEME, values=[*others, {"name": field["name"], "value": "100"}])
    assert [each["path"] for each in refused["fields"]] == [["input", field["name"]]]
    done = await register(hall, SCHEME, values=[*others, {"name": field["name"], "value": "600"}])
    lines = {line["field"]: line["value"] for line in done["enrolment"]["receipt"]["lines"]}
    assert lines[field["name"]] == "每年600元"
    document = "{ viewer { person { scheme(name: RESIDENTS_PENSION) { current { declaredLines { field value } } } } } }"
    current = (await hall.ask(document, account="eligible"))["data"]["viewer"]["person"]["scheme"]["current"]
    assert {"field": field["name"], "value": "每年600元"} in current["declaredLines"]


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


ALTERNATIVES = """
query ($scheme: SchemeName!) { viewer { person { scheme(name: $scheme) {
  alternatives { about { name } differences { label here there } }
  overlaps { about { name } enrolment { id status } differences { label here } }
  selfPaid { type { code } status { code } since }
} } } }
"""


async def told(hall: Hall, scheme: str, account: str) -> dict[str, Any]:
    """Return what a scheme says of its alternatives and of what is paid already."""
    found: dict[str, Any] = (await hall.ask(ALTERNATIVES, {"scheme": scheme}, account))["data"]["viewer"]["person"][
        "scheme"
    ]
    return found


async def test_who_may_choose_reads_what_differs(hall: Hall) -> None:
    """Amounts where figures exist, the age of the benefit with its day, and the transfer; the same from both sides."""
    [other] = (await told(hall, "RESIDENTS_PENSION", "eligible"))["alternatives"]
    assert other["about"] == {"name": "FLEXIBLE_EMPLOYMENT"}
    points = {each["label"]: (each["here"], each["there"]) for each in other["differences"]}
    assert points["缴费"][0] == "缴费档次以本市公布为准"
    assert points["缴费"][1].startswith("每月最低")
    assert points["领取待遇的年龄"][0].startswith("60周岁（")
    assert points["领取待遇的年龄"][1].startswith("法定退休年龄（")
    assert "人社部发〔2014〕17号" in points["以后转换"][0]
    [back] = (await told(hall, "FLEXIBLE_EMPLOYMENT", "eligible"))["alternatives"]
    assert back["about"] == {"name": "RESIDENTS_PENSION"}
    assert {each["label"]: (each["there"], each["here"]) for each in back["differences"]} == points


async def test_who_is_enrolled_in_one_scheme_hears_it_in_the_other(hall: Hall) -> None:
    """The enrolment and what differs stand in the other scheme, in both directions, until it is withdrawn."""
    assert (await told(hall, "FLEXIBLE_EMPLOYMENT", "eligible"))["overlaps"] == []
    done = await register(hall, SCHEME)
    [overlap] = (await told(hall, "FLEXIBLE_EMPLOYMENT", "eligible"))["overlaps"]
    assert overlap["about"] == {"name": "RESIDENTS_PENSION"}
    assert overlap["enrolment"] == {"id": done["enrolment"]["id"], "status": "REGISTERED"}
    points = {each["label"]: each["here"] for each in overlap["differences"]}
    assert "重复缴费的月份只计算职工养老" in points["同时缴费"]
    assert (await told(hall, "RESIDENTS_PENSION", "eligible"))["overlaps"] == []
    [other_way] = (await told(hall, "RESIDENTS_PENSION", "enrolled"))["overlaps"]
    assert other_way["about"] == {"name": "FLEXIBLE_EMPLOYMENT"}
    await withdraw(hall, done["enrolment"]["id"])
    assert (await told(hall, "FLEXIBLE_EMPLOYMENT", "eligible"))["overlaps"] == []


async def test_no_alternative_is_offered_that_is_closed(hall: Hall) -> None:
    """A civil servant may join neither scheme; a person of another province only flexible employment."""
    assert (await told(hall, "RESIDENTS_PENSION", "civil-servant"))["alternatives"] == []
    assert (await told(hall, "FLEXIBLE_EMPLOYMENT", "civil-servant"))["alternatives"] == []
    assert (await told(hall, "FLEXIBLE_EMPLOYMENT", "from-elsewhere"))["alternatives"] == []
    elsewhere = (await told(hall, "RESIDENTS_PENSION", "from-elsewhere"))["alternatives"]
    assert [each["about"]["name"] for each in elsewhere] == ["FLEXIBLE_EMPLOYMENT"]


async def test_a_member_is_shown_what_is_paid(hall: Hall) -> None:
    """The residents' pension that the person pays, and not the medical insurance beside it."""
    said = await told(hall, "RESIDENTS_PENSION", "resident-member")
    assert [(each["type"]["code"], each["status"]["code"]) for each in said["selfPaid"]] == [("170", "1")]
    assert (await told(hall, "FLEXIBLE_EMPLOYMENT", "resident-member"))["selfPaid"] == []


@pytest.mark.parametrize(
    ("account", "outcome", "failing"),
    [
        ("resident", "ELIGIBLE", []),
        ("late-starter", "ELIGIBLE", []),
        ("resident-member", "NOT_ELIGIBLE", ["NOT_ENROLLED"]),
        ("civil-servant", "NOT_ELIGIBLE", ["NOT_PUBLIC_SECTOR"]),
        ("from-elsewhere", "NOT_ELIGIBLE", ["HOUSEHOLD_IN_CITY"]),
        ("employer-paying", "NOT_ELIGIBLE", ["NOT_IN_EMPLOYEES_PENSION"]),
        ("under-sixteen", "NOT_ELIGIBLE", ["MINIMUM_AGE"]),
        ("retired", "NOT_ELIGIBLE", ["BENEFIT_AGE", "NOT_DRAWING_PENSION"]),
        ("hong-kong", "NEEDS_INFORMATION", []),
        ("sparse", "NEEDS_INFORMATION", []),
    ],
)
async def test_each_story_comes_out_as_told(hall: Hall, account: str, outcome: str, failing: list[str]) -> None:
    """The people of the demo show each branch of the scheme."""
    document = """{ viewer { person { scheme(name: RESIDENTS_PENSION) { eligibility {
      outcome results { outcome rule { code } } } } } } }"""
    found = (await hall.ask(document, account=account))["data"]["viewer"]["person"]["scheme"]["eligibility"]
    failed = [each["rule"]["code"] for each in found["results"] if each["outcome"] == "FAIL"]
    assert (found["outcome"], failed) == (outcome, failing)


async def test_anyone_reads_which_schemes_there_are(hall: Hall) -> None:
    """Without signing in: what each is called, what it costs, when to pay, and its notice."""
    schemes = (await hall.ask("{ schemes { name title formTitle payment cost calculator rulesVersion } }"))["data"][
        "schemes"
    ]
    assert [each["name"] for each in schemes] == list(SCHEMES)
    assert [each["calculator"] for each in schemes] == ["contributions", None]
    assert schemes[1]["cost"] is None
    notice = "{ notice(scheme: RESIDENTS_PENSION) { scheme title clauses { id } consent } }"
    said = (await hall.ask(notice))["data"]["notice"]
    assert said["title"] == "城乡居民养老参保须知"
    assert [clause["id"] for clause in said["clauses"]] == ["RP-1", "RP-2", "RP-3", "RP-4"]
