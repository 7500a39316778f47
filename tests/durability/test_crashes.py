"""Processes that are killed or stopped under load."""

import asyncio
import random
from dataclasses import replace
from signal import SIGTERM
from time import monotonic

import pytest

from api.settings import Settings
from tests.durability.crowd import UNLIMITED, invite
from tests.durability.load import Storm, Submission, enrolled, result, submissions
from tests.durability.records import records
from tests.durability.scale import many
from tests.durability.wire import Wire
from tests.http.serving import Served, serving

ROUNDS = many(3, 100)
EACH = 4
PEOPLE = 100
# By itself, or by the signal that it was sent, once its work was done.
ENDED = {0, -SIGTERM}
# As long as a supervisor waits before it kills.
SECONDS_TO_END = 10


@pytest.fixture
def production(empty_settings: Settings) -> Settings:
    """The settings of a production Hall without people."""
    return replace(empty_settings, public_url="https://hall.example")


def test_what_was_acknowledged_outlives_the_process(production: Settings) -> None:
    """Killed under load, round after round: no receipt is lost, nothing is half-written, asking again succeeds."""
    members = asyncio.run(invite(production, PEOPLE * ROUNDS))
    confirmed: dict[int, set[tuple[str, str]]] = {}
    unanswered: list[Submission] = []
    for number in range(ROUNDS):
        crowd = members[number * PEOPLE : (number + 1) * PEOPLE]
        with serving(production, **UNLIMITED) as served:
            asyncio.run(_send_again(served.address, unanswered, confirmed))
            asyncio.run(_check(production, confirmed))
            storm = Storm(submissions(crowd, EACH), lambda: served.address, enough=random.randrange(1, PEOPLE))
            asyncio.run(_until_killed(served, storm))
        assert storm.unanswered, "it was killed when it had answered everybody"
        confirmed, unanswered = enrolled(storm), storm.unanswered
        asyncio.run(_check(production, confirmed))
    with serving(production, **UNLIMITED) as served:
        asyncio.run(_send_again(served.address, unanswered, confirmed))
    asyncio.run(_check(production, confirmed))


async def _until_killed(served: Served, storm: Storm) -> None:
    """Send until it has answered some, and kill it in the middle of the others."""

    async def kill() -> None:
        await storm.has_enough.wait()
        await asyncio.to_thread(served.kill)

    await asyncio.gather(storm.rage(), kill())


async def _check(settings: Settings, confirmed: dict[int, set[tuple[str, str]]]) -> None:
    async with records(settings) as stored:
        assert await stored.broken_invariants() == []
        assert all(len(one) == 1 for one in confirmed.values())
        assert {pair for one in confirmed.values() for pair in one} <= set((await stored.enrolments()).items())


async def _send_again(address: str, unanswered: list[Submission], confirmed: dict[int, set[tuple[str, str]]]) -> None:
    """Retry the forms without a response under the same keys, and add the results to `confirmed`."""
    wire = await Wire.open(address)
    for submission in unanswered:
        response = await wire.post(submission.member.body(submission.key), submission.member.headers())
        enrolment = result(response)["enrolment"]
        confirmed.setdefault(submission.member.number, set()).add((enrolment["id"], enrolment["receipt"]["number"]))
    await wire.close()


def test_what_was_begun_is_answered_before_the_end(production: Settings) -> None:
    """A graceful shutdown under load completes in time, and every stored enrolment was confirmed to its client."""
    members = asyncio.run(invite(production, PEOPLE))
    with serving(production, **UNLIMITED) as served:
        storm = Storm(submissions(members, 1), lambda: served.address, enough=PEOPLE // 4)
        seconds = asyncio.run(_until_asked_to_end(served, storm))
        assert served.exit_status() in ENDED
    assert seconds < SECONDS_TO_END
    confirmed = {pair for one in enrolled(storm).values() for pair in one}
    assert confirmed

    async def check() -> None:
        async with records(production) as stored:
            assert await stored.broken_invariants() == []
            assert set((await stored.enrolments()).items()) == confirmed

    asyncio.run(check())


async def _until_asked_to_end(served: Served, storm: Storm) -> float:
    """Send until it has answered some, then ask it to end; return how long that takes."""

    async def end() -> float:
        await storm.has_enough.wait()
        began = monotonic()
        served.terminate()
        await asyncio.to_thread(served.exit_status)
        return monotonic() - began

    _, seconds = await asyncio.gather(storm.rage(), end())
    return seconds
