"""How long lists and look-ups take in a crowd: without a socket and without the access log, whose disk would hide them."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from api import clock, sealing
from api.accounts.models import Role
from api.accounts.service import Asker
from api.database import connected
from api.pages import Page, cursor, page_of
from api.people import service
from api.people.models import Person
from api.people.service import RESIDENT_ID, Filter
from tests.bench.growing.crowd import COMMON, RARE, Crowd
from tests.bench.population import CLERKS_DISTRICT

PAGE = 50
TIMES = 20
SUPERVISOR = Asker(0, 0, "supervisor", Role.SUPERVISOR, None, "", frozenset(), clock.now() + timedelta(days=1))
CLERK = Asker(0, 0, "clerk", Role.CLERK, None, "", frozenset({CLERKS_DISTRICT}), clock.now() + timedelta(days=1))
# What a list shows of each: the page that the client has.
COLUMNS = ("name", "id_type", "id_number")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of people: what it is called, who asks for it, and what it is narrowed to."""

    name: str
    asker: Asker
    narrowed: Filter = Filter()


LISTS = (
    Listed("everybody", SUPERVISOR),
    Listed("one district", SUPERVISOR, Filter(district=CLERKS_DISTRICT)),
    Listed("a clerk's district", CLERK),
    Listed("common surname", SUPERVISOR, Filter(name_contains=COMMON)),
    Listed("common surname, clerk", CLERK, Filter(name_contains=COMMON)),
    Listed("one sign of a given name", SUPERVISOR, Filter(name_contains="安")),
    Listed("two signs", SUPERVISOR, Filter(name_contains="安博")),
    Listed("two signs, clerk", CLERK, Filter(name_contains="安博")),
    Listed("three signs", SUPERVISOR, Filter(name_contains="李安博")),
    Listed("rare name", SUPERVISOR, Filter(name_contains=RARE)),
    Listed("rare name, clerk", CLERK, Filter(name_contains=RARE)),
    Listed("nobody's name", SUPERVISOR, Filter(name_contains=f"{RARE}安")),
    Listed("insurance", SUPERVISOR, Filter(insurance_type="110")),
    Listed("insurance and status", SUPERVISOR, Filter(insurance_type="110", participation_status="2")),
    Listed("insurance and status, clerk", CLERK, Filter(insurance_type="110", participation_status="2")),
    Listed("surname, insurance, status", SUPERVISOR, Filter(COMMON, None, None, "110", "2")),
    Listed("nobody's insurance", SUPERVISOR, Filter(insurance_type="999")),
)
# What was measured of what, in seconds.
Taken = dict[tuple[str, str], float]


async def read(crowd: Crowd) -> Taken:
    """Return how long each took, in the median of some times."""
    taken: Taken = {}
    async with connected(crowd.settings, everywhere=True):
        taken |= {("look-up", name): seconds async for name, seconds in _look_ups(crowd)}
        for listed in LISTS:
            for place, seconds in (await _pages(crowd, listed)).items():
                taken[listed.name, place] = seconds
    return taken


async def _look_ups(crowd: Crowd) -> Any:
    places = range(1, crowd.people, max(1, crowd.people // (4 * TIMES)))
    people = [await Person.get(id=place) for place in places]
    seen = service.visible_to(SUPERVISOR).only(COLUMNS)
    by_number = [
        lambda who=who: seen.where(id_type=RESIDENT_ID, number_index=sealing.index(who.id_number)).one()
        for who in people
    ]
    by_id = [lambda who=who: seen.where(public_id=who.public_id).one() for who in people]
    yield "by number", await _median(by_number)
    yield "by id", await _median(by_id)


async def _pages(crowd: Crowd, listed: Listed) -> Taken:
    rows = service._narrowed(listed.asker, listed.narrowed)
    assert rows is not None
    rows = rows.only(COLUMNS)
    middle = [_behind(crowd.people // 2 + each * PAGE) for each in range(TIMES)]
    last = await rows.ordered("-id").first(PAGE + 1).all()
    end = _behind(last[PAGE].id if len(last) > PAGE else 0)
    return {
        "first": await _median([lambda: page_of(rows, PAGE, None)] * TIMES),
        "middle": await _median([lambda place=place: page_of(rows, PAGE, place) for place in middle]),
        "last": await _median([lambda: page_of(rows, PAGE, end)] * TIMES),
        "count": await _median([rows.count] * 3),
    }


def _behind(row: int) -> str:
    return cursor(Person(id=row))


async def _median(calls: Sequence[Callable[[], Awaitable[Any]]]) -> float:
    await calls[0]()
    taken = []
    for call in calls:
        began = perf_counter()
        await call()
        taken.append(perf_counter() - began)
    return median(taken)
