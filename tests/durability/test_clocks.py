"""Dates are in Asia/Shanghai and constant within a request, whatever the machine's zone and clock."""

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api import clock
from api.settings import Settings
from api.zone import SHANGHAI, in_shanghai
from tests.durability.crowd import invite
from tests.durability.load import result
from tests.durability.records import records
from tests.durability.wire import opened
from tests.hall import Hall, open_hall
from tests.http.serving import serving
from tests.schemes.flexible_employment.test_registration import REGISTER, form, register

# Up to sixteen hours behind Shanghai, and six before it: one of them has another day at most hours.
ZONES = ("America/Los_Angeles", "Pacific/Kiritimati")
DAYS = """
{
  service { now } declarationWindow { on }
  viewer { person { flexibleEmployment { eligibility { on } districts { selectable } } } }
}
"""
NEW_YEAR = datetime(2027, 1, 1, tzinfo=SHANGHAI)
LAST_MOMENT = NEW_YEAR - timedelta(microseconds=1)


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A zone in which this machine is for the time of a test."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def set_clock(monkeypatch: pytest.MonkeyPatch, *moments: datetime) -> None:
    """Let the clock say these moments one after the other, and the last of them ever after.

    Requests move it on, and not the demo's own task, which looks at the clock when it likes.
    """
    waiting = list(moments)

    def now() -> datetime:
        asks = sys._getframe(1).f_globals["__name__"] == "api.http.graphql.endpoint"
        return waiting.pop(0) if asks and len(waiting) > 1 else waiting[0]

    monkeypatch.setattr(clock, "now", now)


async def days(hall: Hall) -> set[str]:
    """Return the days that one answer speaks of."""
    data: dict[str, Any] = (await hall.ask(DAYS, account="eligible"))["data"]
    eligibility = data["viewer"]["person"]["flexibleEmployment"]["eligibility"]
    return {data["service"]["now"][:10], data["declarationWindow"]["on"], eligibility["on"]}


@pytest.mark.parametrize(("moment", "day"), [(LAST_MOMENT, "2026-12-31"), (NEW_YEAR, "2027-01-01")])
@pytest.mark.usefixtures("zone")
async def test_the_day_begins_at_midnight_in_shanghai(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, moment: datetime, day: str
) -> None:
    """The date changes to the microsecond, whatever the machine's zone."""
    set_clock(monkeypatch, moment)
    assert await days(hall) == {day}


async def test_a_request_that_crosses_midnight_has_one_day(
    hall: Hall, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment is decided once, when it arrives: verdict, receipt, consent and log are all of the old year."""
    set_clock(monkeypatch, LAST_MOMENT)
    await hall.browser("eligible")
    set_clock(monkeypatch, LAST_MOMENT, NEW_YEAR)
    assert await days(hall) == {"2026-12-31"}
    given = await form(hall)
    set_clock(monkeypatch, LAST_MOMENT, NEW_YEAR)
    answer = await hall.ask(REGISTER, {"input": given}, "eligible")
    done = answer["data"]["registerFlexibleEmployment"]
    assert done["enrolment"]["eligibilityAtRegistration"]["on"] == "2026-12-31"
    assert done["enrolment"]["receipt"]["issuedAt"].startswith("2026-12-31")
    async with records(settings) as stored:
        told = await stored.ask("SELECT given_at FROM consent ORDER BY id DESC LIMIT 1")
    assert str(told[0][0]).startswith("2026-12-31")


@pytest.mark.parametrize("machine", ZONES)
def test_a_machine_elsewhere_keeps_the_days_of_shanghai(empty_settings: Settings, machine: str) -> None:
    """A process in another zone: what it stores, answers and logs is of the day in Shanghai."""
    settings = replace(empty_settings, public_url="https://hall.example")
    [member] = asyncio.run(invite(settings, 1))
    # Answers tell moments to the second.
    before = in_shanghai(datetime.now(SHANGHAI)).replace(microsecond=0)
    with serving(settings, TZ=machine) as served:

        async def enrol() -> dict[str, Any]:
            async with opened(served.address) as wire:
                enrolment: dict[str, Any] = result(await wire.post(member.body("key"), member.headers()))["enrolment"]
                return enrolment

        enrolment = asyncio.run(enrol())
    after = in_shanghai(datetime.now(SHANGHAI))
    issued = datetime.fromisoformat(enrolment["receipt"]["issuedAt"])
    assert before <= issued <= after
    assert issued.utcoffset() == timedelta(hours=8)
    assert enrolment["eligibilityAtRegistration"]["on"] == issued.date().isoformat()
    assert {line["at"][-6:] for line in served.lines} == {"+08:00"}

    async def check() -> None:
        async with records(settings) as stored:
            assert await stored.broken_invariants() == []

    asyncio.run(check())


async def test_a_clock_that_is_set_back_keeps_people_signed_in_no_longer(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set back by hours: they stay signed in, and from their next request on a quarter of an hour is one again."""
    account = "{ viewer { account } }"
    signed_in, nobody = {"data": {"viewer": {"account": "eligible"}}}, {"data": {"viewer": None}}
    began = clock.now()
    set_clock(monkeypatch, began)
    await hall.browser("eligible")
    back = began - timedelta(hours=3)
    set_clock(monkeypatch, back)
    assert await hall.ask(account, account="eligible") == signed_in
    first = await register(hall)
    set_clock(monkeypatch, back + timedelta(minutes=14))
    assert await hall.ask(account, account="eligible") == signed_in
    again = await register(hall)
    assert (again["replayed"], again["enrolment"]["receipt"]) == (True, first["enrolment"]["receipt"])
    set_clock(monkeypatch, back + timedelta(minutes=30))
    assert await hall.ask(account, account="eligible") == nobody


@pytest.mark.parametrize("asks_when_over", [True, False])
async def test_a_clock_that_is_set_back_revives_no_session(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, *, asks_when_over: bool
) -> None:
    """An expired session stays expired, whichever account sends the next request; active ones stay."""
    began = clock.now()
    set_clock(monkeypatch, began)
    lost = await hall.browser("eligible")
    set_clock(monkeypatch, began + timedelta(minutes=20))
    await hall.browser("manager")
    if asks_when_over:
        assert await account_of(lost) is None
    set_clock(monkeypatch, began + timedelta(minutes=5))
    assert await account_of(lost) is None
    assert await account_of(await hall.browser("manager")) == "manager"
    another = await hall.browser("leap-day")
    for minutes in range(6, 18):
        set_clock(monkeypatch, began + timedelta(minutes=minutes))
        assert await account_of(another) == "leap-day"
    assert await account_of(lost) is None


async def test_a_clock_that_is_set_back_between_two_starts_revives_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The access log tells what time it was."""
    began = clock.now()
    set_clock(monkeypatch, began)
    async with open_hall(settings) as hall:
        lost = (await hall.browser("eligible")).cookies
        set_clock(monkeypatch, began + timedelta(minutes=20))
        await hall.browser("clerk")
    set_clock(monkeypatch, began + timedelta(minutes=5))
    async with open_hall(settings) as hall:
        browser = await hall.new_browser()
        browser.cookies = lost
        assert await account_of(browser) is None


async def account_of(browser: httpx.AsyncClient) -> str | None:
    """Return who is signed in in a browser."""
    viewer = (await browser.post("/graphql", json={"query": "{ viewer { account } }"})).json()["data"]["viewer"]
    return None if viewer is None else str(viewer["account"])


async def test_a_session_ends_after_four_hours_of_a_clock_that_was_set_back(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However active they are, and however far it was set back."""
    began = clock.now()
    set_clock(monkeypatch, began)
    await hall.browser("eligible")
    back = began - timedelta(hours=3)
    lasting = 0
    for minutes in range(0, 300, 10):
        set_clock(monkeypatch, back + timedelta(minutes=minutes))
        if (await hall.ask("{ viewer { account } }", account="eligible"))["data"]["viewer"] is None:
            break
        lasting = minutes
    assert lasting == 230
