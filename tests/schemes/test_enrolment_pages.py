"""Pages of a person's enrolments: forwards and backwards, by opaque cursors, newest first."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.enrolment.store import EnrolmentStore
from api.graphql.pagination import Window, cursor, page_among
from api.schemes import enrolment_schema, person_schema
from tests.hall import Hall
from tests.schemes.flexible_employment.test_registration import register, withdraw

PAGE = """
query ($scheme: SchemeName!, $first: Int, $after: String, $last: Int, $before: String) { viewer { person {
  scheme(name: $scheme) {
    enrolmentConnection(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id status ... on FlexibleEmploymentEnrolment { declared { on } } } } nodes { id } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
    enrolments { id }
  }
} } }
"""
sizes, places = st.integers(0, 6), st.none() | st.integers(0, 5)


async def page(hall: Hall, scheme: str = "FLEXIBLE_EMPLOYMENT", **window: Any) -> Any:
    """Return a page, and the ids of all enrolments."""
    answer = await hall.ask(PAGE, {"scheme": scheme} | window, "eligible")
    assert "errors" not in answer, answer
    found = answer["data"]["viewer"]["person"]["scheme"]
    return found["enrolmentConnection"] | {"all": [each["id"] for each in found["enrolments"]]}


async def test_enrolments_are_paged(hall: Hall) -> None:
    """Forwards and backwards the same enrolments come; the cursors of another scheme lead nowhere."""
    for number in range(4):
        enrolment = (await register(hall, idempotencyKey=f"r{number}"))["enrolment"]["id"]
        await withdraw(hall, enrolmentId=enrolment, idempotencyKey=f"w{number}")
    for _ in range(3):  # by graphql-core, and by a plan
        whole = await page(hall)
        ids, cursors = whole["all"], [edge["cursor"] for edge in whole["edges"]]
        assert [edge["node"]["id"] for edge in whole["edges"]] == [each["id"] for each in whole["nodes"]] == ids
        assert {edge["node"]["status"] for edge in whole["edges"]} == {"WITHDRAWN"}
        assert whole["totalCount"] == len(ids) == 4
        middle = await page(hall, first=2, after=cursors[0])
        assert [each["id"] for each in middle["nodes"]] == ids[1:3]
        assert middle["pageInfo"] == {
            "hasNextPage": True, "hasPreviousPage": True, "startCursor": cursors[1], "endCursor": cursors[2],
        }  # fmt: skip
        assert [each["id"] for each in (await page(hall, last=2, before=cursors[3]))["nodes"]] == ids[1:3]
        assert (await page(hall, first=0))["nodes"] == (await page(hall, last=0))["nodes"] == []
    for wrong in ("x", "", cursors[0][::-1]):
        nothing = await page(hall, after=wrong)
        assert (nothing["nodes"], nothing["totalCount"]) == ([], 4)
    other = await page(hall, "RESIDENTS_PENSION", after=cursors[0])
    assert (other["nodes"], other["totalCount"]) == ([], 0)


@pytest.mark.parametrize(
    "selection",
    ["enrolments { status }", "enrolmentConnection { nodes { status statusSince } edges { node { status } } }"],
)
async def test_statuses_of_a_list_are_computed_together(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, selection: str
) -> None:
    """A status depends on all enrolments of a person: a long list computes them once, not once for each."""
    for number in range(3):
        enrolment = (await register(hall, idempotencyKey=f"r{number}"))["enrolment"]["id"]
        await withdraw(hall, enrolmentId=enrolment, idempotencyKey=f"w{number}")
    computed = []
    real = EnrolmentStore.standings_of

    def counted(store: EnrolmentStore, *given: Any) -> Any:
        computed.append(store)
        return real(store, *given)

    monkeypatch.setattr(EnrolmentStore, "standings_of", counted)
    document = f"{{ viewer {{ person {{ flexibleEmployment {{ {selection} }} }} }} }}"
    for _ in range(3):  # by graphql-core, and by a plan
        computed.clear()
        answer = await hall.ask(document, account="eligible")
        assert "WITHDRAWN" in str(answer)
        assert len(computed) == 1


async def test_lists_without_pages_end(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """`enrolments` and `declared` have the newest ones only, as many as their cost is computed for."""
    for module in (enrolment_schema, person_schema):
        monkeypatch.setattr(module, "MAX_LISTED", 2)
    for number in range(3):
        enrolment = (await register(hall, idempotencyKey=f"r{number}"))["enrolment"]["id"]
        await withdraw(hall, enrolmentId=enrolment, idempotencyKey=f"w{number}")
    document = """{ viewer { person {
        flexibleEmployment { enrolments { id } enrolmentConnection { nodes { id } } }
        revealed(purpose: "核对") { declared { id } }
    } } }"""
    person = (await hall.ask(document, account="eligible"))["data"]["viewer"]["person"]
    newest = [each["id"] for each in person["flexibleEmployment"]["enrolmentConnection"]["nodes"]]
    assert len(newest) == 3
    assert [each["id"] for each in person["flexibleEmployment"]["enrolments"]] == newest[:2]
    assert [each["id"] for each in person["revealed"]["declared"]] == newest[:2]


@given(st.integers(0, 6), sizes, places, places, st.booleans())
def test_page_is_a_part_of_the_list(
    length: int,
    size: int,
    after: int | None,
    before: int | None,
    is_last: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """A page is what lies between its cursors, at most `size` from the beginning or the end; or nothing."""
    rows = cast("Any", [SimpleNamespace(id=number) for number in range(length)])
    begin, end = (None if place is None else cursor("a", place) for place in (after, before))
    found = page_among("a", rows, Window(size, begin, end, is_last=is_last))
    if any(place is not None and place >= length for place in (after, before)):
        assert found.rows == []
        return
    between = list(range(length))[(-1 if after is None else after) + 1 : before]
    shown = between[max(0, len(between) - size) :] if is_last else between[:size]
    assert [row.id for row in found.rows] == shown
    assert (found.has_previous if is_last else found.has_next) is (len(between) > size)
