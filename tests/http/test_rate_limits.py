"""Rate limits: excessive clients get 429 or RATE_LIMITED; usual ones are not affected."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest
from graphql import parse

from api.adapters.strawberry import core_schema
from api.graphql.compiler.operation import DEFINITION
from api.graphql.limits import LIMITS
from api.graphql.mutations import RefusedWhileLimited
from api.http.graphql.cost_weights import PLANNING
from api.http.graphql.lookup_counter import count_lookups
from api.http.graphql.password_cost import COST, password_cost
from api.http.graphql.persisted_documents import document_id, trusted_documents
from api.http.graphql.rate_limits import MALFORMED, REFUSE_UNREAD_FACTOR
from api.schema.root import schema
from api.settings import Settings
from tests.conftest import needs_compiler
from tests.hall import Hall, open_hall

CHEAP = {"query": "{ service { version } }"}
VIEWER = {"query": "{ viewer { account } }"}
PEOPLE = {"query": "{ people(first: 3) { nodes { name } } }"}
SIGN_IN = {
    "query": "mutation ($i: SignInInput!) { signIn(input: $i) {"
    " __typename ... on AccessProblem { code message retryAfterSeconds } } }",
    "variables": {"i": {"account": "eligible", "password": "demo-eligible"}},
}
WITHDRAW = {
    "query": 'mutation { withdrawFlexibleEmployment(input: { enrolmentId: "x", idempotencyKey: "k" }) {'
    " __typename ... on AccessProblem { code retryAfterSeconds } } }"
}
Move = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("later")


@pytest.fixture
async def open_with(settings: Settings) -> AsyncIterator[Callable[..., Any]]:
    """A function that opens a Hall with these limits."""
    opened = []

    async def open_(**limits: int) -> Hall:
        opened.append(open_hall(replace(settings, **cast("Any", limits))))
        return await opened[-1].__aenter__()

    yield open_
    for each in opened:
        await each.__aexit__(None, None, None)


async def until_limited(browser: httpx.AsyncClient, content: dict[str, Any], most: int = 1000) -> httpx.Response:
    """Repeat a request and return the first response that is not 200."""
    for _ in range(most):
        response = await browser.post("/graphql", json=content)
        if response.status_code != httpx.codes.OK:
            return response
    raise AssertionError("no request was limited")


async def test_address_is_limited_with_retry_after(open_with: Callable[..., Any], later: Move) -> None:
    """An address over its limit gets 429 with Retry-After, and is answered again in the next window."""
    hall = await open_with(rate_address_cost=50)
    later(timedelta(seconds=20))
    browser = await hall.browser(None)
    await browser.post("/graphql", json=CHEAP)
    later(timedelta(seconds=30))
    refused = await until_limited(browser, CHEAP)
    assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert refused.headers["retry-after"] == "50"
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfterSeconds": 50}
    later(timedelta(seconds=81))
    assert (await browser.post("/graphql", json=CHEAP)).status_code == httpx.codes.OK


async def test_limited_mutation_returns_access_problem(open_with: Callable[..., Any]) -> None:
    """A limited mutation returns RATE_LIMITED in its result type and does nothing; signing out is not limited."""
    hall = await open_with(rate_address_cost=50_000)
    browser = await hall.new_browser()
    await until_limited(browser, PEOPLE)
    for content in (SIGN_IN, WITHDRAW):
        answer = (await browser.post("/graphql", json=content)).json()
        (problem,) = answer.pop("data").values()
        assert answer == {}
        assert (problem["__typename"], problem["code"]) == ("AccessProblem", "RATE_LIMITED")
        assert 0 < problem["retryAfterSeconds"] <= 60
    assert not browser.cookies
    out = await browser.post("/graphql", json={"query": "mutation { signOut { account } }"})
    assert out.json() == {"data": {"signOut": {"account": None}}}


async def test_far_over_limit_is_refused_unparsed(open_with: Callable[..., Any]) -> None:
    """Far over the limit a request is refused before it is parsed; malformed documents have a high cost."""
    hall = await open_with(rate_address_cost=REFUSE_UNREAD_FACTOR * MALFORMED)
    browser = await hall.browser(None)
    admitted = 2 * REFUSE_UNREAD_FACTOR + 1
    codes = [(await browser.post("/graphql", json={"query": "{"})).status_code for _ in range(admitted + 1)]
    assert codes == [200] * admitted + [429]


async def test_account_has_its_own_limit(open_with: Callable[..., Any]) -> None:
    """The limit of an account applies at all addresses; another account at the same address is not affected."""
    hall = await open_with(rate_cost=60)
    for account in ("eligible", "manager"):
        assert (await hall.post(account=account, json=VIEWER)).status_code == httpx.codes.OK
    await until_limited(await hall.browser("eligible"), VIEWER)
    elsewhere = await hall.new_browser()
    elsewhere.cookies = (await hall.browser("eligible")).cookies
    assert (await elsewhere.post("/graphql", json=VIEWER)).status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await hall.post(account="manager", json=VIEWER)).status_code == httpx.codes.OK
    assert (await hall.post(json=VIEWER)).status_code == httpx.codes.OK


def new_document(number: int) -> dict[str, str]:
    """Return a request with a document that was not sent before."""
    return {"query": f"{{ viewer {{ account }} }} # {number}"}


async def test_parsing_new_document_costs(open_with: Callable[..., Any]) -> None:
    """For an address, parsing five new documents costs more than a hundred requests with a cached one."""
    hall = await open_with(rate_address_cost=4_000)
    browser = await hall.new_browser()
    for _ in range(100):
        assert (await browser.post("/graphql", json=new_document(0))).status_code == httpx.codes.OK
    codes = [(await browser.post("/graphql", json=new_document(number))).status_code for number in range(1, 100)]
    assert codes[:5] == [httpx.codes.OK] * 5
    assert codes[-1] == httpx.codes.TOO_MANY_REQUESTS


async def test_parsing_costs_for_account(open_with: Callable[..., Any]) -> None:
    """Parsing counts for the account; far over its limit no new document is parsed, at any address."""
    hall = await open_with(rate_cost=1_000)
    for account in ("eligible", "manager"):
        assert (await hall.post(account=account, json=VIEWER)).status_code == httpx.codes.OK
    codes = [(await hall.post(account="eligible", json=new_document(number))).status_code for number in range(60)]
    assert codes[0] == httpx.codes.OK
    assert codes[-1] == httpx.codes.TOO_MANY_REQUESTS
    # If this document were parsed, the response would have its errors.
    unread = await hall.post(account="eligible", json={"query": "{"})
    assert unread.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await hall.post(account="manager", json=new_document(1))).status_code == httpx.codes.OK


async def test_malformed_documents_cost_for_account(open_with: Callable[..., Any]) -> None:
    """Each malformed document costs as much as the most expensive one."""
    hall = await open_with(rate_cost=MALFORMED)
    assert (await hall.post(account="eligible", json=VIEWER)).status_code == httpx.codes.OK
    for _ in range(2):
        assert (await hall.post(account="eligible", json={"query": "{"})).status_code == httpx.codes.OK
    assert (await hall.post(account="eligible", json=VIEWER)).status_code == httpx.codes.TOO_MANY_REQUESTS


@needs_compiler
async def test_compiling_plan_costs(open_with: Callable[..., Any]) -> None:
    """Each plan that is compiled for other values of @include variables costs."""
    hall = await open_with(rate_address_cost=10**8)
    rates = hall.app._endpoint._rates
    names = [f"v{number}" for number in range(4)]
    switched = "query ({}) {{ service {{ {} }} }} #".format(
        ", ".join(f"${name}: Boolean!" for name in names),
        " ".join(f"{name}: version @include(if: ${name})" for name in names),
    )
    ways = [{name: bool(way >> place & 1) for place, name in enumerate(names)} for way in range(1, 16)]
    spent = []
    for salt, variables in enumerate(([ways[0]] * len(ways), ways)):
        before = rates._storage.get(rates._by_address.key("127.0.0.1"))
        for given in variables:
            answer = await hall.post(json={"query": f"{switched}{salt}", "variables": given})
            assert answer.status_code == httpx.codes.OK
        spent.append(rates._storage.get(rates._by_address.key("127.0.0.1")) - before)
    assert spent[1] - spent[0] == (len(ways) - 2) * (len(names) + 1) * PLANNING


async def test_trusted_document_has_no_parsing_cost(open_with: Callable[..., Any]) -> None:
    """A trusted document has no parsing cost, by id or by text."""
    hall = await open_with(rate_address_cost=100)
    text = next(each.text for each in trusted_documents(None) if each.text.startswith("query Session"))
    for content in ({"query": text}, {"documentId": document_id(text)}):
        assert (await hall.post(json=content)).status_code == httpx.codes.OK


async def test_lookups_of_staff_are_limited(open_with: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    """Look-ups per minute are limited, with one WARNING without the account's name; other requests are answered."""
    hall = await open_with(rate_lookups=10)
    clerk = await hall.browser("clerk")
    assert (await until_limited(clerk, PEOPLE, most=20)).status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await clerk.post("/graphql", json=PEOPLE)).status_code == httpx.codes.TOO_MANY_REQUESTS
    alarms = [record for record in caplog.records if "HALL_RATE_LOOKUPS" in record.message]
    assert len(alarms) == 1
    assert "clerk" not in alarms[0].message
    assert (await clerk.post("/graphql", json=VIEWER)).status_code == httpx.codes.OK
    for _ in range(20):
        assert (await hall.post(account="eligible", json=PEOPLE)).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ viewer { account } }", 0),
        ('{ person(idNumber: "1") { name } }', 1),
        ('{ a: person(idNumber: "1") { name } b: node(id: "x") { id } }', 2),
        ("{ people(first: 50) { nodes { name } } }", 1),
        ('{ people(first: 50) { nodes { revealed(purpose: "x") { name } } } }', 50),
        ('{ people(first: 50) { nodes { ...f } } } fragment f on Person { revealed(purpose: "x") { name } }', 50),
        ("query ($n: Int) { people(first: $n) { nodes { revealed { name } } } }", 100),
    ],
)
def test_lookups_of_document(document: str, expected: int) -> None:
    """Each person counts; a masked page counts once, a page with revealed fields counts its size."""
    assert count_lookups(parse(document), LIMITS.max_page_size) == expected


async def test_sign_in_costs_its_hash(open_with: Callable[..., Any]) -> None:
    """A sign-in costs as much as its password hash, which limits the sign-ins per minute of an address."""
    hall = await open_with(rate_address_cost=10 * COST)
    browser = await hall.new_browser()
    codes = []
    for _ in range(11):
        result = (await browser.post("/graphql", json=SIGN_IN)).json()["data"]["signIn"]
        codes.append(result.get("code", result["__typename"]))
    assert codes == ["SignedIn"] * 9 + ["RATE_LIMITED"] * 2


def test_password_cost_of_document() -> None:
    """The cost of a password hash is added once for a document with signIn, and not for others."""
    assert password_cost(parse(str(SIGN_IN["query"]))) == COST
    assert password_cost(parse("mutation { a: signIn { a } ...F } fragment F on Mutation { b: signIn { c } }")) == COST
    assert password_cost(parse(CHEAP["query"])) == 0


def test_all_mutations_but_sign_out_are_limited() -> None:
    """Every mutation except signOut has the extension RefusedWhileLimited."""
    mutation = core_schema(schema).mutation_type
    assert mutation is not None
    unlimited = {
        name
        for name, field in mutation.fields.items()
        if not any(isinstance(each, RefusedWhileLimited) for each in field.extensions[DEFINITION].extensions)
    }
    assert unlimited == {"signOut"}
