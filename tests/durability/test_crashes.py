"""Processes that are killed or stopped under load."""

import asyncio
import random
from dataclasses import replace
from signal import SIGTERM
from time import monotonic

import pytest

from api.settings import Settings
from tests.durability.crowd import UNLIMITED, store_members
from tests.durability.load import LoadTest, Submission, confirmed_enrolments, result, submissions
from tests.durability.records import records
from tests.durability.scale import repetitions
from tests.durability.wire import Connection
from tests.http.serving import Served, serving

ROUNDS = repetitions(3, 100)
EACH = 4
PEOPLE = 100
# Exit by itself, or by the signal after its work was done.
ENDED = {0, -SIGTERM}
# The time before a supervisor sends SIGKILL.
SHUTDOWN_SECONDS = 10


@pytest.fixture
def production(empty_settings: Settings) -> Settings:
    """The settings of a production Hall without persons."""
    return replace(empty_settings, public_url="https://hall.example")


def test_acknowledged_enrolments_survive_kill(production: Settings) -> None:
    """Killed under load repeatedly: no receipt is lost, no enrolment is partial, and retries succeed."""
    members = asyncio.run(store_members(production, PEOPLE * ROUNDS))
    confirmed: dict[int, set[tuple[str, str]]] = {}
    unanswered: list[Submission] = []
    for number in range(ROUNDS):
        crowd = members[number * PEOPLE : (number + 1) * PEOPLE]
        with serving(production, **UNLIMITED) as served:
            asyncio.run(_send_again(served.address, unanswered, confirmed))
            asyncio.run(_check(production, confirmed))
            load_test = LoadTest(submissions(crowd, EACH), lambda: served.address, enough=random.randrange(1, PEOPLE))
            asyncio.run(_until_killed(served, load_test))
        assert load_test.unanswered, "it was killed after all responses"
        confirmed, unanswered = confirmed_enrolments(load_test), load_test.unanswered
        asyncio.run(_check(production, confirmed))
    with serving(production, **UNLIMITED) as served:
        asyncio.run(_send_again(served.address, unanswered, confirmed))
    asyncio.run(_check(production, confirmed))


async def _until_killed(served: Served, load_test: LoadTest) -> None:
    """Run the load until some responses have arrived, and kill the server."""

    async def kill() -> None:
        await load_test.has_enough.wait()
        await asyncio.to_thread(served.kill)

    await asyncio.gather(load_test.run(), kill())


async def _check(settings: Settings, confirmed: dict[int, set[tuple[str, str]]]) -> None:
    async with records(settings) as stored:
        assert await stored.broken_invariants() == []
        assert all(len(one) == 1 for one in confirmed.values())
        assert {pair for one in confirmed.values() for pair in one} <= set((await stored.enrolments()).items())


async def _send_again(address: str, unanswered: list[Submission], confirmed: dict[int, set[tuple[str, str]]]) -> None:
    """Retry the forms without a response under the same keys, and add the results to `confirmed`."""
    connection = await Connection.open(address)
    for submission in unanswered:
        response = await connection.post(submission.member.body(submission.key), submission.member.headers())
        enrolment = result(response)["enrolment"]
        confirmed.setdefault(submission.member.number, set()).add((enrolment["id"], enrolment["receipt"]["number"]))
    await connection.close()


def test_shutdown_answers_requests_in_progress(production: Settings) -> None:
    """A graceful shutdown under load completes in time, and every stored enrolment was confirmed to its client."""
    members = asyncio.run(store_members(production, PEOPLE))
    with serving(production, **UNLIMITED) as served:
        load_test = LoadTest(submissions(members, 1), lambda: served.address, enough=PEOPLE // 4)
        seconds = asyncio.run(_until_terminated(served, load_test))
        assert served.exit_status() in ENDED
    assert seconds < SHUTDOWN_SECONDS
    confirmed = {pair for one in confirmed_enrolments(load_test).values() for pair in one}
    assert confirmed

    async def check() -> None:
        async with records(production) as stored:
            assert await stored.broken_invariants() == []
            assert set((await stored.enrolments()).items()) == confirmed

    asyncio.run(check())


async def _until_terminated(served: Served, load_test: LoadTest) -> float:
    """Run the load until some responses have arrived, and terminate the server; return the shutdown time."""

    async def end() -> float:
        await load_test.has_enough.wait()
        started = monotonic()
        served.terminate()
        await asyncio.to_thread(served.exit_status)
        return monotonic() - started

    _, seconds = await asyncio.gather(load_test.run(), end())
    return seconds
