"""Who gets to see what: every cell of role × operation × field, against authorization.golden.txt.

`HALL_WRITE_GOLDEN=1 pytest tests/accounts/test_authorization.py` writes the file anew; the diff is what changed for
whom. Columns are askers, all about one record: nobody; its owner; another citizen; a clerk of its district; a clerk of
another; a clerk of none; a supervisor; programs with a token of the owner's, of the clerk elsewhere's, of the
supervisor's; a session that has ended. Cells: yes, something is shown; null or [] or 0, the record is there, this of it
is not; -, the record is not there.
"""

import os
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, product
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType

from api import clock
from api.accounts import service as accounts
from api.accounts.models import Account, Session
from api.cli.accounts import administration
from api.graphql.pagination import cursor
from api.people.models import NonMainlandInfo, Person
from api.schema.root import schema
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.settings import EngineName, Settings
from tests.accounts.cells import ABSENT, cells, clothed, parts_of, table
from tests.conftest import DATABASE
from tests.durability.scale import IS_FULL
from tests.hall import Hall, open_hall

GOLDEN = Path(__file__).parent / "authorization.golden.txt"
SCHEMA = schema._schema
WHY = '"核对参保信息"'
CITIZENS = {"owner": "enrolled", "another": "eligible", "here": "clerk", "supervisor": "supervisor"}
PROGRAMS = {"owner's": "enrolled", "elsewhere's": "clerk-elsewhere", "supervisor's": "supervisor"}
ASKERS = ("nobody", "owner", "another", "here", "elsewhere", "nowhere", "supervisor", *PROGRAMS, "ended")
# Without a purpose, or around the record, nothing more is there than with it: these few fields tell.
FEW = f"id name revealed(purpose: {WHY}) {{ name }} accessLog(first: 1) {{ totalCount }}"


@dataclass(frozen=True)
class Subject:
    """The record that everybody asks about."""

    number: str
    public_id: str
    enrolment: str
    before: str
    """The cursor after which it is the next."""

    def ways(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Return each way to the record: the question, the type at its end, and the keys that lead there."""
        number, mine = f'idNumber: "{self.number}"', f'id: "{self.public_id}"'
        enrolment = f'id: "{self.enrolment}"'
        listed = f'people(first: 1, purpose: "核对参保信息", filter: {{ {number} }})'
        return {
            "viewer": ("viewer %s", "Viewer", ("viewer",)),
            "viewer.person": ("viewer { person %s }", "Person", ("viewer", "person")),
            "person(purpose)": (f"person({number}, purpose: {WHY}) %s", "Person", ("person",)),
            "node(person, purpose)": (f"node({mine}, purpose: {WHY}) {{ ... on Person %s }}", "Person", ("node",)),
            "node(enrolment, purpose)": (
                f"node({enrolment}, purpose: {WHY}) {{ ... on FlexibleEmploymentEnrolment %s }}",
                "FlexibleEmploymentEnrolment",
                ("node",),
            ),
            "people.nodes": (f"{listed} {{ nodes %s }}", "Person", ("people", "nodes")),
            "people.edges.node": (f"{listed} {{ edges {{ node %s }} }}", "Person", ("people", "edges", "node")),
            "people": (f"{listed} %s", "PersonConnection", ("people",)),
        }

    def short_ways(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Return ways along which a few fields are enough."""
        number, purpose = f'idNumber: "{self.number}"', 'purpose: "核对参保信息"'
        return {
            "person": (f"person({number}) %s", "Person", ("person",)),
            "node(person)": (f'node(id: "{self.public_id}") {{ ... on Person %s }}', "Person", ("node",)),
            "people(after: the one before)": (
                f'people(first: 1, after: "{self.before}", {purpose}, filter: {{ {number} }}) {{ nodes %s }}',
                "Person",
                ("people", "nodes"),
            ),
            "people(district: its own)": (
                f'people(first: 1, {purpose}, filter: {{ {number}, district: "120101" }}) {{ nodes %s }}',
                "Person",
                ("people", "nodes"),
            ),
            "people(idNumber, no purpose)": (
                f"people(first: 1, filter: {{ {number} }}) {{ nodes %s }}",
                "Person",
                ("people", "nodes"),
            ),
        }


PUBLIC = {
    "notice": "notice { version }",
    "codeTable": "codeTable(name: SEX) { title }",
    "rules": "rules { code }",
    "declarationWindow": "declarationWindow { open }",
    "retirement": 'retirement(sex: "1", birthDate: "1980-01-01") { date }',
    "receiptCheck": 'receiptCheck(number: "x", digest: "x")',
    "contributions": "contributions { __typename }",
    "verifyReceipt": 'verifyReceipt(number: "x", digest: "x")',
    "offices": "offices { name }",
    "service": "service { version }",
}
FORM = """noticeVersion: "2026-11-30", insuredDistrict: "120101", householdRegistrationType: "11", ethnicGroup: "01",
    residentialAddress: "天津市和平区海光路1号", mobileNumber: "13800001234", dryRun: true"""
OUTCOME = "{ __typename ... on Problem { code } }"
WRITES = {
    "registerFlexibleEmployment": f'(input: {{ idempotencyKey: "a", {FORM} }}) {OUTCOME}',
    "withdrawFlexibleEmployment": '(input: { idempotencyKey: "b", enrolmentId: "%s" }) ' + OUTCOME,
    "endSession": '(input: { sessionId: "session_of_nobody" }) ' + OUTCOME,
    "signOut": " { account }",
    "signIn": '(input: { account: "sparse", password: "demo-sparse" }) ' + OUTCOME,
}


@pytest.mark.parametrize("engine", EngineName)
async def test_every_cell_is_as_it_was_decided(settings: Settings, engine: EngineName) -> None:
    """Whoever asks, for whatever field, along whatever way, in whatever clothes: as the golden file says."""
    # Only the compiling engine answers a second time by another way: from the plan.
    times = 2 if engine is EngineName.COMPILED else 1
    async with open_hall(replace(settings, engine=engine)) as hall:
        subject = await _prepared()
        browsers = await _browsers(hall)
        rows: dict[str, dict[str, str]] = {}
        for name, (way, kind, keys) in {**subject.ways(), **subject.short_ways()}.items():
            # A viewer's person is a way of its own.
            seen_already = ("Person",) if kind == "Viewer" else ()
            parts = [FEW] if name in subject.short_ways() else list(parts_of(SCHEMA, kind, seen_already))
            seen: dict[str, dict[str, str]] = {asker: {} for asker in ASKERS}
            for asker, part in product(ASKERS, parts):
                seen[asker] |= await _seen(browsers[asker], way, kind, part, keys, times)
            for field in sorted({field for fields in seen.values() for field in fields}):
                rows[f"{name}.{field}"] = {asker: seen[asker][field] for asker in ASKERS if field in seen[asker]}
        lines = [*table(rows, ASKERS), "", *table(await _operations(subject, browsers), ASKERS)]
    if os.environ.get("HALL_WRITE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == GOLDEN.read_text("utf-8").splitlines(), "write it anew with HALL_WRITE_GOLDEN=1, and read the diff"


def test_no_operation_is_without_a_row() -> None:
    """A new field of Query or Mutation is asked for here before it is served."""
    written = GOLDEN.read_text("utf-8")
    for root in (SCHEMA.query_type, SCHEMA.mutation_type):
        assert isinstance(root, GraphQLObjectType)
        missing = [name for name in root.fields if f"\n{name}" not in written]
        assert missing == []


async def test_staff_count_and_page_through_their_districts_only(hall: Hall) -> None:
    """A clerk counts, pages and narrows over the district as if nobody else were there; no cursor shows a way out."""
    await _prepared()
    browsers = await _browsers(hall)
    first, last = await Person.all().order_by("id").first(), await Person.all().order_by("-id").first()
    assert first is not None
    assert last is not None
    # The first of all lives elsewhere, so nobody of the district is before them.
    await Person.filter(id=first.id).update(insured_district="120105")
    everywhere, here = await Person.all().count(), await Person.filter(insured_district="120101").count()
    counts = {"nobody": 0, "owner": 0, "another": 0, "here": here, "nowhere": 0, "supervisor": everywhere, "ended": 0}
    for asker, count in counts.items():
        ask = browsers[asker]
        assert (await _people(ask, ""))["totalCount"] == count
        assert (await _people(ask, 'filter: { nameContains: "" }'))["totalCount"] == count
        # Behind somebody whom one may not see the list goes on with those whom one may.
        page = await _people(ask, f'first: 100, after: "{cursor(first)}"')
        behind = {"here": here, "supervisor": everywhere - 1}.get(asker, 0)
        assert len(page["nodes"]) == min(100, behind)
        assert page["pageInfo"]["hasNextPage"] == (behind > 100)
        end = await _people(ask, f'after: "{cursor(last)}"')
        assert (end["nodes"], end["pageInfo"]["hasNextPage"], end["pageInfo"]["endCursor"]) == ([], False, None)
        elsewhere = await _people(ask, 'filter: { district: "120105" }')
        assert (elsewhere["totalCount"] > 0) == (asker == "supervisor")
        assert elsewhere["pageInfo"]["hasNextPage"] == (asker == "supervisor")


async def _people(browser: httpx.AsyncClient, arguments: str) -> Any:
    called = f"({arguments})" if arguments else ""
    document = f"{{ people{called} {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    return (await browser.post("/graphql", json={"query": document})).json()["data"]["people"]


async def _prepared() -> Subject:
    """Fill the record of `enrolled` wholly, so that a field without a value is one that is not shown."""
    account = await Account.get(name="enrolled").prefetch_related("person")
    person = account.person
    assert person is not None
    blank = [name for name in person._meta.db_fields if getattr(person, name) is None]
    filled = {"insured_district": "120101", "position_nature": "PRODUCTION", "disability_grade": "1"}
    codes = {"public_sector_staff_category": "01", "host_employer_name": "津湾公司", "department": "一科"}
    others = {"employer_id": 1, "employment_scope": "1", "work_start_date": date(2010, 1, 1)}
    given = {name: value for name, value in {**codes, **others}.items() if name in blank}
    await Person.filter(id=person.id).update(**{**filled, **given})
    await NonMainlandInfo.update_or_create(
        person_id=person.id,
        defaults={
            "chinese_name": "李明",
            "employment_permit_type": "01",
            "employment_permit_expiry_date": date(2030, 1, 1),
            "exemption_certificate_type": "DEU",
            "certificate_number": "DE-12345678",
            "exemption_start_date": date(2025, 1, 1),
            "exemption_end_date": date(2028, 1, 1),
        },
    )
    for name in ("clerk-elsewhere", "clerk-nowhere"):
        await administration.add_staff(
            name, f"demo-{name}", organisation="某区经办机构", districts=["120105"], now=clock.now()
        )
    await Account.filter(name="clerk-nowhere").update(districts=["000000"])
    enrolment = await FlexibleEmploymentEnrolment.get(person_id=person.id)
    before = await Person.filter(id__lt=person.id).order_by("-id").first()
    assert before is not None
    return Subject(person.id_number, person.public_id, enrolment.public_id, cursor(before))


async def _browsers(hall: Hall) -> dict[str, httpx.AsyncClient]:
    accounts_of = CITIZENS | {"nobody": None, "elsewhere": "clerk-elsewhere", "nowhere": "clerk-nowhere"}
    browsers = {asker: await hall.browser(account) for asker, account in accounts_of.items()}
    for asker, account in PROGRAMS.items():
        browsers[asker] = await hall.new_browser()
        token = await accounts.issue_token(account, now=clock.now())
        browsers[asker].headers["Authorization"] = f"Bearer {token}"
    ended = browsers["ended"] = await hall.browser("retired")
    # It could see itself, were it not over; and it is asked about another's record like everybody.
    await Session.filter(account__name="retired").update(expires_at=clock.now())
    assert (await ended.post("/graphql", json={"query": "{ viewer { account } }"})).json()["data"] == {"viewer": None}
    # Whoever may read a log finds something in it.
    looking = f"{{ viewer {{ person {{ revealed(purpose: {WHY}) {{ name }} }} }} }}"
    for browser in browsers.values():
        await browser.post("/graphql", json={"query": looking})
    return browsers


async def _seen(
    browser: httpx.AsyncClient, way: str, kind: str, selection: str, keys: tuple[str, ...], times: int
) -> dict[str, str]:
    """Return the cells of one way; they are the same in all clothes, and however often they are asked for."""
    seen: list[dict[str, str]] = []
    # The compiler has ways of its own to read aliases and fragments, which are gone before a database is asked.
    is_clothed = DATABASE == "sqlite" and (IS_FULL or times > 1)
    for document in islice(clothed(way, kind, selection), None if is_clothed else 1):
        for _ in range(times):
            answer = (await browser.post("/graphql", json={"query": document})).json()
            assert "errors" not in answer, answer["errors"]
            data = {keys[0] if key == "other" else key: value for key, value in answer["data"].items()}
            seen.append(dict(cells(data, keys)))
    assert all(each == seen[0] for each in seen)
    return seen[0]


async def _operations(subject: Subject, browsers: dict[str, httpx.AsyncClient]) -> dict[str, dict[str, str]]:
    """Return the cells of what has no record: what is public, and what each asker may do."""
    assert SCHEMA.mutation_type is not None
    rows: dict[str, dict[str, str]] = {}
    for name, document in PUBLIC.items():
        for asker, browser in browsers.items():
            data = (await browser.post("/graphql", json={"query": f"{{ {document} }}"})).json()["data"]
            rows.setdefault(name, {})[asker] = ABSENT if data[name] is None else "yes"
    for name, arguments in WRITES.items():
        given = arguments % subject.enrolment if "%" in arguments else arguments
        for asker, browser in browsers.items():
            answer = (await browser.post("/graphql", json={"query": f"mutation {{ {name}{given} }}"})).json()
            # A token that the operation before has ended, as signing out does, is refused before anything is done.
            result = answer["data"][name] if "data" in answer else answer["errors"][0]["extensions"]
            rows.setdefault(name, {})[asker] = (
                result.get("code") or result.get("account") or result.get("__typename", "null")
            )
    return rows
