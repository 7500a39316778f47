"""Facts in full: to staff one person a request, and so many uses a day; to people their own as often as they like."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.settings import Settings
from tests.accesslog.entries import entries
from tests.hall import Hall, open_hall
from tests.people.test_reading import number_of

MANY = '{ people(first: 20) { nodes { id revealed(purpose: "核对参保信息") { name } } } }'
ONE = '{ people(first: 1) { nodes { id revealed(purpose: "核对参保信息") { name } } } }'
OWN = '{ viewer { person { revealed(purpose: "核对") { name } other: revealed(purpose: "复核") { idNumber } } } }'
Move = Callable[[timedelta], None]


@pytest.fixture
async def strict_hall(settings: Settings) -> AsyncIterator[Hall]:
    """A Hall in which a member of staff may see three records in full a day."""
    async with open_hall(replace(settings, reveals_a_day=3)) as hall:
        yield hall


async def shown(hall: Hall, document: str, account: str) -> list[bool]:
    """Return of each person of a page whether they were shown in full."""
    answer = await hall.ask(document, account=account)
    assert "errors" not in answer
    return [node["revealed"] is not None for node in answer["data"]["people"]["nodes"]]


async def reveals(hall: Hall) -> list[tuple[str, bool]]:
    """Return who was shown something in full, or refused it."""
    log = await entries(hall.settings)
    return [(entry["actor"], bool(entry["granted"])) for entry in log if entry["act"] == "REVEAL"]


@pytest.mark.parametrize("account", ["clerk", "supervisor"])
async def test_a_page_shows_one_person_in_full(hall: Hall, account: str) -> None:
    """The first; the others are null, and the log has one use and one refusal."""
    assert await shown(hall, MANY, account) == [True] + [False] * 19
    assert sorted(await reveals(hall)) == [(account, False), (account, True)]


async def test_look_ups_of_several_show_one_in_full(hall: Hall) -> None:
    """By number, by id and by aliases. The same person may be requested twice."""
    numbers = [await number_of(hall, account) for account in ("eligible", "manager")]
    one, other = (
        f'person(idNumber: "{number}", purpose: "复核") {{ id revealed(purpose: "复核") {{ name }} }}'
        for number in numbers
    )
    found = (await hall.ask(f"{{ a: {one} b: {other} c: {one} }}", account="supervisor"))["data"]
    assert all(each["id"] for each in found.values())
    kept = [name for name, each in found.items() if each["revealed"]]
    assert kept in (["a", "c"], ["b"])


async def test_a_day_has_a_limit_and_an_alarm(strict_hall: Hall, later: Move, caplog: pytest.LogCaptureFixture) -> None:
    """The fourth of a day is refused and logged; the third raises one WARNING, without a name; tomorrow goes on."""
    tomorrow = timedelta(hours=13)
    assert [await shown(strict_hall, ONE, "clerk") for _ in range(5)] == [[True]] * 3 + [[False]] * 2
    assert await reveals(strict_hall) == [("clerk", True)] * 3 + [("clerk", False)] * 2
    alarms = [record for record in caplog.records if "HALL_REVEALS_A_DAY" in record.message]
    assert [record.levelname for record in alarms] == ["WARNING"]
    assert "clerk" not in alarms[0].message
    assert await shown(strict_hall, ONE, "supervisor") == [True]
    later(tomorrow)
    another = await strict_hall.new_browser()
    assert await sign_in(another, "clerk")
    answer = (await another.post("/graphql", json={"query": ONE})).json()
    assert answer["data"]["people"]["nodes"][0]["revealed"]


async def test_the_limit_outlives_a_restart(settings: Settings) -> None:
    """The limit counts entries of the log."""
    strict = replace(settings, reveals_a_day=1)
    async with open_hall(strict) as hall:
        assert await shown(hall, ONE, "clerk") == [True]
    async with open_hall(strict) as hall:
        assert await shown(hall, ONE, "clerk") == [False]


async def test_ones_own_record_has_no_limit(strict_hall: Hall) -> None:
    """As often as its owner likes, twice in one request too."""
    for _ in range(5):
        person = (await strict_hall.ask(OWN, account="eligible"))["data"]["viewer"]["person"]
        assert person["revealed"]
        assert person["other"]


async def sign_in(browser: Any, account: str) -> bool:
    """Sign in in a browser; return whether that succeeded."""
    document = "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }"
    variables = {"i": {"account": account, "password": f"demo-{account}"}}
    answer = (await browser.post("/graphql", json={"query": document, "variables": variables})).json()
    return bool(answer["data"]["signIn"]["__typename"] == "SignedIn")
