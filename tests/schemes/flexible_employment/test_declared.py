"""Declared facts belong to the enrolment; the record keeps its own facts."""

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
    """Return those facts of the record that the form asks for too."""
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


async def test_declaration_does_not_change_record(hall: Hall) -> None:
    """An enrolment changes only the insured district of the record, and a withdrawal restores it."""
    before = await record(hall)
    done = await register(hall, **OTHER)
    assert await record(hall) == before | {"insuredDistrict": {"code": "120103"}}
    await withdraw(hall, enrolmentId=done["enrolment"]["id"], idempotencyKey="w")
    assert await record(hall) == before


async def test_declared_facts_are_masked_and_on_receipt(hall: Hall) -> None:
    """Declared facts are masked like the record, dated, and printed on the receipt."""
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


async def test_old_client_enrols_without_declaration(hall: Hall) -> None:
    """A client that does not send `worksInCity` can enrol: no receipt line, and WORKS_IN_CITY stays UNKNOWN."""
    await register(hall)
    newest = await declared(hall)
    assert newest["declared"]["worksInCity"] is None
    assert "本人声明" not in [line["label"] for line in newest["receipt"]["lines"]]
    results = newest["eligibilityAtRegistration"]["results"]
    assert {"rule": {"code": "WORKS_IN_CITY"}, "outcome": "UNKNOWN"} in results


async def test_person_working_elsewhere_is_refused(hall: Hall) -> None:
    """在本市从事各类灵活就业的人员: `worksInCity: false` returns NOT_ELIGIBLE with the verdict and stores nothing."""
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
async def test_household_contradicting_document_is_inconsistent(
    hall: Hall, account: str, household: str, *, refused: bool
) -> None:
    """A household type that contradicts the kind of identity document is INCONSISTENT, reported once for the field."""
    answer = await register(hall, account, householdRegistrationType=household, dryRun=True)
    if not refused:
        assert answer["__typename"] == "RegistrationPreview"
        return
    assert [(problem["path"], problem["code"]) for problem in answer["fields"]] == [
        (["input", "householdRegistrationType"], "INCONSISTENT")
    ]


async def test_contradictions_are_reported_with_other_problems(hall: Hall) -> None:
    """One answer reports contradictions together with all other field problems."""
    answer = await register(hall, householdRegistrationType="42", residentialAddress="啊", mobileNumber="1")
    assert {problem["path"][-1]: problem["code"] for problem in answer["fields"]} == {
        "residentialAddress": "BAD_FORMAT",
        "mobileNumber": "BAD_FORMAT",
        "householdRegistrationType": "INCONSISTENT",
    }


async def test_retired_and_ambiguous_codes_have_own_messages(hall: Hall) -> None:
    """The message says whether a code is retired (塘沽区) or too general (农业户口)."""
    answer = await register(hall, insuredDistrict="120107", householdRegistrationType="20")
    messages = {problem["path"][-1]: problem["message"] for problem in answer["fields"]}
    assert messages["insuredDistrict"] == "“塘沽区”已停用，请选择现行参保区县。"
    assert "过于笼统" in messages["householdRegistrationType"]


async def test_added_declaration_conflicts_with_key(hall: Hall) -> None:
    """Adding `worksInCity` under a used idempotency key is an IDEMPOTENCY_CONFLICT."""
    await register(hall)
    assert (await register(hall, worksInCity=True))["code"] == "IDEMPOTENCY_CONFLICT"
    assert (await form(hall))["idempotencyKey"] == "a-key"
