"""Concurrent submissions."""

import asyncio
from secrets import token_urlsafe
from typing import Any

from tests.attack.promise import promise, require
from tests.attack.target import Target
from tests.schemes.flexible_employment.test_registration import REGISTER, WITHDRAW

CONCURRENCY = 64
PEOPLE = ("eligible", "long-name", "rare-name")


@promise
async def races(target: Target) -> str:
    """Concurrent submissions under one key or several create one enrolment, which each response confirms."""
    submissions = 0
    for account in PEOPLE:
        results = await _submit_concurrently(target, account)
        submissions += len(results)
        enrolments = {result.get("enrolment", {}).get("id", result) for result in results}
        require(len(enrolments) == 1, f"{account} has {len(enrolments)} enrolments")
        withdrawn = await _withdraw(target, account, enrolments.pop())
        require(withdrawn == "FlexibleEmploymentWithdrawn", f"withdrawing was answered with {withdrawn}")
    return f"{submissions} submissions by {len(PEOPLE)} people"


async def _submit_concurrently(target: Target, account: str) -> list[dict[str, Any]]:
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
    keys = [key if number % 2 else f"{key}-{number}" for number in range(CONCURRENCY)]
    answers = await asyncio.gather(
        *(target.ask(REGISTER, {"input": form | {"idempotencyKey": each}}, account) for each in keys)
    )
    faulty = [answer for answer in answers if "errors" in answer]
    require(not faulty, f"{len(faulty)} submissions were answered with errors, as {faulty[:1]}")
    return [answer["data"]["registerFlexibleEmployment"] for answer in answers]


async def _withdraw(target: Target, account: str, enrolment: str) -> str:
    given = {"enrolmentId": enrolment, "idempotencyKey": token_urlsafe(8)}
    answer = await target.ask(WITHDRAW, {"input": given}, account)
    typename: str = answer["data"]["withdrawFlexibleEmployment"]["__typename"]
    return typename
