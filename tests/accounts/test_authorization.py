"""Authorization: every combination of account, operation and field, compared with authorization.golden.txt.

`HALL_WRITE_GOLDEN=1 pytest tests/accounts/test_authorization.py` rewrites the file; its diff is the change of rights.
Each column is a client that requests the same record: without a session (anonymous); its owner; another citizen; a
clerk of its district; a clerk of another district; a clerk of none; a supervisor; programs with a token of the owner,
of the clerk elsewhere, of the supervisor; an expired session. Cells: yes, a value is visible; null, [] or 0, the record
is visible and this field is not; -, the record is not visible.
"""

import os
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
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
from api.people.search import LIST
from api.schema.root import schema
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.settings import EngineName, Settings
from tests.accounts.cells import ABSENT, cells, forms, parts_of, table
from tests.conftest import DATABASE
from tests.hall import Hall, open_hall

GOLDEN = Path(__file__).parent / "authorization.golden.txt"
SCHEMA = schema._schema
PURPOSE = '"核对参保信息"'
CITIZENS = {"owner": "enrolled", "another": "eligible", "here": "clerk", "supervisor": "supervisor"}
PROGRAMS = {"owner's": "enrolled", "elsewhere's": "clerk-elsewhere", "supervisor's": "supervisor"}
ACCOUNTS = ("anonymous", "owner", "another", "here", "elsewhere", "nowhere", "supervisor", *PROGRAMS, "ended")
# A few fields are enough for paths that can only show less than the paths above.
FEW_FIELDS = f"id name revealed(purpose: {PURPOSE}) {{ name }} accessLog(first: 1) {{ totalCount }}"


@dataclass(frozen=True)
class Subject:
    """The record that all accounts request."""

    number: str
    public_id: str
    enrolment: str
    before: str
    """The cursor of the person directly before the record."""

    def paths(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Return each path to the record: the query, the type at its end, and the response keys."""
        number, mine = f'idNumber: "{self.number}"', f'id: "{self.public_id}"'
        enrolment = f'id: "{self.enrolment}"'
        listed = f'people(first: 1, purpose: "核对参保信息", filter: {{ {number} }})'
        return {
            "viewer": ("viewer %s", "Viewer", ("viewer",)),
            "viewer.person": ("viewer { person %s }", "Person", ("viewer", "person")),
            "person(purpose)": (f"person({number}, purpose: {PURPOSE}) %s", "Person", ("person",)),
            "personBy(id, purpose)": (f"personBy(by: {{ {mine} }}, purpose: {PURPOSE}) %s", "Person", ("personBy",)),
            "node(enrolment)": (
                f"node({enrolment}) {{ ... on FlexibleEmploymentEnrolment %s }}",
                "FlexibleEmploymentEnrolment",
                ("node",),
            ),
            "people.nodes": (f"{listed} {{ nodes %s }}", "Person", ("people", "nodes")),
            "people.edges.node": (f"{listed} {{ edges {{ node %s }} }}", "Person", ("people", "edges", "node")),
            "people": (f"{listed} %s", "PersonConnection", ("people",)),
        }

    def short_paths(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Return the paths for which FEW_FIELDS are enough."""
        number, purpose = f'idNumber: "{self.number}"', 'purpose: "核对参保信息"'
        return {
            "person": (f"person({number}) %s", "Person", ("person",)),
            "personBy(id)": (f'personBy(by: {{ id: "{self.public_id}" }}) %s', "Person", ("personBy",)),
            "personBy(document)": (f"personBy(by: {{ document: {{ {number} }} }}) %s", "Person", ("personBy",)),
            "node(person)": (f'node(id: "{self.public_id}") {{ ... on Person %s }}', "Person", ("node",)),
            "nodes(person)": (f'nodes(ids: ["{self.public_id}"]) {{ ... on Person %s }}', "Person", ("nodes",)),
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
    "schemes": "schemes { name }",
    "declarationWindow": "declarationWindow { open }",
    "assessment": 'assessment(sex: "1", birthDate: "1980-01-01", situation: NEVER) { eligibility { outcome } }',
    "retirementDate": 'retirementDate(sex: "1", birthDate: "1980-01-01") { __typename }',
    "retirement": 'retirement(sex: "1", birthDate: "1980-01-01") { date }',
    "receiptCheck": 'receiptCheck(number: "x", digest: "x")',
    "contributions": "contributions { __typename }",
    "verifyReceipt": 'verifyReceipt(number: "x", digest: "x")',
    "offices": "offices { name }",
    "service": "service { version }",
    "rateLimit": "rateLimit { cost }",
}
FORM = """noticeVersion: "2026-11-30", insuredDistrict: "120101", householdRegistrationType: "11", ethnicGroup: "01",
    residentialAddress: "天津市和平区海光路1号", mobileNumber: "13800001234", dryRun: true"""
RESIDENTS_FORM = """noticeVersion: "2026-11-30", insuredDistrict: "120101", dryRun: true, values: [
    { name: "residentialAddress", value: "天津市和平区海光路1号" }, { name: "mobileNumber", value: "13800001234" },
    { name: "notInSchool", value: "true" }]"""
OUTCOME = "{ __typename ... on Problem { code } }"
WRITES = {
    "registerFlexibleEmployment": f'(input: {{ idempotencyKey: "a", {FORM} }}) {OUTCOME}',
    "withdrawFlexibleEmployment": '(input: { idempotencyKey: "b", enrolmentId: "%s" }) ' + OUTCOME,
    "register": f'(input: {{ scheme: RESIDENTS_PENSION, idempotencyKey: "c", {RESIDENTS_FORM} }}) {OUTCOME}',
    "withdraw": '(input: { idempotencyKey: "d", enrolmentId: "%s" }) ' + OUTCOME,
    "endSession": '(input: { sessionId: "session_of_nobody" }) ' + OUTCOME,
    "signOut": " { account }",
    "signIn": '(input: { account: "sparse", password: "demo-sparse" }) ' + OUTCOME,
}


@pytest.mark.parametrize("engine", EngineName)
async def test_cells_equal_golden_file(settings: Settings, engine: EngineName) -> None:
    """Each account sees for each field, path and document form what the golden file states."""
    if engine is EngineName.GRAPHQL_CORE and DATABASE != "sqlite":
        pytest.skip("graphql-core does not depend on the database")
    # The compiling engine executes the second request from its plan, a different code path.
    times = 2 if engine is EngineName.COMPILED else 1
    async with open_hall(replace(settings, engine=engine)) as hall:
        subject = await _prepare_record()
        browsers = await _browsers(hall)
        rows: dict[str, dict[str, str]] = {}
        for name, (path, kind, keys) in {**subject.paths(), **subject.short_paths()}.items():
            # The viewer's person is a separate path.
            seen_already = ("Person",) if kind == "Viewer" else ()
            parts = [FEW_FIELDS] if name in subject.short_paths() else list(parts_of(SCHEMA, kind, seen_already))
            seen: dict[str, dict[str, str]] = {principal: {} for principal in ACCOUNTS}
            for (number, principal), part in product(enumerate(ACCOUNTS), parts):
                documents = forms(path, kind, part, number, is_compiled=times > 1)
                seen[principal] |= await _seen(browsers[principal], documents, keys, times)
            for field in sorted({field for fields in seen.values() for field in fields}):
                rows[f"{name}.{field}"] = {
                    principal: seen[principal][field] for principal in ACCOUNTS if field in seen[principal]
                }
        lines = [*table(rows, ACCOUNTS), "", *table(await _operations(subject, browsers), ACCOUNTS)]
    if os.environ.get("HALL_WRITE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == GOLDEN.read_text("utf-8").splitlines(), "rewrite it with HALL_WRITE_GOLDEN=1, and review the diff"


def test_all_operations_are_in_golden_file() -> None:
    """Each field of Query and Mutation has a row in the golden file."""
    written = GOLDEN.read_text("utf-8")
    for root in (SCHEMA.query_type, SCHEMA.mutation_type):
        assert isinstance(root, GraphQLObjectType)
        missing = [name for name in root.fields if f"\n{name}" not in written]
        assert missing == []


async def test_lists_are_limited_to_districts(hall: Hall) -> None:
    """A clerk's counts, pages and filters cover only the clerk's districts, also after a hidden person's cursor."""
    await _prepare_record()
    browsers = await _browsers(hall)
    first, last = await Person.all().order_by("id").first(), await Person.all().order_by("-id").first()
    assert first is not None
    assert last is not None
    # The first person is of another district, so all persons of the district follow their cursor.
    await Person.filter(id=first.id).update(insured_district="120105")
    everywhere, here = await Person.all().count(), await Person.filter(insured_district="120101").count()
    counts = {
        "anonymous": 0,
        "owner": 0,
        "another": 0,
        "here": here,
        "nowhere": 0,
        "supervisor": everywhere,
        "ended": 0,
    }
    for principal, count in counts.items():
        ask = browsers[principal]
        assert (await _people(ask, ""))["totalCount"] == count
        assert (await _people(ask, 'filter: { nameContains: "" }'))["totalCount"] == count
        # After the cursor of a hidden person, the list continues with the visible ones.
        page = await _people(ask, f'first: 100, after: "{cursor(LIST, first.id)}"')
        following = {"here": here, "supervisor": everywhere - 1}.get(principal, 0)
        assert len(page["nodes"]) == min(100, following)
        assert page["pageInfo"]["hasNextPage"] == (following > 100)
        end = await _people(ask, f'after: "{cursor(LIST, last.id)}"')
        assert (end["nodes"], end["pageInfo"]["hasNextPage"], end["pageInfo"]["endCursor"]) == ([], False, None)
        elsewhere = await _people(ask, 'filter: { district: "120105" }')
        assert (elsewhere["totalCount"] > 0) == (principal == "supervisor")
        assert elsewhere["pageInfo"]["hasNextPage"] == (principal == "supervisor")


async def _people(browser: httpx.AsyncClient, arguments: str) -> Any:
    called = f"({arguments})" if arguments else ""
    document = f"{{ people{called} {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    return (await browser.post("/graphql", json={"query": document})).json()["data"]["people"]


async def _prepare_record() -> Subject:
    """Fill all fields of the record of `enrolled`, so that an empty cell means hidden."""
    account = await Account.get(name="enrolled").prefetch_related("person")
    person = account.person
    assert person is not None
    blank = [name for name in person._meta.db_fields if getattr(person, name) is None]
    filled = {"insured_district": "120101", "position_nature": "PRODUCTION", "disability_grade": "1"}
    codes = {"public_sector_staff_category": "01", "host_employer_name": "津湾公司", "department": "一科"}
    others = {"employer_id": 1, "employment_scope": "1", "work_start_date": date(2010, 1, 1)}
    arguments_text = {name: value for name, value in {**codes, **others}.items() if name in blank}
    await Person.filter(id=person.id).update(**{**filled, **arguments_text})
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
    return Subject(person.id_number, person.public_id, enrolment.public_id, cursor(LIST, before.id))


async def _browsers(hall: Hall) -> dict[str, httpx.AsyncClient]:
    accounts_of = CITIZENS | {"anonymous": None, "elsewhere": "clerk-elsewhere", "nowhere": "clerk-nowhere"}
    browsers = {principal: await hall.browser(account) for principal, account in accounts_of.items()}
    for principal, account in PROGRAMS.items():
        browsers[principal] = await hall.new_browser()
        token = await accounts.issue_token(account, now=clock.now())
        browsers[principal].headers["Authorization"] = f"Bearer {token}"
    ended = browsers["ended"] = await hall.browser("retired")
    # The expired session requests the same record as the others.
    await Session.filter(account__name="retired").update(expires_at=clock.now())
    assert (await ended.post("/graphql", json={"query": "{ viewer { account } }"})).json()["data"] == {"viewer": None}
    # Adds an entry to each access log that can be read.
    reveal = f"{{ viewer {{ person {{ revealed(purpose: {PURPOSE}) {{ name }} }} }} }}"
    for browser in browsers.values():
        await browser.post("/graphql", json={"query": reveal})
    return browsers


async def _seen(browser: httpx.AsyncClient, documents: list[str], keys: tuple[str, ...], times: int) -> dict[str, str]:
    """Return the cells of one path; they are the same for all document forms and repetitions."""
    seen: list[dict[str, str]] = []
    for document in documents:
        for _ in range(times):
            answer = (await browser.post("/graphql", json={"query": document})).json()
            assert "errors" not in answer, answer["errors"]
            data = {keys[0] if key == "other" else key: value for key, value in answer["data"].items()}
            seen.append(dict(cells(data, keys)))
    assert all(each == seen[0] for each in seen)
    return seen[0]


async def _operations(subject: Subject, browsers: dict[str, httpx.AsyncClient]) -> dict[str, dict[str, str]]:
    """Return the cells of operations without a record: public queries, and mutations for each account."""
    assert SCHEMA.mutation_type is not None
    rows: dict[str, dict[str, str]] = {}
    for name, document in PUBLIC.items():
        for principal, browser in browsers.items():
            data = (await browser.post("/graphql", json={"query": f"{{ {document} }}"})).json()["data"]
            rows.setdefault(name, {})[principal] = ABSENT if data[name] is None else "yes"
    for name, arguments in WRITES.items():
        arguments_text = arguments % subject.enrolment if "%" in arguments else arguments
        for principal, browser in browsers.items():
            answer = (await browser.post("/graphql", json={"query": f"mutation {{ {name}{arguments_text} }}"})).json()
            # A token that a previous mutation has ended (signOut) is refused before the operation.
            result = answer["data"][name] if "data" in answer else answer["errors"][0]["extensions"]
            rows.setdefault(name, {})[principal] = (
                result.get("code") or result.get("account") or result.get("__typename", "null")
            )
    return rows
