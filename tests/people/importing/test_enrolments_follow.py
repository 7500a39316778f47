"""An import changes where enrolments stand: by the same rules, with a day and a history, through the front door."""

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
def imported(hall: Hall, tmp_path: Path) -> Imported:
    """Import participations of the person behind an account."""

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


async def standing(hall: Hall, account: str = "eligible") -> dict[str, Any]:
    """Return what the person reads of where they stand."""
    answer = await hall.ask(STANDING, account=account)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["viewer"]["person"]["flexibleEmployment"]
    return found


async def test_an_enrolment_follows_what_is_paid(hall: Hall, imported: Imported) -> None:
    """Paid: ACTIVE and past withdrawing. Suspended: it stands. Ended: one may enrol again. Each with its day."""
    enrolment = (await register(hall))["enrolment"]
    today = clock.today()
    registered_at = clock.now() - timedelta(days=70)
    await FlexibleEmploymentEnrolment.all().update(registered_at=registered_at)
    month = (registered_at + timedelta(days=32)).date().replace(day=1)
    await imported("eligible", f"110,1,120101,,{month},", f"310,1,120101,,{month},")
    paid = (await standing(hall))["current"]
    assert (paid["id"], paid["status"], paid["statusSince"]) == (enrolment["id"], "ACTIVE", month.isoformat())
    refused = await withdraw(hall, enrolmentId=enrolment["id"], idempotencyKey="w")
    assert (refused["code"], refused["enrolment"]["status"]) == ("NOT_WITHDRAWABLE", "ACTIVE")
    await imported("eligible", f"110,2,120101,,{month},{today}", f"310,2,120101,,{month},{today}")
    suspended = (await standing(hall))["current"]
    assert (suspended["status"], suspended["statusSince"]) == ("SUSPENDED", today.isoformat())
    assert suspended["nextSteps"][0]["title"] == "无需登记，恢复申报缴费"
    await imported("eligible", f"110,3,120101,,{month},{today}", f"310,3,120101,,{month},{today}")
    ended = await standing(hall)
    assert ended["current"] is None
    assert [each["status"] for each in ended["enrolments"]] == ["TERMINATED"]
    assert [each["status"] for each in suspended["history"]] == ["REGISTERED", "ACTIVE", "SUSPENDED"]
    again = await register(hall, idempotencyKey="again")
    assert again["__typename"] == "FlexibleEmploymentRegistered"
    assert [each["status"] for each in (await standing(hall))["enrolments"]] == ["REGISTERED", "TERMINATED"]


async def test_an_insurance_from_before_is_not_that_of_the_enrolment(hall: Hall, imported: Imported) -> None:
    """What began years ago is no payment under today's registration, which stays unpaid and can be withdrawn."""
    enrolment = (await register(hall))["enrolment"]["id"]
    await imported("eligible", "110,3,120101,,2014-01-01,2014-12-31")
    assert (await standing(hall))["current"]["status"] == "REGISTERED"
    done = await withdraw(hall, enrolmentId=enrolment, idempotencyKey="w")
    assert done["enrolment"]["status"] == "WITHDRAWN"


async def test_a_period_that_ends_by_itself_ends_the_enrolment(
    hall: Hall, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paid through a day that is over: no import says more, and the person is free to enrol on the day after."""
    await register(hall)
    today = clock.today()
    month, end = today.replace(day=1), today + timedelta(days=40)
    await imported("eligible", f"110,1,120101,,{month},{end}")
    found = await standing(hall)
    assert found["current"]["status"] == "ACTIVE"
    later = clock.now() + timedelta(days=41)
    monkeypatch.setattr(clock, "now", lambda: later)
    await hall.ask("mutation { signOut { account } }", account="eligible")
    hall._browsers.pop("eligible")
    after = await standing(hall)
    assert after["current"] is None
    assert after["enrolments"][0]["status"] == "TERMINATED"
    assert (await register(hall, idempotencyKey="again"))["__typename"] == "FlexibleEmploymentRegistered"


async def test_a_self_payer_hears_what_is_known_and_what_to_do(hall: Hall) -> None:
    """`self-paying`, enrolled at the counter: refused by NOT_ENROLLED, with insurance, district and day."""
    refused = await register(hall, "self-paying", insuredDistrict="120103")
    assert refused["code"] == "NOT_ELIGIBLE"
    found = await standing(hall, "self-paying")
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


async def test_an_employer_who_takes_over_pays(hall: Hall, imported: Imported) -> None:
    """Registered, and hired before anything was paid: the enrolment stands, and its person is not told to pay."""
    await register(hall)
    await imported("eligible", f"110,1,120101,,{clock.today()},", f"110,1,120101,E9,{clock.today()},")
    titles = [step["title"] for step in (await standing(hall))["current"]["nextSteps"]]
    assert titles == ["单位正在为您缴费，无需自行缴费"]


async def test_a_withdrawal_has_its_day(hall: Hall) -> None:
    """Registered weeks ago and withdrawn today: it is withdrawn since today."""
    enrolment = (await register(hall))["enrolment"]
    await FlexibleEmploymentEnrolment.all().update(registered_at=clock.now() - timedelta(days=40))
    done = await withdraw(hall, enrolmentId=enrolment["id"], idempotencyKey="w")
    assert done["__typename"] == "FlexibleEmploymentWithdrawn"
    answer = await hall.ask(
        "{ viewer { person { flexibleEmployment { enrolments { status statusSince } } } } }", account="eligible"
    )
    [found] = answer["data"]["viewer"]["person"]["flexibleEmployment"]["enrolments"]
    assert found == {"status": "WITHDRAWN", "statusSince": clock.today().isoformat()}


async def test_a_participation_makes_the_record_newer(hall: Hall, imported: Imported) -> None:
    """An import that adds to what a person is insured in is the day of their record."""
    await Person.filter(name="林海平").update(recorded_on=date(2020, 1, 1))
    await imported("eligible", "110,3,120101,,2014-01-01,2014-12-31")
    assert (await Person.get(name="林海平")).recorded_on == clock.today()
    assert hall


async def test_a_first_time_person_is_shown_the_other_channels(hall: Hall) -> None:
    """Not eligible on the web, and the channels that are open stand beside it."""
    eligibility = (await standing(hall, "first-time"))["eligibility"]
    assert (eligibility["outcome"], eligibility["eligibleBy"]) == ("NOT_ELIGIBLE", ["APP", "COUNTER"])
    (failing,) = [each for each in eligibility["results"] if each["outcome"] == "FAIL"]
    assert failing["title"] == "网厅不受理首次参保"
    assert eligibility["nextSteps"][0]["title"] == "请用手机APP办理"
    titles = {each["rule"]["code"]: each["title"] for each in eligibility["results"]}
    assert titles["EMPLOYER_STOPPED_PAYING"] == "没有单位在为您缴费"


async def test_a_receipt_says_whether_its_enrolment_stands(hall: Hall) -> None:
    """Genuine for ever; standing until it is withdrawn; a number without its digest is nothing."""
    enrolment = (await register(hall))["enrolment"]
    receipt = {"n": enrolment["receipt"]["number"], "d": enrolment["receipt"]["digest"]}
    assert (await hall.ask(CHECK, receipt))["data"] == {"receiptCheck": "STANDS", "verifyReceipt": True}
    await withdraw(hall, enrolmentId=enrolment["id"], idempotencyKey="w")
    assert (await hall.ask(CHECK, receipt))["data"] == {"receiptCheck": "ENDED", "verifyReceipt": True}
    forged = await hall.ask(CHECK, receipt | {"d": "0" * 64})
    assert forged["data"] == {"receiptCheck": "NOT_ISSUED", "verifyReceipt": False}


async def test_the_record_says_when_it_was_imported(hall: Hall, tmp_path: Path) -> None:
    """A record that an import adds or changes carries that day; one that it leaves unchanged keeps its own."""
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
