"""Who asks too much waits; who asks as people do never notices."""

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
from api.http.graphql.lookup_counter import lookups
from api.http.graphql.password_cost import COST, password_cost
from api.http.graphql.persisted_documents import document_id, trusted_texts
from api.http.graphql.rate_limits import DEAF, MALFORMED
from api.schema.root import schema
from api.settings import Settings
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
    """Opens a Hall with limits."""
    opened = []

    async def open_(**limits: int) -> Hall:
        opened.append(open_hall(replace(settings, **cast("Any", limits))))
        return await opened[-1].__aenter__()

    yield open_
    for each in opened:
        await each.__aexit__(None, None, None)


async def until_limited(browser: httpx.AsyncClient, content: dict[str, Any], most: int = 1000) -> httpx.Response:
    """Return the first answer that is a refusal."""
    for _ in range(most):
        response = await browser.post("/graphql", json=content)
        if response.status_code != httpx.codes.OK:
            return response
    raise AssertionError("nobody was limited")


async def test_an_address_that_asks_too_much_waits(open_with: Callable[..., Any], later: Move) -> None:
    """HTTP 429 in the form of GraphQL, with the seconds to wait; a minute later it is answered again."""
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


async def test_a_mutation_says_so_in_its_own_type(open_with: Callable[..., Any]) -> None:
    """RATE_LIMITED with retryAfterSeconds, no `errors`, nothing done; signing out is always possible."""
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


async def test_whoever_goes_on_is_not_even_read(open_with: Callable[..., Any]) -> None:
    """Far beyond the limit the answer comes before the document is looked at; malformed ones count a great deal."""
    hall = await open_with(rate_address_cost=DEAF * MALFORMED)
    browser = await hall.browser(None)
    codes = [(await browser.post("/graphql", json={"query": "{"})).status_code for _ in range(2 * DEAF + 2)]
    assert codes == [200] * (2 * DEAF + 1) + [429]


async def test_an_account_has_a_budget_of_its_own(open_with: Callable[..., Any]) -> None:
    """Wherever it asks from; another account at the same address goes on."""
    hall = await open_with(rate_cost=60)
    for account in ("eligible", "manager"):
        assert (await hall.post(account=account, json=VIEWER)).status_code == httpx.codes.OK
    await until_limited(await hall.browser("eligible"), VIEWER)
    elsewhere = await hall.new_browser()
    elsewhere.cookies = (await hall.browser("eligible")).cookies
    assert (await elsewhere.post("/graphql", json=VIEWER)).status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await hall.post(account="manager", json=VIEWER)).status_code == httpx.codes.OK
    assert (await hall.post(json=VIEWER)).status_code == httpx.codes.OK


def new(number: int) -> dict[str, str]:
    """Return a question whose document nobody has sent before."""
    return {"query": f"{{ viewer {{ account }} }} # {number}"}


async def test_reading_a_new_document_counts(open_with: Callable[..., Any]) -> None:
    """For an address: five texts cost more than a hundred times the same one, which is read once."""
    hall = await open_with(rate_address_cost=4_000)
    browser = await hall.new_browser()
    for _ in range(100):
        assert (await browser.post("/graphql", json=new(0))).status_code == httpx.codes.OK
    codes = [(await browser.post("/graphql", json=new(number))).status_code for number in range(1, 100)]
    assert codes[:5] == [httpx.codes.OK] * 5
    assert codes[-1] == httpx.codes.TOO_MANY_REQUESTS


async def test_reading_counts_for_an_account_too(open_with: Callable[..., Any]) -> None:
    """And far beyond its limit nothing new is read, from whatever address; another account goes on."""
    hall = await open_with(rate_cost=1_000)
    for account in ("eligible", "manager"):
        assert (await hall.post(account=account, json=VIEWER)).status_code == httpx.codes.OK
    codes = [(await hall.post(account="eligible", json=new(number))).status_code for number in range(60)]
    assert codes[0] == httpx.codes.OK
    assert codes[-1] == httpx.codes.TOO_MANY_REQUESTS
    # A malformed one would be answered with its errors if it were read.
    unread = await hall.post(account="eligible", json={"query": "{"})
    assert unread.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await hall.post(account="manager", json=new(1))).status_code == httpx.codes.OK


async def test_malformed_documents_count_for_an_account_too(open_with: Callable[..., Any]) -> None:
    """Each as much as the dearest of them."""
    hall = await open_with(rate_cost=MALFORMED)
    assert (await hall.post(account="eligible", json=VIEWER)).status_code == httpx.codes.OK
    for _ in range(2):
        assert (await hall.post(account="eligible", json={"query": "{"})).status_code == httpx.codes.OK
    assert (await hall.post(account="eligible", json=VIEWER)).status_code == httpx.codes.TOO_MANY_REQUESTS


async def test_each_plan_that_is_made_counts(open_with: Callable[..., Any]) -> None:
    """Variables with few values have a plan for each of them, which takes longer to make than to use."""
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
        before = rates._limiter.storage.get(rates._by_address.key_for("127.0.0.1"))
        for given in variables:
            answer = await hall.post(json={"query": f"{switched}{salt}", "variables": given})
            assert answer.status_code == httpx.codes.OK
        spent.append(rates._limiter.storage.get(rates._by_address.key_for("127.0.0.1")) - before)
    assert spent[1] - spent[0] == (len(ways) - 2) * (len(names) + 1) * PLANNING


async def test_a_trusted_document_is_read_for_nobody(open_with: Callable[..., Any]) -> None:
    """Neither by its identifier nor by its text: the Hall has read it already."""
    hall = await open_with(rate_address_cost=100)
    text = next(text for text in trusted_texts(None) if text.startswith("query Session"))
    for content in ({"query": text}, {"documentId": document_id(text)}):
        assert (await hall.post(json=content)).status_code == httpx.codes.OK


async def test_staff_who_look_everybody_up_are_stopped_and_noticed(
    open_with: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The look-ups of a minute are limited, one WARNING tells of it, without anybody's name; other work goes on."""
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
    ("document", "looks"),
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
def test_what_counts_as_looking_somebody_up(document: str, looks: int) -> None:
    """Each person; a page of masked ones once, and as many as it holds where anybody is shown in full."""
    assert lookups(parse(document), LIMITS.max_page_size) == looks


async def test_a_sign_in_costs_what_it_takes(open_with: Callable[..., Any]) -> None:
    """A processor is busy with a password for longer than with most pages: an address has so many sign-ins a minute."""
    hall = await open_with(rate_address_cost=10 * COST)
    browser = await hall.new_browser()
    codes = []
    for _ in range(11):
        result = (await browser.post("/graphql", json=SIGN_IN)).json()["data"]["signIn"]
        codes.append(result.get("code", result["__typename"]))
    assert codes == ["SignedIn"] * 9 + ["RATE_LIMITED"] * 2


def test_only_a_document_that_signs_in_pays_for_it() -> None:
    """However often it names the field, as one request is one try."""
    assert password_cost(parse(str(SIGN_IN["query"]))) == COST
    assert password_cost(parse("mutation { a: signIn { a } ...F } fragment F on Mutation { b: signIn { c } }")) == COST
    assert password_cost(parse(CHEAP["query"])) == 0


def test_every_mutation_is_refused_while_its_sender_is_limited() -> None:
    """But signing out, which a person may always do; a new mutation is not forgotten."""
    mutation = core_schema(schema).mutation_type
    assert mutation is not None
    carried_out = {
        name
        for name, field in mutation.fields.items()
        if not any(isinstance(each, RefusedWhileLimited) for each in field.extensions[DEFINITION].extensions)
    }
    assert carried_out == {"signOut"}
