"""Signing in and out, through the front door."""

from datetime import timedelta

import pytest

from api import clock
from tests.hall import SIGN_IN, Hall

VIEWER = "{ viewer { account sessionExpiresAt } }"
FULL_SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignedIn { viewer { account roles } } ... on Problem { code message } }
}
"""


def credentials(account: str, password: str | None = None) -> dict[str, dict[str, str]]:
    """Return the variables of signing in."""
    return {"input": {"account": account, "password": password or f"demo-{account}"}}


async def test_nobody_is_signed_in_at_first(hall: Hall) -> None:
    """`viewer` is null, which is no error."""
    assert await hall.ask(VIEWER) == {"data": {"viewer": None}}


async def test_the_cookie_is_out_of_reach_of_scripts(hall: Hall) -> None:
    """HttpOnly, SameSite, for the whole path; and its value is nowhere in the answer."""
    browser = await hall.new_browser()
    answer = await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert browser.cookies["hall_session"] not in answer.text
    seen = await browser.post("/graphql", json={"query": VIEWER})
    assert seen.json()["data"]["viewer"]["account"] == "eligible"


@pytest.mark.parametrize(
    ("account", "password"),
    [
        ("eligible", "wrong"),
        ("nobody", "wrong"),
        ("", ""),
        ("a\0b", "x"),
        ("é" * 500, "x" * 5000),
        ("eligible", "p" * 300),
    ],
)
async def test_an_unknown_account_answers_like_a_wrong_password(hall: Hall, account: str, password: str) -> None:
    """The same words, the same code, whatever was typed."""
    browser = await hall.new_browser()
    answer = await browser.post("/graphql", json={"query": FULL_SIGN_IN, "variables": credentials(account, password)})
    if answer.status_code == 200:
        result = answer.json()["data"]["signIn"]
        assert result["code"] == "WRONG_CREDENTIALS"
        assert "账号或密码" in result["message"]
    else:
        assert "\0" in account
        assert answer.status_code == 400


async def test_each_sign_in_begins_a_new_session_and_ends_the_old(hall: Hall) -> None:
    """A secret that was known before signing in is worth nothing afterwards."""
    browser = await hall.new_browser()
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    old = browser.cookies["hall_session"]
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("manager")})
    assert browser.cookies["hall_session"] != old
    thief = await hall.new_browser()
    thief.cookies.set("hall_session", old)
    assert (await thief.post("/graphql", json={"query": VIEWER})).json() == {"data": {"viewer": None}}


async def test_a_sign_in_elsewhere_ends_no_other_session(hall: Hall) -> None:
    """Telephone and computer at the same time: only what has expired is cleared away."""
    browsers = [await hall.new_browser() for _ in range(2)]
    for browser in browsers:
        await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    viewers = [
        (await browser.post("/graphql", json={"query": VIEWER})).json()["data"]["viewer"] for browser in browsers
    ]
    assert [viewer and viewer["account"] for viewer in viewers] == ["eligible", "eligible"]


async def test_signing_out_ends_the_session_at_once(hall: Hall) -> None:
    """The cookie is cleared, its secret is worthless, and signing out twice is fine."""
    browser = await hall.new_browser()
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    secret = browser.cookies["hall_session"]
    out = {"query": "mutation { signOut { account } }"}
    assert (await browser.post("/graphql", json=out)).json() == {"data": {"signOut": {"account": "eligible"}}}
    assert "hall_session" not in browser.cookies
    browser.cookies.set("hall_session", secret)
    assert (await browser.post("/graphql", json={"query": VIEWER})).json() == {"data": {"viewer": None}}
    assert (await browser.post("/graphql", json=out)).json() == {"data": {"signOut": {"account": None}}}


async def test_one_request_is_one_try(hall: Hall) -> None:
    """Aliases do not multiply guesses."""
    document = """
    mutation ($a: SignInInput!, $b: SignInInput!) {
      one: signIn(input: $a) { ... on Problem { code } ... on SignedIn { viewer { account } } }
      two: signIn(input: $b) { ... on Problem { code } ... on SignedIn { viewer { account } } }
    }
    """
    variables = {
        "a": {"account": "eligible", "password": "guess"},
        "b": {"account": "eligible", "password": "demo-eligible"},
    }
    answer = (await hall.ask(document, variables))["data"]
    assert answer == {"one": {"code": "WRONG_CREDENTIALS"}, "two": {"code": "RATE_LIMITED"}}


async def test_a_session_lives_on_while_it_is_used(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of an hour from the last request, four hours at most, then nobody is signed in."""
    browser = await hall.new_browser()
    began = clock.now()
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})

    async def viewer(after: timedelta) -> bool:
        monkeypatch.setattr(clock, "now", lambda: began + after)
        return (await browser.post("/graphql", json={"query": VIEWER})).json()["data"]["viewer"] is not None

    assert [await viewer(timedelta(minutes=14 * step)) for step in range(1, 18)] == [True] * 17
    assert not await viewer(timedelta(hours=4, seconds=1))
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    assert not await viewer(timedelta(hours=4, minutes=16))


async def test_a_program_signs_in_by_token(hall: Hall) -> None:
    """`python -m api token ACCOUNT`: a bearer token acts as the account; a made-up one as nobody."""
    from api.accounts import service

    token = await service.issue_token("supervisor", now=clock.now())
    program = await hall.new_browser()
    answers = [
        await program.post("/graphql", json={"query": VIEWER}, headers={"Authorization": f"Bearer {secret}"})
        for secret in (token, "made-up")
    ]
    viewers = [answer.json()["data"]["viewer"] for answer in answers]
    assert [viewer and viewer["account"] for viewer in viewers] == ["supervisor", None]
