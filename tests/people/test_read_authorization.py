"""Authorization of reads, masked and in full, through the HTTP API."""

from typing import Any

import pytest

from tests.hall import Hall

PERSON = """
query ($number: String!, $type: String, $purpose: String) {
  person(idNumber: $number, idType: $type, purpose: $purpose) {
    id name idNumber insuredDistrict { code } revealed(purpose: "核对参保信息") { name idNumber }
  }
}
"""
LOG = "{ viewer { person { accessLog { totalCount nodes { at actor organisation purpose fields } } } } }"
PEOPLE = """
query ($filter: PersonFilter, $first: Int, $after: String, $purpose: String) {
  people(filter: $filter, first: $first, after: $after, purpose: $purpose) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { id name idNumber insuredDistrict { code } } edges { cursor node { id } }
  }
}
"""


async def number_of(hall: Hall, account: str) -> str:
    """Return the document number of a demo account's person."""
    document = '{ viewer { person { revealed(purpose: "核对") { idNumber } } } }'
    answer = await hall.ask(document, account=account)
    number: str = answer["data"]["viewer"]["person"]["revealed"]["idNumber"]
    return number


async def look_up(hall: Hall, account: str | None, number: str, **variables: Any) -> Any:
    """Return the person that `account` gets for a number."""
    return (await hall.ask(PERSON, {"number": number, **variables}, account))["data"]["person"]


async def test_citizens_read_own_record_only(hall: Hall) -> None:
    """A citizen's own number works in any spelling; another number answers like a nonexistent one."""
    own, other = await number_of(hall, "eligible"), await number_of(hall, "manager")
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign.lower() for sign in own)
    assert (await look_up(hall, "eligible", f" {wide} "))["revealed"]["idNumber"] == own
    assert await look_up(hall, "eligible", other) is None
    assert await look_up(hall, "eligible", "110101190001010000") is None
    assert await look_up(hall, None, own) is None


async def test_personal_facts_are_masked_until_revealed(hall: Hall) -> None:
    """The plain fields show no complete number or name; `revealed` shows them and is logged."""
    number = await number_of(hall, "eligible")
    person = await look_up(hall, "eligible", number)
    assert person["idNumber"] == f"{number[:3]}***********{number[-4:]}"
    assert person["name"].endswith("*")
    log = (await hall.ask(LOG, account="eligible"))["data"]["viewer"]["person"]["accessLog"]
    assert log["totalCount"] == 2
    assert log["nodes"][0]["actor"] == "eligible"
    assert (log["nodes"][0]["purpose"], log["nodes"][0]["fields"]) == ("核对参保信息", ["idNumber", "name"])


async def test_clerk_reads_district_with_purpose(hall: Hall) -> None:
    """A clerk needs a purpose, which the person can read; without it, or in another district, no person is found."""
    here, elsewhere = await number_of(hall, "eligible"), await number_of(hall, "subsidised")
    assert (await look_up(hall, "clerk", here, purpose="核对停缴日期"))["insuredDistrict"]["code"] == "120101"
    assert await look_up(hall, "clerk", here) is None
    assert await look_up(hall, "clerk", here, purpose="  ") is None
    assert await look_up(hall, "clerk", here, purpose="长" * 201) is None
    assert await look_up(hall, "clerk", elsewhere, purpose="核对停缴日期") is None
    entries = (await hall.ask(LOG, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["nodes"]
    looked = [entry for entry in entries if entry["actor"] == "clerk"]
    assert {entry["purpose"] for entry in looked} == {"核对停缴日期", "核对参保信息"}
    assert {entry["organisation"] for entry in looked} == {"和平区社会保险经办机构"}


async def test_supervisor_reads_all_with_purpose(hall: Hall) -> None:
    """A supervisor reads records of all districts and of none."""
    for account, kind in [("eligible", "01"), ("subsidised", "01"), ("sparse", "99"), ("hong-kong", "16")]:
        number = await number_of(hall, account)
        assert await look_up(hall, "supervisor", number, purpose="复核", type=kind) is not None


async def test_look_up_needs_document_type(hall: Hall) -> None:
    """A number is found only with its document type."""
    number = await number_of(hall, "foreigner")
    assert await look_up(hall, "supervisor", number, purpose="复核") is None
    assert await look_up(hall, "supervisor", number, purpose="复核", type="08") is not None


async def test_lists_are_for_staff_and_their_districts(hall: Hall) -> None:
    """Citizens and anonymous clients get an empty list; a clerk's list and count cover the clerk's districts."""
    for account in ("eligible", None):
        empty = (await hall.ask(PEOPLE, account=account))["data"]["people"]
        assert (empty["nodes"], empty["totalCount"], empty["pageInfo"]["hasNextPage"]) == ([], 0, False)
    clerk = (await hall.ask(PEOPLE, {"first": 100}, "clerk"))["data"]["people"]
    assert {person["insuredDistrict"]["code"] for person in clerk["nodes"]} == {"120101"}
    supervisor = (await hall.ask(PEOPLE, {"first": 1}, "supervisor"))["data"]["people"]
    assert supervisor["totalCount"] > clerk["totalCount"] == len(clerk["nodes"]) > 5
    foreign = {"filter": {"district": "120105"}}
    assert (await hall.ask(PEOPLE, foreign, "clerk"))["data"]["people"]["totalCount"] == 0


async def test_pages_are_complete_and_disjoint(hall: Hall) -> None:
    """Cursor by cursor, all people once; `first` is clamped, and an unusable cursor gives an empty page."""
    seen: list[str] = []
    after = None
    while True:
        page = (await hall.ask(PEOPLE, {"first": 97, "after": after}, "supervisor"))["data"]["people"]
        seen += [person["id"] for person in page["nodes"]]
        assert [edge["node"]["id"] for edge in page["edges"]] == [person["id"] for person in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == page["totalCount"]
    sizes = {}
    for first in (-5, 0, 1, 100, 10**6):
        sizes[first] = len((await hall.ask(PEOPLE, {"first": first}, "supervisor"))["data"]["people"]["nodes"])
    assert sizes == {-5: 0, 0: 0, 1: 1, 100: 100, 10**6: 100}
    for cursor in ("zzz", "", "YXQ6LTE", "YXQ6OTk5OTk5OTk5OTk5OTk5", "é", "🙂"):
        page = (await hall.ask(PEOPLE, {"after": cursor}, "supervisor"))["data"]["people"]
        assert (page["nodes"], page["pageInfo"]["endCursor"]) == ([], None)


async def test_list_filters(hall: Hall) -> None:
    """Filters by part of a name, number, district, insurance and status; wildcards are literal characters."""
    number = await number_of(hall, "eligible")

    async def count(**narrowed: str) -> int:
        answer = await hall.ask(PEOPLE, {"filter": narrowed, "purpose": "复核"}, "supervisor")
        assert "errors" not in answer
        total: int = answer["data"]["people"]["totalCount"]
        return total

    assert await count(idNumber=number) == 1
    assert await count(nameContains="古丽娜尔•阿不都") == 1
    assert await count(nameContains="%") == await count(nameContains="_") == await count(district="xx") == 0
    assert 0 < await count(insuranceType="390", participationStatus="1") < await count(insuranceType="110")


@pytest.mark.parametrize("account", ["eligible", "clerk", None])
async def test_node_has_authorization_of_person(hall: Hall, account: str | None) -> None:
    """`node` is for the owner; `personBy` an id is for the owner, and for staff with a purpose, as `person` is."""
    mine = (await hall.ask("{ viewer { person { id } } }", account="eligible"))["data"]["viewer"]["person"]["id"]
    document = """query ($id: ID!, $why: String) {
      node(id: $id) { __typename id }
      nodes(ids: ["person_none", $id]) { __typename id }
      personBy(by: { id: $id }, purpose: $why) { __typename id }
    }"""
    without_purpose = (await hall.ask(document, {"id": mine}, account))["data"]
    with_purpose = (await hall.ask(document, {"id": mine, "why": "核对"}, account))["data"]
    found = {"__typename": "Person", "id": mine}
    own = found if account == "eligible" else None
    opened = found if account else None
    assert without_purpose == {"node": own, "nodes": [None, own], "personBy": own}
    assert with_purpose == {"node": own, "nodes": [None, own], "personBy": opened}
    absent = (await hall.ask(document, {"id": "person_none", "why": "核对"}, account))["data"]
    assert absent == {"node": None, "nodes": [None, None], "personBy": None}


@pytest.mark.parametrize("text", ["Scunthorpe" * 40, "a\\u0000b", "", " ", "%", "'; DROP TABLE person; --"])
async def test_any_argument_text_is_accepted(hall: Hall, text: str) -> None:
    """Arguments that no column can hold (too long, with NUL, empty) find no person, without an error."""
    document = """
    {
      person(idNumber: "TEXT", idType: "TEXT", purpose: "TEXT") { id }
      one: person(idNumber: "TEXT", purpose: "核对") { id }
      node(id: "TEXT") { id }
      other: personBy(by: { id: "person_TEXT" }, purpose: "核对") { id }
      more: personBy(by: { document: { idNumber: "TEXT", idType: "TEXT" } }, purpose: "核对") { id }
      people(filter: { idNumber: "TEXT", district: "TEXT", insuranceType: "TEXT", nameContains: "TEXT" }) { totalCount }
      verifyReceipt(number: "TEXT", digest: "TEXT")
      retirement(sex: "TEXT", birthDate: "1970-01-01") { date }
    }
    """.replace("TEXT", text)
    answer = await hall.ask(document, account="supervisor")
    assert "errors" not in answer
    assert answer["data"].pop("people") == {"totalCount": 0}
    assert not any(answer["data"].values())


@pytest.mark.parametrize(
    "by",
    ["{}", "{ id: null }", '{ id: "a", document: { idNumber: "1" } }', "{ id: $absent }", "{ document: null }"],
)
async def test_a_person_is_named_in_one_way(hall: Hall, by: str, caplog: pytest.LogCaptureFixture) -> None:
    """`by` has exactly one field; otherwise the client has made a mistake, compiled or not."""
    declared = "query ($absent: ID) " if "$" in by else ""
    for _ in range(3):
        answer = await hall.ask(f"{declared}{{ personBy(by: {by}) {{ id }} }}", account="eligible")
        codes = {error["extensions"]["code"] for error in answer["errors"]}
        assert codes <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
        assert answer.get("data") in (None, {"personBy": None})
    assert "ERROR" not in {record.levelname for record in caplog.records}
