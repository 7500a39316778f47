"""A fault before and after each statement of an enrolment: it is stored completely or not at all; a retry succeeds."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.settings import Settings
from tests.durability.crowd import Member, store_members
from tests.durability.faults import FAULTS, Duration, Fault, Moment, injected
from tests.durability.records import records
from tests.hall import Hall, open_hall

TIMEOUT_SECONDS = 10
MAX_STATEMENTS = 40
# From BEGIN to COMMIT there are nine statements, plus a savepoint on SQLite; earlier reads use read-only connections.
STATEMENTS = 9


@pytest.fixture
def fault() -> Iterator[Fault]:
    """A fault, inactive until it is planned."""
    with injected() as fault:
        yield fault


async def submit(hall: Hall, member: Member, key: str) -> httpx.Response:
    """Return the response to a submission, with a time-out against deadlocks."""
    browser = await hall.browser()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return await browser.post("/graphql", content=member.body(key), headers=member.headers())


def result(response: httpx.Response) -> dict[str, Any]:
    """Return the result of a successful submission."""
    assert response.status_code == httpx.codes.OK, response.text
    content: dict[str, Any] = response.json()["data"]["registerFlexibleEmployment"]
    assert content["__typename"] == "FlexibleEmploymentRegistered", content
    return content


@pytest.mark.parametrize("duration", Duration)
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("cause", FAULTS)
async def test_enrolment_is_atomic_at_every_statement(
    empty_settings: Settings, fault: Fault, cause: str, moment: Moment, duration: Duration
) -> None:
    """With a fault at each statement: an enrolment with receipt, verdict, log entry and key, or none of them.

    A retry with the same key returns the stored enrolment, if any. No lock is left, and transient faults return BUSY.
    """
    members = await asyncio.to_thread(asyncio.run, store_members(empty_settings, MAX_STATEMENTS))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        for at in range(1, MAX_STATEMENTS):
            before = await stored.count("receipt")
            fault.plan(at, moment, duration, FAULTS[cause])
            response = await submit(hall, members[at], "key")
            has_failed = fault.raised > 0
            fault.heal()
            was_stored = await stored.count("receipt") > before
            assert await stored.broken_invariants() == [], at
            if not has_failed:
                break
            check_response(response, cause)
            again = result(await submit(hall, members[at], "key"))
            assert again["replayed"] == was_stored, at
            assert await stored.broken_invariants() == [], at
        assert not has_failed
        assert at > STATEMENTS
        assert [await stored.count(table) for table in ("flexible_employment_enrolment", "kept_answer")] == [at, at]


def check_response(response: httpx.Response, cause: str) -> None:
    """Check that every failed request was reported as failed, or was stored nevertheless."""
    content = response.json()
    if "errors" not in content:
        result(response)
        return
    codes = {error["extensions"]["code"] for error in content["errors"]}
    if cause == "an unexpected error":
        assert (codes, response.status_code) == ({"INTERNAL"}, httpx.codes.OK)
    else:
        assert (codes, response.status_code) == ({"BUSY"}, httpx.codes.SERVICE_UNAVAILABLE)
        assert int(response.headers["Retry-After"]) > 0
