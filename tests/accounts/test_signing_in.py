"""Signing in and out through the HTTP API."""

from datetime import timedelta

import pytest

from api import clock
from api.accounts import service
from api.accounts.models import Session
from tests.hall import SIGN_IN, Hall

VIEWER = "{ viewer { account sessionExpiresAt } }"
FULL_SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignedIn { viewer { account roles } } ... on Problem { code message } }
}
"""


def credentials(account: str, password: str | None = None) -> dict[str, dict[str, str]]:
    """Return the variables of the signIn mutation."""
    return {"input": {"account": account, "password": password or f"demo-{account}"}}


async def test_viewer_is_null_without_session(hall: Hall) -> None:
    """`viewer` is null without an error."""
    assert await hall.ask(VIEWER) == {"data": {"viewer": None}}


async def test_session_cookie_is_httponly(hall: Hall) -> None:
    """The cookie is HttpOnly and SameSite=Lax for the path /, and its value is not in the response."""
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
async def test_unknown_account_equals_wrong_password(hall: Hall, account: str, password: str) -> None:
    """An unknown account and a wrong password get the same code and message."""
    browser = await hall.new_browser()
    answer = await browser.post("/graphql", json={"query": FULL_SIGN_IN, "variables": credentials(account, password)})
    if answer.status_code == 200:
        result = answer.json()["data"]["signIn"]
        assert result["code"] == "WRONG_CREDENTIALS"
        assert "账号或密码" in result["message"]
    else:
        assert "\0" in account
        assert answer.status_code == 400


async def test_sign_in_replaces_session(hall: Hall) -> None:
    """A secret from before the sign-in is not valid afterwards (session fixation)."""
    browser = await hall.new_browser()
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    old = browser.cookies["hall_session"]
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("manager")})
    assert browser.cookies["hall_session"] != old
    attacker = await hall.new_browser()
    attacker.cookies.set("hall_session", old)
    assert (await attacker.post("/graphql", json={"query": VIEWER})).json() == {"data": {"viewer": None}}


async def test_sign_in_keeps_sessions_of_other_browsers(hall: Hall) -> None:
    """A phone and a computer can be signed in at the same time; only expired sessions are deleted."""
    browsers = [await hall.new_browser() for _ in range(2)]
    for browser in browsers:
        await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    viewers = [
        (await browser.post("/graphql", json={"query": VIEWER})).json()["data"]["viewer"] for browser in browsers
    ]
    assert [viewer and viewer["account"] for viewer in viewers] == ["eligible", "eligible"]


async def test_sign_out_ends_session(hall: Hall) -> None:
    """The cookie is cleared, its secret is invalid, and a second sign-out succeeds."""
    browser = await hall.new_browser()
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    secret = browser.cookies["hall_session"]
    out = {"query": "mutation { signOut { account } }"}
    assert (await browser.post("/graphql", json=out)).json() == {"data": {"signOut": {"account": "eligible"}}}
    assert "hall_session" not in browser.cookies
    browser.cookies.set("hall_session", secret)
    assert (await browser.post("/graphql", json={"query": VIEWER})).json() == {"data": {"viewer": None}}
    assert (await browser.post("/graphql", json=out)).json() == {"data": {"signOut": {"account": None}}}


async def test_aliases_do_not_multiply_tries(hall: Hall) -> None:
    """A second signIn in one request is RATE_LIMITED."""
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


async def test_session_timeouts(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session ends 15 minutes after the last request, and after four hours at the latest."""
    browser = await hall.new_browser()
    started_at = clock.now()
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})

    async def viewer(after: timedelta) -> bool:
        monkeypatch.setattr(clock, "now", lambda: started_at + after)
        return (await browser.post("/graphql", json={"query": VIEWER})).json()["data"]["viewer"] is not None

    assert [await viewer(timedelta(minutes=14 * step)) for step in range(1, 18)] == [True] * 17
    assert not await viewer(timedelta(hours=4, seconds=1))
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": credentials("eligible")})
    assert not await viewer(timedelta(hours=4, minutes=16))


async def test_bearer_token_signs_in(hall: Hall) -> None:
    """`python -m api token ACCOUNT`: a bearer token acts as the account, also where a browser names another site."""
    token = await service.issue_token("supervisor", now=clock.now())
    program = await hall.new_browser()
    for more in ({}, {"Sec-Fetch-Site": "cross-site"}):
        sent = {"Authorization": f"Bearer {token}", **more}
        answer = await program.post("/graphql", json={"query": VIEWER}, headers=sent)
        assert answer.json()["data"]["viewer"]["account"] == "supervisor"


@pytest.mark.parametrize("sent", ["Bearer made-up", "Bearer", "bearer  ", f"Bearer {'a' * 300}"])
@pytest.mark.parametrize(
    "query", [VIEWER, "{ service { version } }", "{ __typename }", "mutation { signOut { __typename } }"]
)
async def test_invalid_token_is_401(hall: Hall, sent: str, query: str) -> None:
    """An invalid token gets 401 and a code for any operation, never the response without a sign-in."""
    browser = await hall.browser("eligible")
    for accepted in ("application/json", "application/graphql-response+json"):
        headers = {"Authorization": sent, "Accept": accepted}
        answer = await browser.post("/graphql", json={"query": query}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert answer.headers["content-type"].startswith(accepted)
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "INVALID_TOKEN"
        assert "data" not in answer.json()
    # The session of the cookie is not affected.
    assert (await browser.post("/graphql", json={"query": VIEWER})).json()["data"]["viewer"]["account"] == "eligible"


async def test_request_without_token_is_no_error(hall: Hall) -> None:
    """Without a token, `viewer` is null: with no cookie, with one that has ended, and with a proxy's own header."""
    browser = await hall.new_browser()
    for headers in ({}, {"Cookie": "hall_session=ended"}, {"Authorization": "Basic dGVzdDp0ZXN0"}):
        answer = await browser.post("/graphql", json={"query": VIEWER}, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"data": {"viewer": None}})


async def test_invalid_token_prevents_sign_in(hall: Hall) -> None:
    """With an invalid token, valid credentials of signIn open no session."""
    program = await hall.new_browser()
    sent = {"query": SIGN_IN, "variables": credentials("eligible")}
    answer = await program.post("/graphql", json=sent, headers={"Authorization": "Bearer made-up"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert await Session.all().count() == 0
