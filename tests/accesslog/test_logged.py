"""The log has every look-up, list, reveal, write and refusal, and never a value."""

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
from tests.people.test_reading import LOG, PEOPLE, PERSON, number_of

NOBODYS_NUMBER = "110101199003070011"
ENROL = (
    "mutation ($input: RegisterFlexibleEmploymentInput!) { registerFlexibleEmployment(input: $input) { __typename } }"
)
WITHDRAW = """mutation ($input: WithdrawFlexibleEmploymentInput!) {
    withdrawFlexibleEmployment(input: $input) { __typename } }"""
REVEAL = "query ($why: String!) { viewer { person { revealed(purpose: $why) { mobileNumber } } } }"


async def logged(hall: Hall, document: str, variables: dict[str, Any], account: str | None) -> list[dict[str, Any]]:
    """Return the entries that an operation adds, each with the request's id."""
    await hall.browser(account)
    before = len(await entries(hall.settings))
    response = await hall.post(json={"query": document, "variables": variables}, account=account)
    assert "errors" not in response.json(), response.text
    added = (await entries(hall.settings))[before:]
    assert {entry["request_id"] for entry in added} <= {response.headers["x-request-id"]}
    return added


def told(entry: dict[str, Any]) -> tuple[str, bool, str, str]:
    """Return the act of an entry and its result."""
    return entry["act"], bool(entry["granted"]), entry["actor"], entry["purpose"]


async def test_a_look_up_and_what_it_reveals_are_two_entries(hall: Hall) -> None:
    """The entry has the person, the organisation, the purposes and the names of the facts."""
    number = await number_of(hall, "eligible")
    looked, revealed = await logged(hall, PERSON, {"number": number, "purpose": "核对停缴日期"}, "clerk")
    assert told(looked) == ("READ", True, "clerk", "核对停缴日期")
    assert told(revealed) == ("REVEAL", True, "clerk", "核对参保信息")
    assert looked["organisation"] == "和平区社会保险经办机构"
    assert looked["person_id"] == revealed["person_id"] is not None
    assert (looked["fields_seen"], revealed["fields_seen"]) == (
        ["idNumber", "insuredDistrict", "name"],
        ["idNumber", "name"],
    )


@pytest.mark.parametrize("way", ["elsewhere", "nobody", "mute", "node", "enrolment", "unstorable"])
async def test_a_refused_look_up_is_an_entry(hall: Hall, way: str) -> None:
    """Another district, nobody at all, no purpose: each names the asker and nobody else, and no number."""
    elsewhere, here = await number_of(hall, "subsidised"), await number_of(hall, "eligible")
    node = 'query ($id: ID!) { node(id: $id, purpose: "复核") { id } }'
    document, variables = {
        "elsewhere": (PERSON, {"number": elsewhere, "purpose": "复核"}),
        "nobody": (PERSON, {"number": NOBODYS_NUMBER, "purpose": "复核"}),
        "mute": (PERSON, {"number": here}),
        "node": (node, {"id": f"person_{'x' * 22}"}),
        "enrolment": (node, {"id": f"enrolment_{'x' * 22}"}),
        "unstorable": (PERSON, {"number": "9" * 999, "purpose": "复核"}),
    }[way]
    [entry] = await logged(hall, document, variables, "clerk")
    assert told(entry) == ("READ", False, "clerk", "" if way == "mute" else "复核")
    assert (entry["person_id"], entry["people_seen"]) == (None, [])


async def test_absent_and_forbidden_leave_the_same_trace(hall: Hall) -> None:
    """A reader of the log learns no more than the asker did."""
    elsewhere = await number_of(hall, "subsidised")
    traces = []
    for number in (elsewhere, NOBODYS_NUMBER):
        [entry] = await logged(hall, PERSON, {"number": number, "purpose": "复核"}, "clerk")
        traces.append({name: value for name, value in entry.items() if name not in {"id", "digest", "request_id"}})
    assert traces[0] == traces[1]


async def test_a_citizen_who_asks_for_others_is_written_down(hall: Hall) -> None:
    """Numbers of others, and the list of people."""
    [look] = await logged(hall, PERSON, {"number": NOBODYS_NUMBER}, "eligible")
    [search] = await logged(hall, PEOPLE, {}, "eligible")
    assert told(look) == ("READ", False, "eligible", "")
    assert told(search) == ("LIST", False, "eligible", "")
    assert look["organisation"] == "本人"


async def test_a_list_is_one_entry_with_those_it_showed(hall: Hall) -> None:
    """By which filters, which facts, of whom, and why if that was said."""
    document = """query ($filter: PersonFilter) { people(filter: $filter, first: 7, purpose: "月度核对") {
        totalCount ... on PersonConnection { edges { node { name sex { code } } } } nodes { mobileNumber } } }"""
    narrowed = {"nameContains": "", "district": "120101"}
    [entry] = await logged(hall, document, {"filter": narrowed}, "clerk")
    assert told(entry) == ("LIST", True, "clerk", "月度核对")
    assert entry["fields_seen"] == [
        "filter.district",
        "filter.nameContains",
        "mobileNumber",
        "name",
        "sex",
        "totalCount",
    ]
    assert len(set(entry["people_seen"])) == 7
    nobodys = {"filter": {"idNumber": NOBODYS_NUMBER}, "purpose": "复核"}
    [nobody] = await logged(hall, PEOPLE, nobodys, "supervisor")
    assert (told(nobody), nobody["people_seen"]) == (("LIST", True, "supervisor", "复核"), [])


async def test_a_search_that_finds_one_person_is_a_look_up(hall: Hall) -> None:
    """By number it takes a purpose; by name or by a page of one it may be mute; the person sees each in their log."""
    number = await number_of(hall, "long-name")
    name = {"filter": {"nameContains": "古丽娜尔·阿不都热依木·买买提"}}
    before = len(await in_own_log(hall, "long-name"))
    for variables, why in (
        ({"filter": {"idNumber": number}, "purpose": "核对停缴日期"}, "核对停缴日期"),
        (name | {"purpose": "核对姓名"}, "核对姓名"),
        (name, ""),
    ):
        listed, looked = await logged(hall, PEOPLE, variables, "supervisor")
        assert told(listed) == ("LIST", True, "supervisor", why)
        assert told(looked) == ("READ", True, "supervisor", why)
        assert listed["people_seen"] == [looked["person_id"]]
    seen = await in_own_log(hall, "long-name")
    assert [entry["purpose"] for entry in seen[: len(seen) - before]] == ["", "核对姓名", "核对停缴日期"]
    [several] = await logged(hall, PEOPLE, {"first": 2}, "supervisor")
    assert len(several["people_seen"]) == 2
    assert len(await logged(hall, PEOPLE, {"first": 1}, "supervisor")) == 2


@pytest.mark.parametrize("purpose", [None, "", "\u200b\u2060\u3164\ufeff\u115f", "\u202e\u2066", "。", "長" * 201])
async def test_a_number_without_a_purpose_finds_nobody(hall: Hall, purpose: str | None) -> None:
    """Whether there is somebody or not: an empty page, no count, and one refusal that names nobody."""
    numbers = (await number_of(hall, "eligible"), NOBODYS_NUMBER)
    for number in numbers:
        variables = {"filter": {"idNumber": number}, "purpose": purpose}
        [refused] = await logged(hall, PEOPLE, variables, "supervisor")
        assert told(refused) == ("LIST", False, "supervisor", "")
        assert (refused["person_id"], refused["people_seen"]) == (None, [])
        page = (await hall.ask(PEOPLE, variables, "supervisor"))["data"]["people"]
        assert (page["totalCount"], page["nodes"], page["edges"]) == (0, [], [])


async def in_own_log(hall: Hall, account: str) -> list[dict[str, Any]]:
    """Return the own access log of an account, newest first."""
    person = (await hall.ask(LOG, account=account))["data"]["viewer"]["person"]
    nodes: list[dict[str, Any]] = person["accessLog"]["nodes"]
    return nodes


async def test_a_reveal_without_a_purpose_is_an_entry(hall: Hall) -> None:
    """Even of one's own record."""
    [entry] = await logged(hall, REVEAL, {"why": " "}, "eligible")
    assert told(entry) == ("REVEAL", False, "eligible", "")


async def test_a_refused_write_is_an_entry(hall: Hall) -> None:
    """Whatever the reason: a role that may not, a form with problems, rules that say no, an enrolment of others."""
    form = dict.fromkeys(
        ("idempotencyKey", "noticeVersion", "insuredDistrict", "householdRegistrationType", "ethnicGroup"), "x"
    ) | {"residentialAddress": "x", "mobileNumber": "x"}
    for account in ("clerk", "eligible"):
        [entry] = await logged(hall, ENROL, {"input": form}, account)
        assert told(entry) == ("ENROL", False, account, "灵活就业参保登记")
    foreign = {"enrolmentId": f"enrolment_{'x' * 22}", "idempotencyKey": "k"}
    [entry] = await logged(hall, WITHDRAW, {"input": foreign}, "eligible")
    assert told(entry) == ("WITHDRAW", False, "eligible", "撤回灵活就业参保登记")


async def test_what_nobody_saw_is_not_in_the_log(hall: Hall) -> None:
    """One's own masked record, what is public, and questions of nobody: the last have no account to name."""
    await hall.browser("eligible")
    assert await logged(hall, "{ viewer { person { name insurances { type { code } } } } }", {}, "eligible") == []
    assert await logged(hall, "{ notice { version } }", {}, "clerk") == []
    assert await logged(hall, PERSON, {"number": NOBODYS_NUMBER, "purpose": "复核"}, None) == []


async def test_the_log_holds_no_facts(hall: Hall) -> None:
    """No number, name, telephone or address of anybody, whatever was asked for and given."""
    document = """query ($number: String!) { person(idNumber: $number, purpose: "复核") {
        revealed(purpose: "核对") { name idNumber mobileNumber residentialAddress birthDate } } }"""
    number = await number_of(hall, "eligible")
    facts = (await hall.ask(document, {"number": number}, "supervisor"))["data"]["person"]["revealed"]
    await hall.ask(PEOPLE, {"filter": {"nameContains": facts["name"], "idNumber": number}}, "supervisor")
    log = json.dumps(await entries(hall.settings), ensure_ascii=False)
    assert len(facts) == 5
    assert [name for name, value in facts.items() if value in log] == []


async def test_people_see_who_was_shown_their_record_and_no_refusals(hall: Hall) -> None:
    """Refusals name no person, so they are in no person's log."""
    number = await number_of(hall, "eligible")
    await hall.ask(PERSON, {"number": number}, "clerk")
    await hall.ask(PERSON, {"number": number, "purpose": "核对停缴日期"}, "clerk")
    nodes = (await hall.ask(LOG, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["nodes"]
    assert [node["purpose"] for node in nodes if node["actor"] == "clerk"] == ["核对参保信息", "核对停缴日期"]


async def test_an_import_is_an_entry_for_each_batch_that_stored_something(
    empty_settings: Settings, tmp_path: Path
) -> None:
    """By whom, from which file, which columns; nobody's name, and nothing where nothing was stored."""
    (tmp_path / "people.csv").write_text("证件号码,name\n120101199003070013,林海平\n", "utf-8")
    async with connected(empty_settings):
        assert await run(tmp_path, clock.today()) == await run(tmp_path, clock.today()) == 0
    [entry] = await entries(empty_settings)
    assert told(entry) == ("IMPORT", True, "python -m api import", "导入 people.csv")
    assert (entry["person_id"], entry["fields_seen"]) == (None, ["idNumber", "name"])
