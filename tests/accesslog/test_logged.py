"""The log records look-ups, lists, reveals, writes and refusals, and never a value."""

import json
from pathlib import Path
from typing import Any

import pytest

from api import clock
from api.db.database import connected
from api.importing import run
from api.settings import Settings
from tests.accesslog.entries import entries
from tests.hall import Hall
from tests.people.test_read_authorization import LOG, PEOPLE, PERSON, number_of

UNKNOWN_NUMBER = "110101199003070011"
ENROL = (
    "mutation ($input: RegisterFlexibleEmploymentInput!) { registerFlexibleEmployment(input: $input) { __typename } }"
)
WITHDRAW = """mutation ($input: WithdrawFlexibleEmploymentInput!) {
    withdrawFlexibleEmployment(input: $input) { __typename } }"""
REVEAL = "query ($why: String!) { viewer { person { revealed(purpose: $why) { mobileNumber } } } }"


async def logged(hall: Hall, document: str, variables: dict[str, Any], account: str | None) -> list[dict[str, Any]]:
    """Return the entries that an operation adds; each has the request id."""
    await hall.browser(account)
    before = len(await entries(hall.settings))
    response = await hall.post(json={"query": document, "variables": variables}, account=account)
    assert "errors" not in response.json(), response.text
    added = (await entries(hall.settings))[before:]
    assert {entry["request_id"] for entry in added} <= {response.headers["x-request-id"]}
    return added


def summary(entry: dict[str, Any]) -> tuple[str, bool, str, str]:
    """Return act, result, account and purpose of an entry."""
    return entry["act"], bool(entry["granted"]), entry["actor"], entry["purpose"]


async def test_look_up_and_reveal_are_two_entries(hall: Hall) -> None:
    """The entries have the person, the organisation, the purposes and the names of the fields."""
    number = await number_of(hall, "eligible")
    looked, revealed = await logged(hall, PERSON, {"number": number, "purpose": "核对停缴日期"}, "clerk")
    assert summary(looked) == ("READ", True, "clerk", "核对停缴日期")
    assert summary(revealed) == ("REVEAL", True, "clerk", "核对参保信息")
    assert looked["organisation"] == "和平区社会保险经办机构"
    assert looked["person_id"] == revealed["person_id"] is not None
    assert (looked["fields_seen"], revealed["fields_seen"]) == (
        ["idNumber", "insuredDistrict", "name"],
        ["idNumber", "name"],
    )


@pytest.mark.parametrize("way", ["elsewhere", "unknown", "mute", "person_by", "node", "enrolment", "unstorable"])
async def test_refused_look_up_is_an_entry(hall: Hall, way: str) -> None:
    """A look-up that is out of scope, unknown or without a purpose has an entry without a person and a number."""
    elsewhere, here = await number_of(hall, "subsidised"), await number_of(hall, "eligible")
    node = "query ($id: ID!) { node(id: $id) { id } }"
    person_by = 'query ($id: ID!) { personBy(by: { id: $id }, purpose: "复核") { id } }'
    document, variables = {
        "elsewhere": (PERSON, {"number": elsewhere, "purpose": "复核"}),
        "unknown": (PERSON, {"number": UNKNOWN_NUMBER, "purpose": "复核"}),
        "mute": (PERSON, {"number": here}),
        "person_by": (person_by, {"id": f"person_{'x' * 22}"}),
        "node": (node, {"id": f"person_{'x' * 22}"}),
        "enrolment": (node, {"id": f"enrolment_{'x' * 22}"}),
        "unstorable": (PERSON, {"number": "9" * 999, "purpose": "复核"}),
    }[way]
    [entry] = await logged(hall, document, variables, "clerk")
    assert summary(entry) == ("READ", False, "clerk", "" if way in {"mute", "node", "enrolment"} else "复核")
    assert (entry["person_id"], entry["people_seen"]) == (None, [])


async def test_absent_and_forbidden_have_equal_entries(hall: Hall) -> None:
    """The entries of an absent and a forbidden person are equal: the log discloses no more than the response."""
    elsewhere = await number_of(hall, "subsidised")
    traces = []
    for number in (elsewhere, UNKNOWN_NUMBER):
        [entry] = await logged(hall, PERSON, {"number": number, "purpose": "复核"}, "clerk")
        traces.append({name: value for name, value in entry.items() if name not in {"id", "digest", "request_id"}})
    assert traces[0] == traces[1]


async def test_look_ups_of_citizens_are_entries(hall: Hall) -> None:
    """A citizen's look-up of another number, or of the list of people, is recorded."""
    [look] = await logged(hall, PERSON, {"number": UNKNOWN_NUMBER}, "eligible")
    [search] = await logged(hall, PEOPLE, {}, "eligible")
    assert summary(look) == ("READ", False, "eligible", "")
    assert summary(search) == ("LIST", False, "eligible", "")
    assert look["organisation"] == "本人"


async def test_list_is_one_entry(hall: Hall) -> None:
    """A list is one entry with its filters, fields, persons and purpose."""
    document = """query ($filter: PersonFilter) { people(filter: $filter, first: 7, purpose: "月度核对") {
        totalCount ... on PersonConnection { edges { node { name sex { code } } } } nodes { mobileNumber } } }"""
    narrowed = {"nameContains": "", "district": "120101"}
    [entry] = await logged(hall, document, {"filter": narrowed}, "clerk")
    assert summary(entry) == ("LIST", True, "clerk", "月度核对")
    assert entry["fields_seen"] == [
        "filter.district",
        "filter.nameContains",
        "mobileNumber",
        "name",
        "sex",
        "totalCount",
    ]
    assert len(set(entry["people_seen"])) == 7
    unknown = {"filter": {"idNumber": UNKNOWN_NUMBER}, "purpose": "复核"}
    [empty] = await logged(hall, PEOPLE, unknown, "supervisor")
    assert (summary(empty), empty["people_seen"]) == (("LIST", True, "supervisor", "复核"), [])


async def test_list_of_one_person_is_a_look_up(hall: Hall) -> None:
    """A list of one person adds a READ entry, which that person sees; only a filter by number requires a purpose."""
    number = await number_of(hall, "long-name")
    name = {"filter": {"nameContains": "古丽娜尔·阿不都热依木·买买提"}}
    before = len(await in_own_log(hall, "long-name"))
    for variables, why in (
        ({"filter": {"idNumber": number}, "purpose": "核对停缴日期"}, "核对停缴日期"),
        (name | {"purpose": "核对姓名"}, "核对姓名"),
        (name, ""),
    ):
        listed, looked = await logged(hall, PEOPLE, variables, "supervisor")
        assert summary(listed) == ("LIST", True, "supervisor", why)
        assert summary(looked) == ("READ", True, "supervisor", why)
        assert listed["people_seen"] == [looked["person_id"]]
    seen = await in_own_log(hall, "long-name")
    assert [entry["purpose"] for entry in seen[: len(seen) - before]] == ["", "核对姓名", "核对停缴日期"]
    [page_of_two] = await logged(hall, PEOPLE, {"first": 2}, "supervisor")
    assert len(page_of_two["people_seen"]) == 2
    assert len(await logged(hall, PEOPLE, {"first": 1}, "supervisor")) == 2


@pytest.mark.parametrize("purpose", [None, "", "\u200b\u2060\u3164\ufeff\u115f", "\u202e\u2066", "。", "長" * 201])
async def test_number_without_purpose_returns_empty_page(hall: Hall, purpose: str | None) -> None:
    """Without a valid purpose, a known and an unknown number return an empty page and one refusal without a person."""
    numbers = (await number_of(hall, "eligible"), UNKNOWN_NUMBER)
    for number in numbers:
        variables = {"filter": {"idNumber": number}, "purpose": purpose}
        [refused] = await logged(hall, PEOPLE, variables, "supervisor")
        assert summary(refused) == ("LIST", False, "supervisor", "")
        assert (refused["person_id"], refused["people_seen"]) == (None, [])
        page = (await hall.ask(PEOPLE, variables, "supervisor"))["data"]["people"]
        assert (page["totalCount"], page["nodes"], page["edges"]) == (0, [], [])


async def in_own_log(hall: Hall, account: str) -> list[dict[str, Any]]:
    """Return the access log that the account sees, newest first."""
    person = (await hall.ask(LOG, account=account))["data"]["viewer"]["person"]
    nodes: list[dict[str, Any]] = person["accessLog"]["nodes"]
    return nodes


async def test_refused_reveal_is_an_entry(hall: Hall) -> None:
    """A reveal without a purpose is recorded as refused, also for the own record."""
    [entry] = await logged(hall, REVEAL, {"why": " "}, "eligible")
    assert summary(entry) == ("REVEAL", False, "eligible", "")


async def test_refused_write_is_an_entry(hall: Hall) -> None:
    """A refused write is recorded: by role, by invalid input, by rules, or for a foreign enrolment."""
    form = dict.fromkeys(
        ("idempotencyKey", "noticeVersion", "insuredDistrict", "householdRegistrationType", "ethnicGroup"), "x"
    ) | {"residentialAddress": "x", "mobileNumber": "x"}
    for account in ("clerk", "eligible"):
        [entry] = await logged(hall, ENROL, {"input": form}, account)
        assert summary(entry) == ("ENROL", False, account, "灵活就业参保登记")
    foreign = {"enrolmentId": f"enrolment_{'x' * 22}", "idempotencyKey": "k"}
    [entry] = await logged(hall, WITHDRAW, {"input": foreign}, "eligible")
    assert summary(entry) == ("WITHDRAW", False, "eligible", "撤回灵活就业参保登记")


async def test_unlogged_reads(hall: Hall) -> None:
    """The own masked record, public data, and requests without a session are not recorded."""
    await hall.browser("eligible")
    assert await logged(hall, "{ viewer { person { name insurances { type { code } } } } }", {}, "eligible") == []
    assert await logged(hall, "{ notice { version } }", {}, "clerk") == []
    assert await logged(hall, PERSON, {"number": UNKNOWN_NUMBER, "purpose": "复核"}, None) == []


async def test_log_contains_no_personal_data(hall: Hall) -> None:
    """The log contains no number, name, telephone number or address."""
    document = """query ($number: String!) { person(idNumber: $number, purpose: "复核") {
        revealed(purpose: "核对") { name idNumber mobileNumber residentialAddress birthDate } } }"""
    number = await number_of(hall, "eligible")
    facts = (await hall.ask(document, {"number": number}, "supervisor"))["data"]["person"]["revealed"]
    await hall.ask(PEOPLE, {"filter": {"nameContains": facts["name"], "idNumber": number}}, "supervisor")
    log = json.dumps(await entries(hall.settings), ensure_ascii=False)
    assert len(facts) == 5
    assert [name for name, value in facts.items() if value in log] == []


async def test_own_log_has_no_refusals(hall: Hall) -> None:
    """Refusals name no person, so they are in no person's log."""
    number = await number_of(hall, "eligible")
    await hall.ask(PERSON, {"number": number}, "clerk")
    await hall.ask(PERSON, {"number": number, "purpose": "核对停缴日期"}, "clerk")
    nodes = (await hall.ask(LOG, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["nodes"]
    assert [node["purpose"] for node in nodes if node["actor"] == "clerk"] == ["核对参保信息", "核对停缴日期"]


async def test_import_is_one_entry_per_batch(empty_settings: Settings, tmp_path: Path) -> None:
    """A batch that stored rows has an entry with account, file and columns; a batch without changes has none."""
    (tmp_path / "people.csv").write_text("证件号码,name\n120101199003070013,林海平\n", "utf-8")
    async with connected(empty_settings):
        assert await run(tmp_path, clock.today()) == await run(tmp_path, clock.today()) == 0
    [entry] = await entries(empty_settings)
    assert summary(entry) == ("IMPORT", True, "python -m api import", "导入 people.csv")
    assert (entry["person_id"], entry["fields_seen"]) == (None, ["idNumber", "name"])
