"""Absent and forbidden records get the same response after the same work.

The work is counted in SQL statements and argon2 runs; `python -m tests.attack` measures time.
"""

import re
from unittest.mock import Mock

import httpx
import pytest

from api.accounts import passwords
from api.accounts.models import Account
from api.people.models import Person
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from tests.hall import SIGN_IN, Hall
from tests.test_statements import counted

WITHDRAW = """mutation { withdrawFlexibleEmployment(input: { enrolmentId: "ID", idempotencyKey: "k" }) {
    __typename ... on Problem { code message supportReference } } }"""
REFERENCE = re.compile(r'(?<="supportReference":")[^"]*')
# ID, PERSON and NUMBER stand for a record whose existence the client must not learn.
QUESTIONS = {
    "person": '{ person(idNumber: "NUMBER", purpose: "核对参保信息") { id name revealed(purpose: "核对") { name } } }',
    "person without a purpose": '{ person(idNumber: "NUMBER") { id } }',
    "personBy an id": '{ personBy(by: { id: "PERSON" }, purpose: "核对参保信息") { id } }',
    "personBy a document": '{ personBy(by: { document: { idNumber: "NUMBER" } }, purpose: "核对参保信息") { id } }',
    "node": '{ node(id: "PERSON") { id __typename } }',
    "nodes": '{ nodes(ids: ["PERSON", "ID"]) { id __typename } }',
    "node of an enrolment": '{ node(id: "ID") { id __typename } }',
    "people": '{ people(filter: { idNumber: "NUMBER" }) { totalCount nodes { id } pageInfo { hasNextPage } } }',
    "withdrawing": WITHDRAW,
}  # fmt: skip


@pytest.mark.parametrize("account", [None, "eligible", "clerk"])
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_forbidden_equals_absent(hall: Hall, question: str, account: str | None) -> None:
    """A record outside the account's scope gets the response for an unknown number, id or enrolment."""
    browser = await hall.browser(account)
    enrolment = await FlexibleEmploymentEnrolment.first().prefetch_related("person")
    assert enrolment is not None
    await Person.filter(id=enrolment.person_id).update(insured_district="120105")
    forbidden = (enrolment.person.id_number, enrolment.person.public_id, enrolment.public_id)
    absent = ("110101199003070011", f"person_{'x' * 22}", f"enrolment_{'x' * 22}")
    seen = [await _seen(browser, question, which) for which in (forbidden, absent, forbidden, absent)]
    assert seen[0] == seen[1]
    assert seen[2] == seen[3]


async def _seen(browser: httpx.AsyncClient, question: str, which: tuple[str, str, str]) -> tuple[str, list[str]]:
    """Return the response and the executed statements."""
    for name, value in zip(("NUMBER", "PERSON", "ID"), which, strict=True):
        question = question.replace(name, value)
    with counted() as statements:
        answer = await browser.post("/graphql", json={"query": question})
    assert answer.status_code == httpx.codes.OK
    return REFERENCE.sub("", answer.text), statements


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Replace the hashing of passwords by a counting mock."""
    counting = Mock(side_effect=passwords._verify)
    monkeypatch.setattr(passwords, "_verify", counting)
    return counting


@pytest.mark.usefixtures("real_passwords")
async def test_sign_in_work_is_independent_of_account(hall: Hall, runs: Mock) -> None:
    """A known and an unknown account execute the same statements and one argon2 run, and get the same response."""
    await Account.filter(name="eligible").update(password_hash=passwords.hash_password("demo-eligible"))
    browser = await hall.new_browser()
    seen = []
    for account in ("eligible", "nobody-of-that-name"):
        variables = {"input": {"account": account, "password": "wrong"}}
        with counted() as statements:
            answer = await browser.post("/graphql", json={"query": SIGN_IN, "variables": variables})
        assert answer.json() == {"data": {"signIn": {"code": "WRONG_CREDENTIALS"}}}
        seen.append(list(statements))
    assert seen[0] == seen[1]
    parameters = [call.args[1].split("$")[1:4] for call in runs.call_args_list]
    assert parameters == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 2
