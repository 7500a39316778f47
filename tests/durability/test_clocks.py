"""Dates are in Asia/Shanghai and constant within a request, for any zone and clock of the machine."""

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
from tests.durability.crowd import store_members
from tests.durability.load import result
from tests.durability.records import records
from tests.durability.wire import connection_to
from tests.hall import Hall, open_hall
from tests.http.serving import serving
from tests.schemes.flexible_employment.test_registration import REGISTER, form, register

# Sixteen hours behind Shanghai and six ahead of it: at most hours one of them has another date.
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
    """The time zone of this machine during a test."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def set_clock(monkeypatch: pytest.MonkeyPatch, *moments: datetime) -> None:
    """Make the clock return these times in order, and then the last one.

    Only requests advance it, because a background task of the demo reads the clock at any time.
    """
    waiting = list(moments)

    def now() -> datetime:
        asks = sys._getframe(1).f_globals["__name__"] == "api.http.graphql.endpoint"
        return waiting.pop(0) if asks and len(waiting) > 1 else waiting[0]

    monkeypatch.setattr(clock, "now", now)


async def days(hall: Hall) -> set[str]:
    """Return the dates in one response."""
    data: dict[str, Any] = (await hall.ask(DAYS, account="eligible"))["data"]
    eligibility = data["viewer"]["person"]["flexibleEmployment"]["eligibility"]
    return {data["service"]["now"][:10], data["declarationWindow"]["on"], eligibility["on"]}


@pytest.mark.parametrize(("moment", "day"), [(LAST_MOMENT, "2026-12-31"), (NEW_YEAR, "2027-01-01")])
@pytest.mark.usefixtures("zone")
async def test_day_begins_at_midnight_in_shanghai(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, moment: datetime, day: str
) -> None:
    """The date changes to the microsecond, for any zone of the machine."""
    set_clock(monkeypatch, moment)
    assert await days(hall) == {day}


async def test_request_across_midnight_has_one_date(
    hall: Hall, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is read once per request: verdict, receipt, consent and log have the date of its arrival."""
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
        consents = await stored.ask("SELECT given_at FROM consent ORDER BY id DESC LIMIT 1")
    assert str(consents[0][0]).startswith("2026-12-31")


@pytest.mark.parametrize("machine", ZONES)
def test_server_in_other_zone_uses_shanghai_dates(empty_settings: Settings, machine: str) -> None:
    """A process in another time zone stores, returns and logs dates of Shanghai."""
    settings = replace(empty_settings, public_url="https://hall.example")
    [member] = asyncio.run(store_members(settings, 1))
    # Responses have times in seconds.
    before = in_shanghai(datetime.now(SHANGHAI)).replace(microsecond=0)
    with serving(settings, TZ=machine) as served:

        async def enrol() -> dict[str, Any]:
            async with connection_to(served.address) as connection:
                enrolment: dict[str, Any] = result(await connection.post(member.body("key"), member.headers()))[
                    "enrolment"
                ]
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


async def test_clock_set_back_keeps_idle_timeout(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the clock is set back, sessions stay valid, and their idle time-out restarts with the next request."""
    account = "{ viewer { account } }"
    signed_in, signed_out = {"data": {"viewer": {"account": "eligible"}}}, {"data": {"viewer": None}}
    started_at = clock.now()
    set_clock(monkeypatch, started_at)
    await hall.browser("eligible")
    back = started_at - timedelta(hours=3)
    set_clock(monkeypatch, back)
    assert await hall.ask(account, account="eligible") == signed_in
    first = await register(hall)
    set_clock(monkeypatch, back + timedelta(minutes=14))
    assert await hall.ask(account, account="eligible") == signed_in
    again = await register(hall)
    assert (again["replayed"], again["enrolment"]["receipt"]) == (True, first["enrolment"]["receipt"])
    set_clock(monkeypatch, back + timedelta(minutes=30))
    assert await hall.ask(account, account="eligible") == signed_out


@pytest.mark.parametrize("asks_when_over", [True, False])
async def test_clock_set_back_does_not_revive_sessions(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, *, asks_when_over: bool
) -> None:
    """An expired session stays expired, whichever account sends the next request; active ones stay."""
    started_at = clock.now()
    set_clock(monkeypatch, started_at)
    lost = await hall.browser("eligible")
    set_clock(monkeypatch, started_at + timedelta(minutes=20))
    await hall.browser("manager")
    if asks_when_over:
        assert await account_of(lost) is None
    set_clock(monkeypatch, started_at + timedelta(minutes=5))
    assert await account_of(lost) is None
    assert await account_of(await hall.browser("manager")) == "manager"
    another = await hall.browser("leap-day")
    for minutes in range(6, 18):
        set_clock(monkeypatch, started_at + timedelta(minutes=minutes))
        assert await account_of(another) == "leap-day"
    assert await account_of(lost) is None


async def test_clock_set_back_between_starts_revives_no_session(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart, the latest time of the access log limits sessions."""
    started_at = clock.now()
    set_clock(monkeypatch, started_at)
    async with open_hall(settings) as hall:
        lost = (await hall.browser("eligible")).cookies
        set_clock(monkeypatch, started_at + timedelta(minutes=20))
        await hall.browser("clerk")
    set_clock(monkeypatch, started_at + timedelta(minutes=5))
    async with open_hall(settings) as hall:
        browser = await hall.new_browser()
        browser.cookies = lost
        assert await account_of(browser) is None


async def account_of(browser: httpx.AsyncClient) -> str | None:
    """Return the account that is signed in in a browser."""
    viewer = (await browser.post("/graphql", json={"query": "{ viewer { account } }"})).json()["data"]["viewer"]
    return None if viewer is None else str(viewer["account"])


async def test_clock_set_back_keeps_absolute_timeout(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """An active session ends after four hours, however far the clock was set back."""
    started_at = clock.now()
    set_clock(monkeypatch, started_at)
    await hall.browser("eligible")
    back = started_at - timedelta(hours=3)
    lasting = 0
    for minutes in range(0, 300, 10):
        set_clock(monkeypatch, back + timedelta(minutes=minutes))
        if (await hall.ask("{ viewer { account } }", account="eligible"))["data"]["viewer"] is None:
            break
        lasting = minutes
    assert lasting == 230
