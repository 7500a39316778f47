"""Imported participations change the status of enrolments, its date and its history."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import clock
from api.importing.runner import run
from api.people.models import Person
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from tests.hall import Hall
from tests.schemes.flexible_employment.test_registration import own, register, withdraw

STANDING = """
{ viewer { person { insuredDistrict { code } flexibleEmployment {
  current { id status statusSince history { status since } nextSteps { title } }
  enrolments { id status }
  selfPaid { type { code name } status { code } district { name } since }
  eligibility {
    outcome eligibleBy results { rule { code } outcome title reason facts { label value } } nextSteps { title }
  }
} } } }
"""
CHECK = (
    "query ($n: String!, $d: String!) { receiptCheck(number: $n, digest: $d) verifyReceipt(number: $n, digest: $d) }"
)
Imported = Callable[..., Any]


@pytest.fixture
def import_participations(hall: Hall, tmp_path: Path) -> Imported:
    """A function that imports participations of an account's person."""

    async def bring(account: str, *rows: str) -> None:
        name = {"eligible": "林海平", "manager": "沈若梅"}[account]
        number = (await Person.get(name=name)).id_number
        folder = tmp_path / "import"
        folder.mkdir(exist_ok=True)
        lines = ["idNumber,type,status,district,employerCode,startedOn,endedOn", *(f"{number},{row}" for row in rows)]
        (folder / "participations.csv").write_text("\n".join(lines) + "\n", "utf-8")
        assert await run(folder, clock.today()) == 0

    assert hall
    return bring


async def enrolment_status(hall: Hall, account: str = "eligible") -> dict[str, Any]:
    """Return the person's district, self-paid insurances, eligibility and enrolments."""
    answer = await hall.ask(STANDING, account=account)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["viewer"]["person"]["flexibleEmployment"]
    return found


async def test_enrolment_status_follows_participations(hall: Hall, import_participations: Imported) -> None:
    """Paid: ACTIVE, not withdrawable. Suspended: SUSPENDED. Ended: TERMINATED, and a new registration is possible."""
    enrolment = (await register(hall))["enrolment"]
    today = clock.today()
    registered_at = clock.now() - timedelta(days=70)
    await FlexibleEmploymentEnrolment.all().update(registered_at=registered_at)
    month = (registered_at + timedelta(days=32)).date().replace(day=1)
    await import_participations("eligible", f"110,1,120101,,{month},", f"310,1,120101,,{month},")
    paid = (await enrolment_status(hall))["current"]
    assert (paid["id"], paid["status"], paid["statusSince"]) == (enrolment["id"], "ACTIVE", month.isoformat())
    refused = await withdraw(hall, enrolmentId=enrolment["id"], idempotencyKey="w")
    assert (refused["code"], refused["enrolment"]["status"]) == ("NOT_WITHDRAWABLE", "ACTIVE")
    await import_participations("eligible", f"110,2,120101,,{month},{today}", f"310,2,120101,,{month},{today}")
    suspended = (await enrolment_status(hall))["current"]
    assert (suspended["status"], suspended["statusSince"]) == ("SUSPENDED", today.isoformat())
    assert suspended["nextSteps"][0]["title"] == "无需登记，恢复申报缴费"
    await import_participations("eligible", f"110,3,120101,,{month},{today}", f"310,3,120101,,{month},{today}")
    ended = await enrolment_status(hall)
    assert ended["current"] is None
    assert [each["status"] for each in ended["enrolments"]] == ["TERMINATED"]
    assert [each["status"] for each in suspended["history"]] == ["REGISTERED", "ACTIVE", "SUSPENDED"]
    again = await register(hall, idempotencyKey="again")
    assert again["__typename"] == "FlexibleEmploymentRegistered"
    assert [each["status"] for each in (await enrolment_status(hall))["enrolments"]] == ["REGISTERED", "TERMINATED"]


async def test_earlier_participation_does_not_belong_to_enrolment(hall: Hall, import_participations: Imported) -> None:
    """A period that ended before the registration leaves the enrolment REGISTERED and withdrawable."""
    enrolment = (await register(hall))["enrolment"]["id"]
    await import_participations("eligible", "110,3,120101,,2014-01-01,2014-12-31")
    assert (await enrolment_status(hall))["current"]["status"] == "REGISTERED"
    done = await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w")
    assert done["enrolment"]["status"] == "WITHDRAWN"


async def test_period_end_date_terminates_enrolment(
    hall: Hall, import_participations: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the end date of a period the enrolment is TERMINATED without a further import."""
    await register(hall)
    today = clock.today()
    month, end = today.replace(day=1), today + timedelta(days=40)
    await import_participations("eligible", f"110,1,120101,,{month},{end}")
    found = await enrolment_status(hall)
    assert found["current"]["status"] == "ACTIVE"
    later = clock.now() + timedelta(days=41)
    monkeypatch.setattr(clock, "now", lambda: later)
    await hall.ask("mutation { signOut { account } }", account="eligible")
    hall._browsers.pop("eligible")
    after = await enrolment_status(hall)
    assert after["current"] is None
    assert after["enrolments"][0]["status"] == "TERMINATED"
    assert (await register(hall, idempotencyKey="again"))["__typename"] == "FlexibleEmploymentRegistered"


async def test_self_payer_is_refused_with_facts_and_steps(hall: Hall) -> None:
    """`self-paying`, enrolled at the counter, fails NOT_ENROLLED with insurance, district, date and next steps."""
    refused = await register(hall, "self-paying", insuredDistrict="120103")
    assert refused["code"] == "NOT_ELIGIBLE"
    found = await enrolment_status(hall, "self-paying")
    known = {"district": {"name": "河西区"}, "since": "2020-07-01", "status": {"code": "1"}}
    assert found["selfPaid"] == [
        known | {"type": {"code": "110", "name": "职工基本养老保险"}},
        known | {"type": {"code": "310", "name": "职工基本医疗保险"}},
    ]
    (failing,) = [each for each in found["eligibility"]["results"] if each["outcome"] == "FAIL"]
    assert failing["rule"]["code"] == "NOT_ENROLLED"
    assert failing["title"] == "您已参加灵活就业参保"
    facts = [(fact["label"], fact["value"]) for fact in failing["facts"]]
    assert ("该险种参保区县", "河西区") in facts
    assert ("该险种本次参保起始日期", "2020-07-01") in facts
    titles = [step["title"] for step in found["eligibility"]["nextSteps"]]
    assert titles == ["无需登记，继续申报缴费", "变更参保区县", "向税务机关申报缴费"]
    assert (await own(hall, "self-paying"))["enrolments"] == []


async def test_employer_payment_replaces_declaration_step(hall: Hall, import_participations: Imported) -> None:
    """If an employer pays before the first declaration, the next step says that no payment is needed."""
    await register(hall)
    await import_participations("eligible", f"110,1,120101,,{clock.today()},", f"110,1,120101,E9,{clock.today()},")
    titles = [step["title"] for step in (await enrolment_status(hall))["current"]["nextSteps"]]
    assert titles == ["单位正在为您缴费，无需自行缴费"]


async def test_withdrawal_has_its_date(hall: Hall) -> None:
    """`statusSince` of a withdrawn enrolment is the day of the withdrawal."""
    enrolment = (await register(hall))["enrolment"]
    await FlexibleEmploymentEnrolment.all().update(registered_at=clock.now() - timedelta(days=40))
    done = await withdraw(hall, enrolmentId=enrolment["id"], idempotencyKey="w")
    assert done["__typename"] == "FlexibleEmploymentWithdrawn"
    answer = await hall.ask(
        "{ viewer { person { flexibleEmployment { enrolments { status statusSince } } } } }", account="eligible"
    )
    [found] = answer["data"]["viewer"]["person"]["flexibleEmployment"]["enrolments"]
    assert found == {"status": "WITHDRAWN", "statusSince": clock.today().isoformat()}


async def test_participation_updates_recorded_on(hall: Hall, import_participations: Imported) -> None:
    """An import that adds participations sets `recordedOn`."""
    await Person.filter(name="林海平").update(recorded_on=date(2020, 1, 1))
    await import_participations("eligible", "110,3,120101,,2014-01-01,2014-12-31")
    assert (await Person.get(name="林海平")).recorded_on == clock.today()
    assert hall


async def test_first_time_person_gets_open_channels(hall: Hall) -> None:
    """A first-time participant is not eligible on the web, and `eligibleBy` lists the open channels."""
    eligibility = (await enrolment_status(hall, "first-time"))["eligibility"]
    assert (eligibility["outcome"], eligibility["eligibleBy"]) == ("NOT_ELIGIBLE", ["APP", "COUNTER"])
    (failing,) = [each for each in eligibility["results"] if each["outcome"] == "FAIL"]
    assert failing["title"] == "网厅不受理首次参保"
    assert eligibility["nextSteps"][0]["title"] == "请用手机APP办理"
    titles = {each["rule"]["code"]: each["title"] for each in eligibility["results"]}
    assert titles["EMPLOYER_STOPPED_PAYING"] == "没有单位在为您缴费"


async def test_receipt_check_reports_status(hall: Hall) -> None:
    """A receipt is STANDS until the withdrawal, then ENDED; a wrong digest is NOT_ISSUED."""
    enrolment = (await register(hall))["enrolment"]
    receipt = {"n": enrolment["receipt"]["number"], "d": enrolment["receipt"]["digest"]}
    assert (await hall.ask(CHECK, receipt))["data"] == {"receiptCheck": "STANDS", "verifyReceipt": True}
    await withdraw(hall, enrolmentId=enrolment["id"], idempotencyKey="w")
    assert (await hall.ask(CHECK, receipt))["data"] == {"receiptCheck": "ENDED", "verifyReceipt": True}
    forged = await hall.ask(CHECK, receipt | {"d": "0" * 64})
    assert forged["data"] == {"receiptCheck": "NOT_ISSUED", "verifyReceipt": False}


async def test_recorded_on_is_set_by_changes_only(hall: Hall, tmp_path: Path) -> None:
    """An import sets `recordedOn` of added and changed records only."""
    folder = tmp_path / "people"
    folder.mkdir()
    (folder / "people.csv").write_text("idNumber,name\n120101198506129027,甲\n", "utf-8")
    await run(folder, clock.today())
    person = await Person.get(name="甲")
    assert person.recorded_on == clock.today()
    await Person.filter(id=person.id).update(recorded_on=date(2020, 1, 1))
    await run(folder, clock.today())
    assert (await Person.get(name="甲")).recorded_on == date(2020, 1, 1)
    assert hall
