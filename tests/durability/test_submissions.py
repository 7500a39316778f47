"""Many submissions at the same moment, on a real socket: one enrolment a person, and everybody hears of it."""

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle

import pytest

from api.settings import Settings
from tests.durability.crowd import UNLIMITED, invite
from tests.durability.load import Storm, enrolled, submissions
from tests.durability.records import records
from tests.durability.scale import IS_FULL, many
from tests.http.serving import serving

PEOPLE = many(40, 1000)
EACH = 10
# How many processes serve, and how many of the connections are cut before the answer.
SOME = [(1, 0), (2, 0.3)]
ALL = [(1, 0), (1, 0.3), (2, 0), (2, 0.3)]


@pytest.mark.parametrize(("processes", "cuts"), ALL if IS_FULL else SOME)
def test_ten_submissions_each_are_one_enrolment_each(empty_settings: Settings, processes: int, cuts: float) -> None:
    """Same keys and different ones, by one process or two, whether the answer arrives or the client asks again."""
    settings = replace(empty_settings, public_url="https://hall.example")
    members = asyncio.run(invite(settings, PEOPLE))
    with ExitStack() as stack:
        addresses = cycle([stack.enter_context(serving(settings, **UNLIMITED)).address for _ in range(processes)])
        storm = Storm(submissions(members, EACH), lambda: next(addresses), cuts=cuts)
        asyncio.run(storm.rage())
    told = enrolled(storm)
    assert len(storm.answered) == PEOPLE * EACH
    assert [len(told[member.number]) for member in members] == [1] * PEOPLE

    async def check() -> None:
        async with records(settings) as stored:
            assert await stored.broken_invariants() == []
            assert await stored.enrolments() == dict(next(iter(one)) for one in told.values())

    asyncio.run(check())
