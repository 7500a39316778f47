"""Connections: forwards and backwards, by opaque cursors; and the ids that clients keep objects by."""

from typing import Any

import pytest

from api.encryption.keyring import Keyring, new_key, using_keyring
from api.encryption.opaque import number_of, opaque
from tests.hall import Hall

LOG = """
query ($first: Int, $after: String, $last: Int, $before: String) { viewer { person {
  accessLog(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id purpose } } nodes { id } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
} } }
"""
PEOPLE = """
query ($first: Int, $after: String, $last: Int, $before: String) {
  people(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
REVEAL = "query ($why: String!) { viewer { person { revealed(purpose: $why) { name } } } }"


async def log(hall: Hall, **window: Any) -> Any:
    """Return a page of the access log of `eligible`."""
    return (await hall.ask(LOG, window, "eligible"))["data"]["viewer"]["person"]["accessLog"]


async def people(hall: Hall, **window: Any) -> Any:
    """Return a page of people, as a supervisor sees them."""
    return (await hall.ask(PEOPLE, window, "supervisor"))["data"]["people"]


async def test_log_is_read_forwards_and_backwards(hall: Hall) -> None:
    """Forwards from the newest entry and backwards from the oldest, the same entries come in the same order."""
    for number in range(5):
        await hall.ask(REVEAL, {"why": f"核对{number}"}, "eligible")
    whole = await log(hall, first=100)
    assert [edge["node"]["purpose"] for edge in whole["edges"]][:5] == [f"核对{4 - number}" for number in range(5)]
    assert [edge["node"]["id"] for edge in whole["edges"]] == [node["id"] for node in whole["nodes"]]
    for page_of in (log, people):
        everything = [edge["cursor"] for edge in (await page_of(hall, first=30))["edges"]]
        middle, last = everything[2], everything[4]
        behind = await page_of(hall, first=2, after=middle)
        before = await page_of(hall, last=2, before=last)
        assert [edge["cursor"] for edge in behind["edges"]] == everything[3:5]
        assert [edge["cursor"] for edge in before["edges"]] == everything[2:4]
        assert behind["pageInfo"]["hasPreviousPage"] is before["pageInfo"]["hasNextPage"] is True
        assert before["pageInfo"] | {"startCursor": middle, "endCursor": everything[3]} == before["pageInfo"]
        between = await page_of(hall, first=10, after=middle, before=last)
        assert [edge["cursor"] for edge in between["edges"]] == everything[3:4]
    ends = await log(hall, last=2)
    assert [edge["cursor"] for edge in ends["edges"]] == [edge["cursor"] for edge in whole["edges"]][-2:]
    assert (ends["pageInfo"]["hasNextPage"], ends["pageInfo"]["hasPreviousPage"]) == (False, True)


@pytest.mark.parametrize("window", [{"first": 0}, {"last": 0}, {"first": -1}, {"first": 5, "last": 0}])
async def test_no_entries_are_requested(hall: Hall, window: dict[str, int]) -> None:
    """A page of nothing has no entries, and says that there are others."""
    await hall.ask(REVEAL, {"why": "核对"}, "eligible")
    page = await log(hall, **window)
    assert (page["edges"], page["nodes"], page["pageInfo"]["endCursor"]) == ([], [], None)
    assert page["pageInfo"]["hasPreviousPage" if "last" in window else "hasNextPage"] is True


async def test_cursors_disclose_no_positions(hall: Hall) -> None:
    """Neighbouring cursors have nothing in common, and a cursor of another list or of a guess is unusable."""
    await hall.ask(REVEAL, {"why": "核对"}, "eligible")
    first, second = [edge["cursor"] for edge in (await people(hall, first=2))["edges"]]
    assert sum(one == other for one, other in zip(first, second, strict=True)) < len(first) // 2
    for cursor in (first, "", "YXQ6NQ", "A" * 22, f"{first[:-1]}_", first * 2, "é"):
        assert (await log(hall, after=cursor))["edges"] == (await log(hall, before=cursor))["edges"] == []


def test_opaque_numbers_depend_on_the_key() -> None:
    """A text gives its number only for its kind and under its key; a number has one text."""
    text = opaque("log", 5)
    assert (text, number_of("log", text), number_of("people", text)) == (opaque("log", 5), 5, None)
    with using_keyring(Keyring.parse(f"one:{new_key()}", new_key())):
        own = opaque("log", 5)
        assert number_of("log", own) == 5
        assert number_of("log", text) is None
    assert own != text
    assert number_of("log", own) is None


async def test_ids_are_unique_and_can_be_read_again(hall: Hall) -> None:
    """Objects that a client keeps have ids of their own; those of Node are found by them, by their owner only."""
    document = """{ viewer { __typename id person { __typename id
      insurances { id } schemes { __typename id scheme } flexibleEmployment { __typename id } } } }"""
    viewer = (await hall.ask(document, account="enrolled"))["data"]["viewer"]
    person = viewer["person"]
    kept = [viewer, person, *person["schemes"], person["flexibleEmployment"]]
    ids = [each["id"] for each in [*kept[:-1], *person["insurances"]]]
    assert len(person["insurances"]) > 1
    assert len(ids) == len(set(ids))
    for each in kept:
        node = "query ($id: ID!) { node(id: $id) { __typename id ... on PersonScheme { scheme } } }"
        found = (await hall.ask(node, {"id": each["id"]}, "enrolled"))["data"]["node"]
        assert {key: found[key] for key in ("__typename", "id")} == {key: each[key] for key in ("__typename", "id")}
        for other in ("eligible", "clerk", None):
            assert (await hall.ask(node, {"id": each["id"]}, other))["data"]["node"] is None


async def test_nodes_are_in_the_order_of_their_ids(hall: Hall) -> None:
    """`nodes` answers each id at its place, null where there is nothing, and null beyond the first five."""
    own = (await hall.ask("{ viewer { person { id } } }", account="eligible"))["data"]["viewer"]["person"]
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = await hall.ask(nodes, {"ids": ["person_x", own["id"], *["x"] * 3, own["id"]]}, "eligible")
    assert answer["data"]["nodes"] == [None, own, *[None] * 4]
    assert (await hall.ask(nodes, {"ids": []}, "eligible"))["data"]["nodes"] == []
    assert (await hall.ask(nodes, {"ids": [own["id"]]}))["data"]["nodes"] == [None]
