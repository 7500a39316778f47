"""A fault before and after each statement of an enrolment: all is stored or nothing, and asking again succeeds."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.settings import Settings
from tests.durability.crowd import Member, invite
from tests.durability.faults import FAULTS, Fault, Lasting, Moment, injected
from tests.durability.records import records
from tests.hall import Hall, open_hall

TIMEOUT_SECONDS = 10
MOST_STATEMENTS = 40
# From BEGIN to COMMIT there are nine, and a savepoint on SQLite; what is asked before comes by connections that cannot
# write.
STATEMENTS = 9


@pytest.fixture
def fault() -> Iterator[Fault]:
    """What fails, once it is planned."""
    with injected() as fault:
        yield fault


async def submit(hall: Hall, member: Member, key: str) -> httpx.Response:
    """Return the response to a submission, with a time-out against deadlocks."""
    browser = await hall.browser()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return await browser.post("/graphql", content=member.body(key), headers=member.headers())


def result(response: httpx.Response) -> dict[str, Any]:
    """Return what came of a submission that was carried out."""
    assert response.status_code == httpx.codes.OK, response.text
    said: dict[str, Any] = response.json()["data"]["registerFlexibleEmployment"]
    assert said["__typename"] == "FlexibleEmploymentRegistered", said
    return said


@pytest.mark.parametrize("lasting", Lasting)
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("cause", FAULTS)
async def test_an_enrolment_is_whole_wherever_it_fails(
    empty_settings: Settings, fault: Fault, cause: str, moment: Moment, lasting: Lasting
) -> None:
    """At each statement in turn: one standing enrolment or none, with its receipt, verdict, log entry and key.

    The same key then succeeds, with the enrolment that was stored if there was one; nothing is stuck, and what passes
    by itself is answered as something that does.
    """
    members = await asyncio.to_thread(asyncio.run, invite(empty_settings, MOST_STATEMENTS))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:
        for at in range(1, MOST_STATEMENTS):
            before = await stored.count("receipt")
            fault.plan(at, moment, lasting, FAULTS[cause])
            response = await submit(hall, members[at], "key")
            struck = fault.raised > 0
            fault.heal()
            was_stored = await stored.count("receipt") > before
            assert await stored.broken_invariants() == [], at
            if not struck:
                break
            is_honest(response, cause)
            again = result(await submit(hall, members[at], "key"))
            assert again["replayed"] == was_stored, at
            assert await stored.broken_invariants() == [], at
        assert not struck
        assert at > STATEMENTS
        assert [await stored.count(table) for table in ("flexible_employment_enrolment", "kept_answer")] == [at, at]


def is_honest(response: httpx.Response, cause: str) -> None:
    """Check that every failed request was reported as failed, or was stored nevertheless."""
    said = response.json()
    if "errors" not in said:
        result(response)
        return
    codes = {error["extensions"]["code"] for error in said["errors"]}
    if cause == "a mistake of ours":
        assert (codes, response.status_code) == ({"INTERNAL"}, httpx.codes.OK)
    else:
        assert (codes, response.status_code) == ({"BUSY"}, httpx.codes.SERVICE_UNAVAILABLE)
        assert int(response.headers["Retry-After"]) > 0
