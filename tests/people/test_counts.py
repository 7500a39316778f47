"""Counts of people end at a bound, and lists by insurance are the same however they are read."""

from typing import Any

import pytest

from api.people import search
from tests.hall import Hall

LIST = """
    query ($filter: PersonFilter, $after: String) {
      people(filter: $filter, first: 100, after: $after) {
        totalCount totalCountIsExact stoppedEarly nodes { id } pageInfo { hasNextPage endCursor }
      }
    }
"""
LAST = """
    query ($filter: PersonFilter, $before: String) {
      people(filter: $filter, last: 3, before: $before) {
        stoppedEarly nodes { id } pageInfo { hasPreviousPage startCursor }
      }
    }
"""
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"district": "120101"},
    {"nameContains": "林"},
    {"insuranceType": "110"},
    {"insuranceType": "110", "participationStatus": "2"},
    {"participationStatus": "1"},
    {"insuranceType": "110", "district": "120101"},
    {"insuranceType": "110", "nameContains": "林"},
    {"insuranceType": "110", "participationStatus": "2", "district": "120101", "nameContains": "林"},
    {"nameContains": "林", "district": "120101"},
    {"insuranceType": "999"},
    {"district": "120199"},
)


async def page(hall: Hall, account: str, narrowed: dict[str, str], after: str | None = None) -> dict[str, Any]:
    """Return a page of a list, with its count."""
    people: dict[str, Any] = (await hall.ask(LIST, {"filter": narrowed, "after": after}, account))["data"]["people"]
    return people


async def listed(hall: Hall, account: str, narrowed: dict[str, str]) -> list[str]:
    """Return the ids of all people of a list."""
    ids: list[str] = []
    after = None
    while True:
        people = await page(hall, account, narrowed, after)
        ids += [node["id"] for node in people["nodes"]]
        if not people["pageInfo"]["hasNextPage"]:
            return ids
        after = people["pageInfo"]["endCursor"]


@pytest.mark.parametrize("account", ["clerk", "supervisor"])
@pytest.mark.parametrize("few", [0, 10_000])
async def test_counts_are_exact_up_to_a_bound(
    hall: Hall, account: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count is that of the list; beyond the bound it is the bound, and not exact."""
    monkeypatch.setattr(search, "FEW_INSURED", few)
    for narrowed in FILTERS:
        monkeypatch.setattr(search, "MAX_COUNT", 10_000)
        number = len(await listed(hall, account, narrowed))
        for bound in {max(number - 1, 0), number, number + 1}:
            monkeypatch.setattr(search, "MAX_COUNT", bound)
            counted = await page(hall, account, narrowed)
            expected = (min(number, bound), number <= bound)
            assert (counted["totalCount"], counted["totalCountIsExact"]) == expected, (narrowed, bound)


async def test_lists_by_insurance_do_not_depend_on_how_they_are_read(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page through a short list of participations is the page along all people."""
    for narrowed in FILTERS:
        lists = []
        for few in (0, 10_000):
            monkeypatch.setattr(search, "FEW_INSURED", few)
            lists.append(await listed(hall, "supervisor", narrowed))
        assert lists[0] == lists[1]


async def test_count_without_a_list_is_exact(hall: Hall) -> None:
    """Citizens, who get no list, read zero."""
    people = await page(hall, "eligible", {})
    assert (people["totalCount"], people["totalCountIsExact"], people["nodes"]) == (0, True, [])


async def listed_backwards(hall: Hall, account: str, narrowed: dict[str, str]) -> tuple[list[str], int]:
    """Return the ids of all people of a list, read from its end, and how many pages stopped early."""
    ids: list[str] = []
    stopped = 0
    before = None
    while True:
        asked = {"filter": narrowed, "before": before}
        people = (await hall.ask(LAST, asked, account))["data"]["people"]
        ids = [*(node["id"] for node in people["nodes"]), *ids]
        stopped += people["stoppedEarly"]
        assert len(people["nodes"]) == 3 or people["stoppedEarly"] == people["pageInfo"]["hasPreviousPage"]
        if not people["pageInfo"]["hasPreviousPage"]:
            return ids, stopped
        before = people["pageInfo"]["startCursor"]


@pytest.mark.parametrize("account", ["clerk", "supervisor"])
@pytest.mark.parametrize("looked_at", [1, 4])
async def test_pages_that_stop_early_hide_nobody(
    hall: Hall, account: str, looked_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few people a page may look at, the whole list is read, forwards and backwards."""
    monkeypatch.setattr(search, "FEW_INSURED", 0)
    stopped = 0
    for narrowed in FILTERS:
        monkeypatch.setattr(search, "MAX_LOOKED_AT", 10_000)
        expected = await listed(hall, account, narrowed)
        monkeypatch.setattr(search, "MAX_LOOKED_AT", looked_at)
        assert await listed(hall, account, narrowed) == expected, narrowed
        backwards, early = await listed_backwards(hall, account, narrowed)
        assert backwards == expected, narrowed
        stopped += early
    assert stopped > 0


async def test_a_page_that_stops_early_says_so(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without anybody is not the end of the list: it has a cursor, and its count is not exact."""
    monkeypatch.setattr(search, "FEW_INSURED", 0)
    everybody = await listed(hall, "supervisor", {})
    kinds = [
        {"insuranceType": kind, "participationStatus": status} for kind in ("210", "310", "410") for status in "123"
    ]
    lists = [(narrowed, await listed(hall, "supervisor", narrowed)) for narrowed in kinds]
    narrowed, found = max((each for each in lists if each[1]), key=lambda each: everybody.index(each[1][0]))
    first = everybody.index(found[0])
    assert first > 1
    monkeypatch.setattr(search, "MAX_LOOKED_AT", first)
    monkeypatch.setattr(search, "MAX_LOOKED_AT_TO_COUNT", first)
    people = await page(hall, "supervisor", narrowed)
    assert (people["nodes"], people["stoppedEarly"], people["pageInfo"]["hasNextPage"]) == ([], True, True)
    rest = await page(hall, "supervisor", narrowed, people["pageInfo"]["endCursor"])
    assert rest["nodes"][0]["id"] == found[0]


@pytest.mark.parametrize("account", ["clerk", "supervisor"])
async def test_counts_that_look_at_some_people_are_lower_bounds(
    hall: Hall, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count that has not seen everybody is not called exact, and never too large."""
    monkeypatch.setattr(search, "FEW_INSURED", 0)
    inexact = 0
    for narrowed in FILTERS:
        number = len(await listed(hall, account, narrowed))
        for looked_at in (1, 3, 9, 10_000):
            monkeypatch.setattr(search, "MAX_LOOKED_AT_TO_COUNT", looked_at)
            counted = await page(hall, account, narrowed)
            if counted["totalCountIsExact"]:
                assert counted["totalCount"] == number, (narrowed, looked_at)
            else:
                assert counted["totalCount"] <= number, (narrowed, looked_at)
                inexact += 1
    assert inexact > 0
