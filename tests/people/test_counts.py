"""Counts of people end at a bound, and lists by insurance are the same however they are read."""

from typing import Any

import pytest

from api.people import service
from tests.hall import Hall

LIST = """
    query ($filter: PersonFilter, $after: String) {
      people(filter: $filter, first: 100, after: $after) {
        totalCount totalCountIsExact nodes { id } pageInfo { hasNextPage endCursor }
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
    monkeypatch.setattr(service, "FEW_INSURED", few)
    for narrowed in FILTERS:
        monkeypatch.setattr(service, "MAX_COUNT", 10_000)
        number = len(await listed(hall, account, narrowed))
        for bound in {max(number - 1, 0), number, number + 1}:
            monkeypatch.setattr(service, "MAX_COUNT", bound)
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
            monkeypatch.setattr(service, "FEW_INSURED", few)
            lists.append(await listed(hall, "supervisor", narrowed))
        assert lists[0] == lists[1]


async def test_count_without_a_list_is_exact(hall: Hall) -> None:
    """Citizens, who get no list, read zero."""
    people = await page(hall, "eligible", {})
    assert (people["totalCount"], people["totalCountIsExact"], people["nodes"]) == (0, True, [])
