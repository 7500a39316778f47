"""Reveals: staff get one person per request and a number per day; persons reveal their own record without a limit."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.settings import Settings
from tests.accesslog.entries import entries
from tests.hall import Hall, open_hall
from tests.people.test_read_authorization import number_of

MANY = '{ people(first: 20) { nodes { id revealed(purpose: "核对参保信息") { name } } } }'
ONE = '{ people(first: 1) { nodes { id revealed(purpose: "核对参保信息") { name } } } }'
OWN = '{ viewer { person { revealed(purpose: "核对") { name } other: revealed(purpose: "复核") { idNumber } } } }'
Move = Callable[[timedelta], None]


@pytest.fixture
async def strict_hall(settings: Settings) -> AsyncIterator[Hall]:
    """A Hall with a limit of three reveals a day."""
    async with open_hall(replace(settings, reveals_a_day=3)) as hall:
        yield hall


async def revealed(hall: Hall, document: str, account: str) -> list[bool]:
    """Return for each person of a page whether the record was revealed."""
    answer = await hall.ask(document, account=account)
    assert "errors" not in answer
    return [node["revealed"] is not None for node in answer["data"]["people"]["nodes"]]


async def reveals(hall: Hall) -> list[tuple[str, bool]]:
    """Return account and result of each reveal in the log."""
    log = await entries(hall.settings)
    return [(entry["actor"], bool(entry["granted"])) for entry in log if entry["act"] == "REVEAL"]


@pytest.mark.parametrize("account", ["clerk", "supervisor"])
async def test_page_reveals_one_person(hall: Hall, account: str) -> None:
    """The first person is revealed, the others are null; the log has one reveal and one refusal."""
    assert await revealed(hall, MANY, account) == [True] + [False] * 19
    assert sorted(await reveals(hall)) == [(account, False), (account, True)]


async def test_look_ups_reveal_one_person_per_request(hall: Hall) -> None:
    """One request reveals one person by number, id or alias; the same person may be requested twice."""
    numbers = [await number_of(hall, account) for account in ("eligible", "manager")]
    one, other = (
        f'person(idNumber: "{number}", purpose: "复核") {{ id revealed(purpose: "复核") {{ name }} }}'
        for number in numbers
    )
    found = (await hall.ask(f"{{ a: {one} b: {other} c: {one} }}", account="supervisor"))["data"]
    assert all(each["id"] for each in found.values())
    revealed_aliases = [name for name, each in found.items() if each["revealed"]]
    assert revealed_aliases in (["a", "c"], ["b"])


async def test_reveals_per_day_are_limited(strict_hall: Hall, later: Move, caplog: pytest.LogCaptureFixture) -> None:
    """The fourth reveal of a day is refused and logged; the third logs one WARNING without the account's name."""
    tomorrow = timedelta(hours=13)
    assert [await revealed(strict_hall, ONE, "clerk") for _ in range(5)] == [[True]] * 3 + [[False]] * 2
    assert await reveals(strict_hall) == [("clerk", True)] * 3 + [("clerk", False)] * 2
    alarms = [record for record in caplog.records if "HALL_REVEALS_A_DAY" in record.message]
    assert [record.levelname for record in alarms] == ["WARNING"]
    assert "clerk" not in alarms[0].message
    assert await revealed(strict_hall, ONE, "supervisor") == [True]
    later(tomorrow)
    another = await strict_hall.new_browser()
    assert await sign_in(another, "clerk")
    answer = (await another.post("/graphql", json={"query": ONE})).json()
    assert answer["data"]["people"]["nodes"][0]["revealed"]


async def test_reveal_limit_survives_restart(settings: Settings) -> None:
    """The limit counts entries of the access log."""
    strict = replace(settings, reveals_a_day=1)
    async with open_hall(strict) as hall:
        assert await revealed(hall, ONE, "clerk") == [True]
    async with open_hall(strict) as hall:
        assert await revealed(hall, ONE, "clerk") == [False]


async def test_own_reveals_are_unlimited(strict_hall: Hall) -> None:
    """The own record can be revealed any number of times, twice in a request included."""
    for _ in range(5):
        person = (await strict_hall.ask(OWN, account="eligible"))["data"]["viewer"]["person"]
        assert person["revealed"]
        assert person["other"]


async def sign_in(browser: Any, account: str) -> bool:
    """Sign in; return whether it succeeded."""
    document = "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }"
    variables = {"i": {"account": account, "password": f"demo-{account}"}}
    answer = (await browser.post("/graphql", json={"query": document, "variables": variables})).json()
    return bool(answer["data"]["signIn"]["__typename"] == "SignedIn")
