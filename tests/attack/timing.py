"""Disclosure by response times."""

import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

from api import clock
from api.settings import Mode, Settings
from tests.attack.absence import NODE, OWN, PERSON
from tests.attack.promise import promise, require, with_its_own
from tests.attack.target import Target
from tests.hall import SIGN_IN, open_hall

TRIES = 1000
# The maximum distance of the area under the curve from 0.5, which is guessing.
MAX_DISTANCE = 0.15
ABSENT = {"person": "120101199003070013", "node": f"person_{'x' * 22}"}


@promise
async def absent_takes_as_long_as_forbidden(target: Target) -> str:
    """Response times do not disclose whether a person or id exists."""
    person = (await target.ask(OWN, account="enrolled"))["data"]["viewer"]["person"]
    forbidden = {"person": person["revealed"]["idNumber"], "node": person["id"]}
    figures = []
    for kind, document in (("person", PERSON), ("node", NODE)):

        async def ask(which: str, document: str = document) -> None:
            await target.post({"query": document, "variables": {"n": which}}, "eligible")

        found = await _compared(ask, forbidden[kind], ABSENT[kind], TRIES // 2)
        figures.append(f"{kind} {found:.2f}")
    return f"area under the curve: {', '.join(figures)}, of {TRIES} tries each"


@with_its_own
async def sign_in_takes_as_long_for_unknown_account(_target: Target) -> str:
    """The time of a wrong password does not disclose whether the account exists."""
    now = clock.now()
    with tempfile.TemporaryDirectory() as data, pytest.MonkeyPatch.context() as patch:
        async with open_hall(Settings(mode=Mode.DEMO, data=Path(data))) as hall:
            browser = await hall.new_browser()

            async def ask(account: str) -> None:
                nonlocal now
                # A day later the throttle has expired, so that each try is verified.
                now += timedelta(days=1)
                patch.setattr(clock, "now", lambda: now)
                variables = {"input": {"account": account, "password": "wrong"}}
                await browser.post("/graphql", json={"query": SIGN_IN, "variables": variables})

            found = await _compared(ask, "eligible", "unknown-account", TRIES // 2)
    return f"area under the curve: {found:.2f}, of {TRIES} tries"


async def _compared(ask: Callable[[str], Awaitable[None]], one: str, other: str, times: int) -> float:
    """Return the area under the curve of distinguishing two values, requested equally often in random order."""
    seconds: dict[str, list[float]] = {one: [], other: []}
    order = [one, other] * times
    Random(1).shuffle(order)
    for which in [one, other, one, other, *order]:
        started = perf_counter()
        await ask(which)
        seconds[which].append(perf_counter() - started)
    found = area(seconds[one], seconds[other])
    require(abs(found - 0.5) <= MAX_DISTANCE, f"the area under the curve is {found:.2f}")
    return found


def area(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the probability that a value of `one` is above a value of `other`: 0.5 if they are indistinguishable."""
    above = sum((a > b) + (a == b) / 2 for a in one for b in other)
    return above / (len(one) * len(other))
