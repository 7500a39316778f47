"""Every persona of the demo gets the documented results through the HTTP API."""

from datetime import date, timedelta
from typing import Any

import pytest

from api import clock
from api.schemes.shared.retirement import retirement
from tests.hall import Hall

VERDICT = """
query ($channel: Channel, $on: Date) {
  viewer {
    roles
    person {
      birthDate
      revealed(purpose: "核对本人信息") { birthDate }
      flexibleEmployment {
        eligibility(channel: $channel, on: $on) {
          outcome becomesEligibleOn ceasesEligibleOn
          results { rule { code } outcome reason notice facts { label value source } }
          nextSteps { title detail due }
        }
        districts { district { code name } selectable preselected reason }
        current { status receipt { number lines { label value } } }
      }
    }
  }
}
"""


async def verdict(hall: Hall, account: str, **variables: Any) -> dict[str, Any]:
    """Return the tested parts of an account's enrolment page."""
    answer = await hall.ask(VERDICT, variables, account)
    assert "errors" not in answer
    person: dict[str, Any] = answer["data"]["viewer"]["person"]
    return {**person["flexibleEmployment"], "born": person["revealed"]["birthDate"]}


def failing(page: dict[str, Any]) -> set[str]:
    """Return the codes of the failing rules."""
    return {result["rule"]["code"] for result in page["eligibility"]["results"] if result["outcome"] == "FAIL"}


@pytest.mark.parametrize(
    ("account", "outcome", "fails"),
    [
        ("eligible", "ELIGIBLE", set()),
        ("enrolled", "NOT_ELIGIBLE", {"NOT_ENROLLED"}),
        ("subsidised", "ELIGIBLE", set()),
        ("first-time", "NOT_ELIGIBLE", {"CHANNEL_OPEN"}),
        ("employer-paying", "NOT_ELIGIBLE", {"EMPLOYER_STOPPED_PAYING"}),
        ("under-sixteen", "NOT_ELIGIBLE", {"MINIMUM_AGE"}),
        ("sixteen-today", "NOT_ELIGIBLE", {"CHANNEL_OPEN"}),
        ("sixteen-tomorrow", "NOT_ELIGIBLE", {"MINIMUM_AGE"}),
        ("retired", "NOT_ELIGIBLE", {"RETIREMENT_AGE", "NOT_DRAWING_PENSION"}),
        ("retires-today", "NOT_ELIGIBLE", {"RETIREMENT_AGE"}),
        ("retires-tomorrow", "ELIGIBLE", set()),
        ("production-worker", "ELIGIBLE", set()),
        ("manager", "ELIGIBLE", set()),
        ("leap-day", "ELIGIBLE", set()),
        ("resident-scheme", "ELIGIBLE", set()),
        ("hong-kong", "ELIGIBLE", set()),
        ("foreigner", "NOT_ELIGIBLE", {"IDENTITY_DOCUMENT"}),
        ("long-name", "ELIGIBLE", set()),
        ("rare-name", "ELIGIBLE", set()),
        ("legacy-area", "ELIGIBLE", set()),
        ("self-paying", "NOT_ELIGIBLE", {"NOT_ENROLLED"}),
    ],
)
async def test_verdicts_of_personas(hall: Hall, account: str, outcome: str, fails: set[str]) -> None:
    """Today's verdict fails exactly the expected rules, with reasons and facts."""
    page = await verdict(hall, account)
    assert page["eligibility"]["outcome"] == outcome
    assert failing(page) == fails
    assert all(r["reason"] and r["facts"] for r in page["eligibility"]["results"] if r["outcome"] != "PASS")


async def test_first_time_participant_needs_app(hall: Hall) -> None:
    """`first-time` is refused on the web, with app and counter named, and eligible in the app."""
    assert (await verdict(hall, "first-time", channel="APP"))["eligibility"]["outcome"] == "ELIGIBLE"
    steps = (await verdict(hall, "first-time"))["eligibility"]["nextSteps"]
    text = " ".join(step["title"] + step["detail"] for step in steps)
    assert "天津人力社保" in text
    assert "经办机构" in text


async def test_named_days_of_personas(hall: Hall) -> None:
    """The 16th birthday and the retirement date are named, and the verdict of that day is as stated.

    No man's retirement date lies in some whole months, so that `retires-tomorrow` may retire after such a month.
    """
    tomorrow = clock.today() + timedelta(days=1)
    young = await verdict(hall, "under-sixteen")
    sixteenth = f"{int(young['born'][:4]) + 16}{young['born'][4:]}"
    assert young["eligibility"]["becomesEligibleOn"] == sixteenth
    assert (await verdict(hall, "under-sixteen", on=sixteenth))["eligibility"]["outcome"] == "ELIGIBLE"
    assert (await verdict(hall, "sixteen-tomorrow"))["eligibility"]["becomesEligibleOn"] == tomorrow.isoformat()
    retiring = await verdict(hall, "retires-tomorrow")
    last = next_retirement_of_a_man(clock.today())
    assert retiring["eligibility"]["ceasesEligibleOn"] == last.isoformat()
    assert failing(await verdict(hall, "retires-tomorrow", on=last.isoformat())) == {"RETIREMENT_AGE"}
    before = (last - timedelta(days=1)).isoformat()
    assert (await verdict(hall, "retires-tomorrow", on=before))["eligibility"]["outcome"] == "ELIGIBLE"


def next_retirement_of_a_man(today: date) -> date:
    """Return the first retirement date after a day, found by trying all birth dates."""
    births = (today - timedelta(days=days) for days in range(365 * 60 - 100, 365 * 63 + 100))
    dates = (found.date for birth in births if (found := retirement("1", birth, None, on=birth, employment=None)))
    return min(day for day in dates if day > today)


async def test_subsidised_persona_has_one_district(hall: Hall) -> None:
    """`subsidised`: 河北区 is preselected, and the fifteen others have a reason."""
    districts = (await verdict(hall, "subsidised"))["districts"]
    assert len(districts) == 16
    assert [d["district"]["name"] for d in districts if d["selectable"]] == ["河北区"]
    assert [d["district"]["name"] for d in districts if d["preselected"]] == ["河北区"]
    assert all("社保补贴" in d["reason"] for d in districts if not d["selectable"])


async def test_eligible_personas_may_have_notices(hall: Hall) -> None:
    """`production-worker` and `resident-scheme` are eligible with a notice, `eligible` without one."""

    async def notices(account: str) -> list[str]:
        results = (await verdict(hall, account))["eligibility"]["results"]
        return [result["notice"] for result in results if result["notice"]]

    assert any("50周岁" in notice for notice in await notices("production-worker"))
    assert any("城乡居民" in notice for notice in await notices("resident-scheme"))
    assert not await notices("eligible")


async def test_enrolled_persona_has_receipt(hall: Hall) -> None:
    """`enrolled` has an enrolment of last year with its receipt."""
    current = (await verdict(hall, "enrolled"))["current"]
    assert current["receipt"]["number"].startswith("TJ-")
    assert current["receipt"]["lines"]


ALL_FIELDS = """
{ viewer { person {
  id name idType { code name element } idNumber sex { code name } birthDate ethnicGroup { code name }
  countryOrRegion { code name } householdRegistrationType { code name } householdRegistrationAddress
  residentialAddress postalCode mobileNumber workStartDate employer { code name } department
  employmentScope { name } hostEmployerName publicSectorStaffCategory { name } positionNature { name }
  nonMainlandInfo { chineseName employmentPermitType { name } employmentPermitExpiryDate
    exemptionCertificateType { name } certificateNumber exemptionStartDate exemptionEndDate }
  insurances { type { name } status { name } district { name } employer { name } firstEnrolledOn startedOn endedOn }
  flexibleEmployment { eligibility { outcome } current { id } enrolments { id } }
  revealed(purpose: "核对") { name idNumber birthDate mobileNumber disabilityGrade { name } certificateNumber }
  accessLog { totalCount nodes { actor purpose fields } }
} } }
"""


async def test_sparse_record_answers_all_fields(hall: Hall) -> None:
    """`sparse` has required facts only; every field is answered, most with null."""
    answer = await hall.ask(ALL_FIELDS, account="sparse")
    assert "errors" not in answer
    person = answer["data"]["viewer"]["person"]
    empty = {name for name, value in person.items() if value is None}
    assert empty >= {"employer", "department", "mobileNumber", "nonMainlandInfo", "postalCode", "ethnicGroup"}


async def test_non_mainland_information(hall: Hall) -> None:
    """`hong-kong` and `foreigner` have the section 非大陆户籍人员信息; others do not."""
    for account, expected in [("hong-kong", True), ("foreigner", True), ("eligible", False)]:
        answer = await hall.ask(ALL_FIELDS, account=account)
        assert (answer["data"]["viewer"]["person"]["nonMainlandInfo"] is not None) is expected


async def test_hong_kong_persona_has_no_permit(hall: Hall) -> None:
    """The permit was abolished in 2018: `hong-kong` has a Chinese name in that section, and no permit."""
    person = (await hall.ask(ALL_FIELDS, account="hong-kong"))["data"]["viewer"]["person"]
    info = person["nonMainlandInfo"]
    assert info["chineseName"]
    assert (info["employmentPermitType"], info["employmentPermitExpiryDate"]) == (None, None)


async def test_names_are_unchanged(hall: Hall) -> None:
    """Long names and characters outside the BMP are returned unchanged, and masked by whole characters."""
    names = {}
    for account in ("long-name", "rare-name"):
        person = (await hall.ask(ALL_FIELDS, account=account))["data"]["viewer"]["person"]
        names[account] = (person["revealed"]["name"], person["name"])
    assert names["long-name"][0] == "古丽娜尔·阿不都热依木·买买提"
    assert names["rare-name"][0] == "𠮷𠀋"
    assert names["rare-name"][1] == "𠮷*"


async def test_staff_have_no_record(hall: Hall) -> None:
    """`clerk` and `supervisor` are not citizens."""
    for account, role in [("clerk", "CLERK"), ("supervisor", "SUPERVISOR")]:
        viewer = (await hall.ask("{ viewer { account roles person { id } } }", account=account))["data"]["viewer"]
        assert viewer == {"account": account, "roles": [role], "person": None}


async def test_verdict_masks_birth_date(hall: Hall) -> None:
    """The birth date and dates derived from it are masked in the facts; codes have names."""
    page = await verdict(hall, "under-sixteen")
    facts = {fact["label"]: fact["value"] for result in page["eligibility"]["results"] for fact in result["facts"]}
    year = int(page["born"][:4])
    assert (facts["出生日期"], facts["年满16周岁之日"]) == (f"{year}-**-**", f"{year + 16}-**-**")
    assert (facts["性别"], facts["证件类型"]) == ("男性", "居民身份证（户口簿）")
    assert not any(page["born"][4:] in value for value in facts.values())
