"""The same thing at the same moment."""

import asyncio
from secrets import token_urlsafe
from typing import Any

from tests.attack.promise import demand, promise
from tests.attack.target import Target
from tests.schemes.flexible_employment.test_registration import REGISTER, WITHDRAW

AT_ONCE = 64
PEOPLE = ("eligible", "long-name", "rare-name")


@promise
async def races(target: Target) -> str:
    """Whoever presses twice, under the same key or another, is enrolled once and hears so each time."""
    asked = 0
    for account in PEOPLE:
        results = await _at_once(target, account)
        asked += len(results)
        enrolments = {result.get("enrolment", {}).get("id", result) for result in results}
        demand(len(enrolments) == 1, f"{account} has {len(enrolments)} enrolments")
        withdrawn = await _withdraw(target, account, enrolments.pop())
        demand(withdrawn == "FlexibleEmploymentWithdrawn", f"withdrawing was answered with {withdrawn}")
    return f"{asked} submissions by {len(PEOPLE)} people"


async def _at_once(target: Target, account: str) -> list[dict[str, Any]]:
    await target.browser(account)
    notice = (await target.ask("{ notice { version } }"))["data"]["notice"]["version"]
    key = token_urlsafe(8)
    form = {
        "noticeVersion": notice,
        "insuredDistrict": "120101",
        "householdRegistrationType": "11",
        "ethnicGroup": "01",
        "residentialAddress": "天津市和平区南京路1号",
        "mobileNumber": "13800001234",
    }
    keys = [key if number % 2 else f"{key}-{number}" for number in range(AT_ONCE)]
    answers = await asyncio.gather(
        *(target.ask(REGISTER, {"input": form | {"idempotencyKey": each}}, account) for each in keys)
    )
    faulty = [answer for answer in answers if "errors" in answer]
    demand(not faulty, f"{len(faulty)} submissions were answered with errors, as {faulty[:1]}")
    return [answer["data"]["registerFlexibleEmployment"] for answer in answers]


async def _withdraw(target: Target, account: str, enrolment: str) -> str:
    given = {"enrolmentId": enrolment, "idempotencyKey": token_urlsafe(8)}
    answer = await target.ask(WITHDRAW, {"input": given}, account)
    said: str = answer["data"]["withdrawFlexibleEmployment"]["__typename"]
    return said
