"""What a person declares: it belongs to the enrolment, and the record keeps its own facts."""

from typing import Any

import pytest

from tests.hall import Hall
from tests.schemes.flexible_employment.test_registration import form, own, register, withdraw

RECORD = """
{ viewer { person {
  householdRegistrationType { code } ethnicGroup { code } residentialAddress mobileNumber positionNature { code }
  insuredDistrict { code } recordedOn
} } }
"""
DECLARED = """
{ viewer { person { flexibleEmployment { enrolments {
  declared { on householdRegistrationType { code } ethnicGroup { code } residentialAddress mobileNumber
    positionNature { code } worksInCity }
  receipt { lines { field label value } }
  eligibilityAtRegistration { results { rule { code } outcome } }
} } } } }
"""


async def record(hall: Hall, account: str = "eligible") -> dict[str, Any]:
    """Return the facts of the record that the form asks for too."""
    person: dict[str, Any] = (await hall.ask(RECORD, account=account))["data"]["viewer"]["person"]
    return person


async def declared(hall: Hall, account: str = "eligible") -> dict[str, Any]:
    """Return the declared facts of the newest enrolment."""
    person = (await hall.ask(DECLARED, account=account))["data"]["viewer"]["person"]
    newest: dict[str, Any] = person["flexibleEmployment"]["enrolments"][0]
    return newest


OTHER = {
    "householdRegistrationType": "52",
    "ethnicGroup": "11",
    "residentialAddress": "天津市河西区友谊路9号",
    "mobileNumber": "13900009999",
    "insuredDistrict": "120103",
    "positionNature": "MANAGEMENT",
}


async def test_the_record_keeps_its_facts_whatever_is_declared(hall: Hall) -> None:
    """Only the district whose staff may look follows the enrolment; after withdrawing, that is as before too."""
    before = await record(hall)
    done = await register(hall, **OTHER)
    assert await record(hall) == before | {"insuredDistrict": {"code": "120103"}}
    await withdraw(hall, enrolmentId=done["enrolment"]["id"], idempotencyKey="w")
    assert await record(hall) == before


async def test_what_was_declared_stands_beside_the_record(hall: Hall) -> None:
    """Masked like the record, with its day, and on the receipt."""
    await register(hall, **OTHER, worksInCity=True)
    newest = await declared(hall)
    said = newest["declared"]
    assert said | {"on": None} == {
        "on": None,
        "householdRegistrationType": {"code": "52"},
        "ethnicGroup": {"code": "11"},
        "residentialAddress": "天津市河西区****",
        "mobileNumber": "139****9999",
        "positionNature": {"code": "MANAGEMENT"},
        "worksInCity": True,
    }
    lines = {line["field"]: line["value"] for line in newest["receipt"]["lines"]}
    assert lines["worksInCity"] == "我在本市灵活就业"
    assert lines["residentialAddress"] == "天津市河西区****"
    results = newest["eligibilityAtRegistration"]["results"]
    assert {"rule": {"code": "WORKS_IN_CITY"}, "outcome": "PASS"} in results


async def test_a_client_that_predates_the_declaration_still_enrols(hall: Hall) -> None:
    """Nothing was declared: no line on the receipt, and the frozen verdict keeps the question open."""
    await register(hall)
    newest = await declared(hall)
    assert newest["declared"]["worksInCity"] is None
    assert "本人声明" not in [line["label"] for line in newest["receipt"]["lines"]]
    results = newest["eligibilityAtRegistration"]["results"]
    assert {"rule": {"code": "WORKS_IN_CITY"}, "outcome": "UNKNOWN"} in results


async def test_a_person_who_works_elsewhere_is_refused(hall: Hall) -> None:
    """在本市从事各类灵活就业的人员: who declares otherwise gets the whole verdict, and nothing is stored."""
    answer = await register(hall, worksInCity=False)
    failing = [result["rule"]["code"] for result in answer["eligibility"]["results"] if result["outcome"] == "FAIL"]
    assert (answer["code"], failing) == ("NOT_ELIGIBLE", ["WORKS_IN_CITY"])
    assert (await own(hall))["enrolments"] == []


@pytest.mark.parametrize(
    ("account", "household", "refused"),
    [
        ("eligible", "11", False),
        ("eligible", "52", False),
        ("eligible", "30", True),
        ("eligible", "31", True),
        ("eligible", "32", True),
        ("eligible", "33", True),
        ("eligible", "34", True),
        ("eligible", "41", True),
        ("eligible", "42", True),
        ("hong-kong", "31", False),
        ("hong-kong", "30", True),
        ("hong-kong", "33", True),
        ("hong-kong", "11", True),
        ("hong-kong", "41", True),
    ],
)
async def test_a_household_that_contradicts_the_document_is_inconsistent(
    hall: Hall, account: str, household: str, *, refused: bool
) -> None:
    """A resident of the mainland is no foreigner, a permit of Hong Kong none of Taiwan; a field is told one thing."""
    answer = await register(hall, account, householdRegistrationType=household, dryRun=True)
    if not refused:
        assert answer["__typename"] == "RegistrationPreview"
        return
    assert [(problem["path"], problem["code"]) for problem in answer["fields"]] == [
        (["input", "householdRegistrationType"], "INCONSISTENT")
    ]


async def test_contradictions_are_told_with_all_other_problems(hall: Hall) -> None:
    """One answer names everything that has to be changed."""
    answer = await register(hall, householdRegistrationType="42", residentialAddress="啊", mobileNumber="1")
    assert {problem["path"][-1]: problem["code"] for problem in answer["fields"]} == {
        "residentialAddress": "BAD_FORMAT",
        "mobileNumber": "BAD_FORMAT",
        "householdRegistrationType": "INCONSISTENT",
    }


async def test_a_code_out_of_use_is_called_so(hall: Hall) -> None:
    """塘沽区 is retired, 农业户口 stands for two: the message says which it is."""
    answer = await register(hall, insuredDistrict="120107", householdRegistrationType="20")
    messages = {problem["path"][-1]: problem["message"] for problem in answer["fields"]}
    assert messages["insuredDistrict"] == "“塘沽区”已停用，请选择现行参保区县。"
    assert "过于笼统" in messages["householdRegistrationType"]


async def test_the_form_says_the_same_twice_with_and_without_the_question(hall: Hall) -> None:
    """A key of a client that did not ask is not the same content as one that did."""
    await register(hall)
    assert (await register(hall, worksInCity=True))["code"] == "IDEMPOTENCY_CONFLICT"
    assert (await form(hall))["idempotencyKey"] == "a-key"
