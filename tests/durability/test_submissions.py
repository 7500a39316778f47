"""Concurrent submissions on real sockets: one enrolment per person, confirmed to every client."""

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle

import pytest

from api.settings import Settings
from tests.durability.crowd import UNLIMITED, store_members
from tests.durability.load import LoadTest, confirmed_enrolments, submissions
from tests.durability.records import records
from tests.durability.scale import IS_FULL, repetitions
from tests.http.serving import serving

PEOPLE = repetitions(40, 1000)
SUBMISSIONS = 10
# The number of server processes, and the fraction of requests disconnected before the response.
DEFAULT = [(1, 0), (2, 0.3)]
ALL = [(1, 0), (1, 0.3), (2, 0), (2, 0.3)]


@pytest.mark.parametrize(("processes", "cuts"), ALL if IS_FULL else DEFAULT)
def test_concurrent_submissions_create_one_enrolment_each(
    empty_settings: Settings, processes: int, cuts: float
) -> None:
    """Same and distinct keys, one process or two, with and without disconnects: one enrolment per person."""
    settings = replace(empty_settings, public_url="https://hall.example")
    members = asyncio.run(store_members(settings, PEOPLE))
    with ExitStack() as stack:
        addresses = cycle([stack.enter_context(serving(settings, **UNLIMITED)).address for _ in range(processes)])
        load_test = LoadTest(submissions(members, SUBMISSIONS), lambda: next(addresses), cuts=cuts)
        asyncio.run(load_test.run())
    confirmed = confirmed_enrolments(load_test)
    assert len(load_test.answered) == PEOPLE * SUBMISSIONS
    assert [len(confirmed[member.number]) for member in members] == [1] * PEOPLE

    async def check() -> None:
        async with records(settings) as stored:
            assert await stored.broken_invariants() == []
            assert await stored.enrolments() == dict(next(iter(one)) for one in confirmed.values())

    asyncio.run(check())
