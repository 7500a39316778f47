"""Enrolling and withdrawing through the HTTP API."""

from asyncio import gather
from dataclasses import replace
from typing import Any

import pytest

from api import clock
from api.db.query import postgresql_reader
from api.db.transactions.dispatch import in_transaction
from api.errors import Conflict
from api.schemes.flexible_employment.scheme import SCHEME
from tests.hall import Hall

REGISTER = """
mutation ($input: RegisterFlexibleEmploymentInput!) {
  registerFlexibleEmployment(input: $input) {
    __typename
    ... on Problem { code message supportReference }
    ... on FlexibleEmploymentRegistered { replayed enrolment {
      id status receipt { number digest issuedAt lines { label value } }
      district { name } noticeVersion channel nextSteps { title due }
      eligibilityAtRegistration { outcome on rulesVersion results { rule { code } outcome } } } }
    ... on RegistrationPreview { lines { label value } eligibility { outcome } }
    ... on NotEligible { eligibility { outcome results { rule { code } outcome reason } } }
    ... on AlreadyEnrolled { enrolment { id receipt { number } } }
    ... on InvalidInput { fields { path code message } }
    ... on NoticeOutdated { current { version } }
  }
}
"""
RECORD = """
{ viewer { person { revealed(purpose: "核对") { mobileNumber residentialAddress } insuredDistrict { code } } } }
"""
WITHDRAW = """
mutation ($input: WithdrawFlexibleEmploymentInput!) {
  withdrawFlexibleEmployment(input: $input) {
    __typename
    ... on Problem { code }
    ... on FlexibleEmploymentWithdrawn { replayed enrolment { id status } }
    ... on InvalidInput { fields { path code } }
    ... on NotWithdrawable { enrolment { status } }
  }
}
"""
OWN = """
{ viewer { person { flexibleEmployment { current { id status } enrolments { id status } } accessLog { totalCount } } } }
"""


async def form(hall: Hall, **changes: Any) -> dict[str, Any]:
    """Return a valid form for the notice in force."""
    notice = (await hall.ask("{ notice { version } }"))["data"]["notice"]
    return {
        "idempotencyKey": "a-key",
        "noticeVersion": notice["version"],
        "insuredDistrict": "120101",
        "householdRegistrationType": "11",
        "ethnicGroup": "01",
        "residentialAddress": "天津市和平区南京路1号",
        "mobileNumber": "138 0000 1234",
    } | changes


async def register(hall: Hall, account: str | None = "eligible", **changes: Any) -> dict[str, Any]:
    """Return the answer to an enrolment."""
    answer = await hall.ask(REGISTER, {"input": await form(hall, **changes)}, account)
    assert "errors" not in answer, answer
    result: dict[str, Any] = answer["data"]["registerFlexibleEmployment"]
    return result


async def withdraw(hall: Hall, account: str | None = "eligible", **given: Any) -> dict[str, Any]:
    """Return the answer to a withdrawal."""
    answer = await hall.ask(WITHDRAW, {"input": given}, account)
    assert "errors" not in answer, answer
    result: dict[str, Any] = answer["data"]["withdrawFlexibleEmployment"]
    return result


async def own(hall: Hall, account: str = "eligible") -> dict[str, Any]:
    """Return the person's enrolments and the number of access-log entries."""
    person: dict[str, Any] = (await hall.ask(OWN, account=account))["data"]["viewer"]["person"]
    return {**person["flexibleEmployment"], "log": person["accessLog"]["totalCount"]}


async def test_eligible_person_enrols_and_gets_receipt(hall: Hall) -> None:
    """An enrolment returns its frozen verdict, a verifiable receipt and due dates, and sets the insured district."""
    done = await register(hall)
    assert done["__typename"] == "FlexibleEmploymentRegistered"
    enrolment = done["enrolment"]
    stands = (enrolment["status"], enrolment["district"]["name"], enrolment["channel"])
    assert stands == ("REGISTERED", "和平区", "WEB_HALL")
    assert enrolment["eligibilityAtRegistration"]["outcome"] == "ELIGIBLE"
    assert len(enrolment["eligibilityAtRegistration"]["results"]) == 9
    assert any(step["due"] for step in enrolment["nextSteps"])
    receipt = enrolment["receipt"]
    said = {line["label"]: line["value"] for line in receipt["lines"]}
    assert said["参保区县"] == "和平区"
    assert said["手机号码"] == "138****1234"
    assert (await own(hall))["current"] == {"id": enrolment["id"], "status": "REGISTERED"}
    verify = "query ($n: String!, $d: String!) { verifyReceipt(number: $n, digest: $d) }"
    good = await hall.ask(verify, {"n": receipt["number"].lower().replace("-", " "), "d": receipt["digest"]})
    bad = await hall.ask(verify, {"n": receipt["number"], "d": "0" * 64})
    assert (good["data"], bad["data"]) == ({"verifyReceipt": True}, {"verifyReceipt": False})
    person = (await hall.ask(RECORD, account="eligible"))["data"]["viewer"]["person"]
    assert person["insuredDistrict"] == {"code": "120101"}


async def test_dry_run_previews_and_stores_nothing(hall: Hall) -> None:
    """The preview shows the parsed form; no enrolment is stored, and the idempotency key stays unused."""
    preview = await register(hall, dryRun=True)
    assert preview["__typename"] == "RegistrationPreview"
    assert {"label": "手机号码", "value": "13800001234"} in preview["lines"]
    labels = [line["label"] for line in preview["lines"]]
    assert " ".join(labels) == "证件类型 证件号码 姓名 性别 出生日期 户口性质 民族 常驻地址 手机号码 岗位性质 参保区县"
    assert await own(hall) == {"current": None, "enrolments": [], "log": 0}
    assert (await register(hall))["__typename"] == "FlexibleEmploymentRegistered"


async def test_rare_characters_in_address_are_kept(hall: Hall) -> None:
    """Unassigned and private-use characters in an address are stored unchanged; control characters are BAD_FORMAT."""
    rare = "天津市和平区𱍐\ue863里1号"
    assert (await register(hall, residentialAddress="天津市\x1b里1号"))["fields"][0]["code"] == "BAD_FORMAT"
    preview = await register(hall, residentialAddress=rare, dryRun=True)
    assert {"label": "常驻地址", "value": rare} in preview["lines"]
    assert (await register(hall, residentialAddress=rare))["__typename"] == "FlexibleEmploymentRegistered"


async def test_same_key_and_content_replay(hall: Hall) -> None:
    """The same facts in any spelling under the same key replay; other facts return IDEMPOTENCY_CONFLICT."""
    first = await register(hall)
    again = await register(hall, mobileNumber="+86 １３８-0000-1234")
    assert again["replayed"]
    assert again["enrolment"]["receipt"] == first["enrolment"]["receipt"]
    assert (await register(hall, insuredDistrict="120102"))["code"] == "IDEMPOTENCY_CONFLICT"


async def test_replay_ignores_later_changes(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry returns the first receipt even if the notice has changed meanwhile."""
    first = await register(hall)
    notice = SCHEME.notice_on(clock.today())
    assert notice is not None
    monkeypatch.setattr(SCHEME, "notices", (replace(notice, version="2099-01-01"),))
    again = await register(hall, noticeVersion=notice.version)
    assert again["replayed"]
    assert again["enrolment"]["receipt"] == first["enrolment"]["receipt"]
    outdated = await register(hall, noticeVersion=notice.version, idempotencyKey="another")
    assert outdated["code"] == "NOTICE_OUTDATED"


async def test_second_registration_returns_first(hall: Hall) -> None:
    """FE-5: a second registration under another key returns AlreadyEnrolled with the existing enrolment."""
    first = await register(hall)
    second = await register(hall, idempotencyKey="another")
    assert second["__typename"] == "AlreadyEnrolled"
    assert second["enrolment"]["id"] == first["enrolment"]["id"]
    assert second["message"] == "您已办理灵活就业参保登记，无需重复办理。"


async def test_all_field_problems_are_reported_together(hall: Hall) -> None:
    """One answer reports every field problem with path, code and message; a rejected form stores nothing."""
    answer = await register(
        hall,
        idempotencyKey=" ",
        insuredDistrict="120107",
        householdRegistrationType="10",
        ethnicGroup="ZZ",
        residentialAddress="路" * 201,
        mobileNumber="12345",
    )
    assert answer["code"] == "INVALID_INPUT"
    assert {problem["path"][-1]: problem["code"] for problem in answer["fields"]} == {
        "idempotencyKey": "REQUIRED",
        "insuredDistrict": "NOT_SELECTABLE",
        "householdRegistrationType": "NOT_SELECTABLE",
        "ethnicGroup": "UNKNOWN_CODE",
        "residentialAddress": "TOO_LONG",
        "mobileNumber": "BAD_FORMAT",
    }
    assert all(problem["message"] for problem in answer["fields"])


async def test_outdated_notice_returns_current_notice(hall: Hall) -> None:
    """An old or nonexistent notice version returns NOTICE_OUTDATED with the current notice."""
    for version in ("1999-01-01", "2025-01-01"):
        answer = await register(hall, noticeVersion=version)
        assert answer["code"] == "NOTICE_OUTDATED"
        assert answer["current"]["version"] == (await form(hall))["noticeVersion"]


@pytest.mark.parametrize(
    ("account", "rule"),
    [
        ("employer-paying", "EMPLOYER_STOPPED_PAYING"),
        ("first-time", "CHANNEL_OPEN"),
        ("foreigner", "IDENTITY_DOCUMENT"),
    ],
)
async def test_ineligible_person_gets_verdict(hall: Hall, account: str, rule: str) -> None:
    """NOT_ELIGIBLE carries the whole verdict, and nothing is stored."""
    answer = await register(hall, account)
    assert answer["code"] == "NOT_ELIGIBLE"
    failing = [result["rule"]["code"] for result in answer["eligibility"]["results"] if result["outcome"] == "FAIL"]
    assert failing == [rule]
    assert (await own(hall, account))["enrolments"] == []


async def test_server_checks_district(hall: Hall) -> None:
    """The server refuses a district that the subsidy excludes: the account `subsidised` may choose only 河北区."""
    refused = await register(hall, "subsidised", insuredDistrict="120101")
    failing = [result["rule"]["code"] for result in refused["eligibility"]["results"] if result["outcome"] == "FAIL"]
    assert failing == ["DISTRICT_OPEN"]
    done = await register(hall, "subsidised", insuredDistrict="120105")
    assert done["__typename"] == "FlexibleEmploymentRegistered"


async def test_only_person_concerned_may_enrol(hall: Hall) -> None:
    """Requests without a session return NOT_SIGNED_IN, requests of staff FORBIDDEN."""
    assert (await register(hall, account=None))["code"] == "NOT_SIGNED_IN"
    assert (await register(hall, account="clerk"))["code"] == "FORBIDDEN"


async def test_unpaid_enrolment_is_withdrawn_once(hall: Hall) -> None:
    """A withdrawal replays under its key, is NOT_WITHDRAWABLE under another, and permits a new registration."""
    enrolment = (await register(hall))["enrolment"]["id"]
    done = await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w1", reason="填错区县")
    assert (done["enrolment"]["status"], done["replayed"]) == ("WITHDRAWN", False)
    again = await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w1", reason="填错区县")
    assert (again["enrolment"]["status"], again["replayed"]) == ("WITHDRAWN", True)
    assert (await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w2"))["code"] == "NOT_WITHDRAWABLE"
    assert (await withdraw(hall, enrolmentId=enrolment, idempotencyKey="a-key"))["code"] == "IDEMPOTENCY_CONFLICT"
    assert (await register(hall, idempotencyKey="anew"))["__typename"] == "FlexibleEmploymentRegistered"


async def test_foreign_enrolment_cannot_be_withdrawn(hall: Hall) -> None:
    """A foreign enrolment answers NOT_FOUND like a nonexistent one; a paid enrolment is NOT_WITHDRAWABLE."""
    enrolment = (await register(hall))["enrolment"]["id"]
    foreign = await withdraw(hall, "manager", enrolmentId=enrolment, idempotencyKey="w1")
    absent = await withdraw(hall, "manager", enrolmentId="enrolment_none", idempotencyKey="w1")
    assert foreign == absent == {"__typename": "AccessProblem", "code": "NOT_FOUND"}
    paid = (await own(hall, "enrolled"))["current"]["id"]
    assert (await withdraw(hall, "enrolled", enrolmentId=paid, idempotencyKey="w1"))["code"] == "NOT_WITHDRAWABLE"


async def test_concurrent_registrations_create_one_enrolment(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 concurrent requests, half under one key, create one enrolment, one receipt and one log entry."""
    # The machine may be busy. The time-out of a connection is tested elsewhere.
    monkeypatch.setattr("api.db.transactions.transaction.CONNECTION_SECONDS", 60)
    monkeypatch.setattr(postgresql_reader, "ACQUIRE_SECONDS", 60)
    await hall.browser("eligible")  # signs in once before the 200 concurrent requests
    forms = [await form(hall, idempotencyKey="one" if number % 2 else f"key-{number}") for number in range(200)]
    answers = await gather(*(hall.ask(REGISTER, {"input": given}, "eligible") for given in forms))
    results = [answer["data"]["registerFlexibleEmployment"] for answer in answers]
    assert not any("errors" in answer for answer in answers)
    assert {result["__typename"] for result in results} <= {"FlexibleEmploymentRegistered", "AlreadyEnrolled"}
    assert len({result["enrolment"]["id"] for result in results}) == 1
    assert len({result["enrolment"]["receipt"]["number"] for result in results}) == 1
    fresh = [r for r in results if r["__typename"] == "FlexibleEmploymentRegistered" and not r["replayed"]]
    assert len(fresh) == 1
    seen = await own(hall)
    assert len(seen["enrolments"]) == 1
    assert seen["log"] == 1


async def test_registration_between_another_and_its_withdrawal_is_busy(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If what stood in the way was withdrawn before it could be read, the client tries again under its key."""
    patched = "api.enrolment.service.in_transaction"

    async def meet_another(work: Any) -> Any:
        monkeypatch.setattr(patched, in_transaction)
        other = (await register(hall, idempotencyKey="another"))["enrolment"]["id"]
        with pytest.raises(Conflict):
            await in_transaction(work)
        await withdraw(hall, enrolmentId=other, idempotencyKey="w1")
        raise Conflict("another stood in the way")

    given = {"query": REGISTER, "variables": {"input": await form(hall, idempotencyKey="mine")}}
    await hall.browser("eligible")
    monkeypatch.setattr(patched, meet_another)
    met = await hall.post(json=given, account="eligible")
    assert (met.status_code, met.json()["errors"][0]["extensions"]["code"]) == (503, "BUSY")
    again = (await hall.post(json=given, account="eligible")).json()["data"]["registerFlexibleEmployment"]
    assert (again["__typename"], again["replayed"]) == ("FlexibleEmploymentRegistered", False)
