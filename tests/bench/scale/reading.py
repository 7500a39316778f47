"""Times of lists and look-ups without a socket and the access log, whose disk writes would dominate."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from api import clock, encryption
from api.accounts.models import Role
from api.accounts.service import Principal
from api.db.database import connected
from api.graphql.pagination import Window, cursor
from api.people import search, service
from api.people.models import Person
from api.people.search import LIST, Filter
from api.people.service import RESIDENT_ID
from tests.bench.population import CLERKS_DISTRICT
from tests.bench.scale.crowd import COMMON, RARE, Crowd

PAGE, TIMES = 50, 20
FIRST, MIDDLE, LAST, COUNT = "first", "middle", "last", "count"
SUPERVISOR = Principal(0, 0, "supervisor", Role.SUPERVISOR, None, "", frozenset(), clock.now())
CLERK = Principal(0, 0, "clerk", Role.CLERK, None, "", frozenset({CLERKS_DISTRICT}), clock.now())
# The columns of the client's list.
COLUMNS = ("name", "id_type", "id_number")
# Seconds by measurement.
Times = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of persons: its name, its account, and its filter."""

    name: str
    principal: Principal
    filter_: Filter


LISTS = (
    Listed("all people", SUPERVISOR, Filter()),
    Listed("one district", SUPERVISOR, Filter(district=CLERKS_DISTRICT)),
    Listed("a clerk's district", CLERK, Filter()),
    Listed("common surname", SUPERVISOR, Filter(name_contains=COMMON)),
    Listed("common surname, clerk", CLERK, Filter(name_contains=COMMON)),
    Listed("one sign of a given name", SUPERVISOR, Filter(name_contains="安")),
    Listed("two signs", SUPERVISOR, Filter(name_contains="安博")),
    Listed("two signs, clerk", CLERK, Filter(name_contains="安博")),
    Listed("three signs", SUPERVISOR, Filter(name_contains="李安博")),
    Listed("rare name", SUPERVISOR, Filter(name_contains=RARE)),
    Listed("rare name, clerk", CLERK, Filter(name_contains=RARE)),
    Listed("a name without matches", SUPERVISOR, Filter(name_contains=f"{RARE}安")),
    Listed("insurance", SUPERVISOR, Filter(insurance_type="110")),
    Listed("insurance and status", SUPERVISOR, Filter(insurance_type="110", participation_status="2")),
    Listed("insurance and status, clerk", CLERK, Filter(insurance_type="110", participation_status="2")),
    Listed(
        "surname, insurance, status",
        SUPERVISOR,
        Filter(name_contains=COMMON, insurance_type="110", participation_status="2"),
    ),
    Listed("an insurance without matches", SUPERVISOR, Filter(insurance_type="999")),
)


def measure_reads(crowd: Crowd) -> Times:
    """Return the median time of each read."""
    return asyncio.run(_measure_reads(crowd))


async def _measure_reads(crowd: Crowd) -> Times:
    async with connected(crowd.settings, everywhere=True):
        found = await _look_ups(crowd)
        for listed in LISTS:
            found |= await _pages(crowd, listed)
    return found


async def _look_ups(crowd: Crowd) -> Times:
    people = [await Person.get(id=row) for row in range(1, crowd.people, crowd.people // (4 * TIMES))]
    seen = service.visible_to(SUPERVISOR).only(COLUMNS)
    numbered = [seen.where(id_type=RESIDENT_ID, number_index=encryption.index(who.id_number)).one for who in people]
    known = [seen.where(public_id=who.public_id).one for who in people]
    return {("look-up", "by number"): await _median(numbered), ("look-up", "by id"): await _median(known)}


async def _pages(crowd: Crowd, listed: Listed) -> Times:
    async def page(window: Window) -> None:
        wanted = await search._search(listed.principal, listed.filter_)
        if wanted is not None:
            await search._page(wanted, window, COLUMNS)

    async def count() -> None:
        await search.count(listed.principal, listed.filter_)

    wanted = await search._search(listed.principal, listed.filter_)
    rows = None if wanted is None else wanted.matching
    half = [_behind(crowd.people // 2 + each * PAGE) for each in range(TIMES)]
    end = [] if rows is None else await rows.only(COLUMNS).ordered("-id").first(PAGE + 1).all()
    last = _behind(end[PAGE].id if len(end) > PAGE else 0)
    found = {
        FIRST: await _median([partial(page, Window(PAGE))] * TIMES),
        MIDDLE: await _median([partial(page, place) for place in half]),
        LAST: await _median([partial(page, last)] * TIMES),
        COUNT: await _median([count] * 3),
    }
    return {(listed.name, place): seconds for place, seconds in found.items()}


def _behind(row: int) -> Window:
    return Window(PAGE, after=cursor(LIST, row))


async def _median(calls: Sequence[Callable[[], Awaitable[Any]]]) -> float:
    """Return the median seconds of a call after a warm-up, so that caches are warm."""
    for call in calls:
        await call()
    seconds = []
    for call in calls:
        started = perf_counter()
        await call()
        seconds.append(perf_counter() - started)
    return median(seconds)
