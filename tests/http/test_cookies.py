"""The session cookie: its attributes, and how it is read back."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from api.http.graphql.cookies import bearer_token, session_cookie, set_cookie
from api.settings import Settings
from tests.hall import SIGN_IN, Hall, open_hall

SIGN_IN_AS = {"query": SIGN_IN, "variables": {"input": {"account": "eligible", "password": "demo-eligible"}}}
PLAIN, SECURE = Settings(), Settings(public_url="https://hall.example")


async def test_sign_in_sets_httponly_cookie(hall: Hall) -> None:
    """The cookie is HttpOnly and SameSite=Lax for the path /; signing out deletes it."""
    browser = await hall.new_browser()
    (cookie,) = SimpleCookie((await browser.post("/graphql", json=SIGN_IN_AS)).headers["set-cookie"]).values()
    assert (cookie.key, cookie["path"], cookie["samesite"], cookie["httponly"]) == ("hall_session", "/", "Lax", True)
    assert "eligible" in (await browser.post("/graphql", json={"query": "{ viewer { account } }"})).text
    left = await browser.post("/graphql", json={"query": "mutation { signOut { account } }"})
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert dict(browser.cookies) == {}


async def test_sign_out_sends_clear_site_data(hall: Hall) -> None:
    """Signing out sends Clear-Site-Data for cache and storage; other operations do not."""
    browser = await hall.new_browser()
    before = await browser.post("/graphql", json=SIGN_IN_AS)
    queried = await browser.post("/graphql", json={"query": "{ viewer { account } }"})
    assert "clear-site-data" not in before.headers
    assert "clear-site-data" not in queried.headers
    left = await browser.post("/graphql", json={"query": "mutation { signOut { account } }"})
    assert left.headers["clear-site-data"] == '"cache", "storage"'


async def test_cookie_under_https_has_host_prefix(settings: Settings) -> None:
    """Under HTTPS the cookie is Secure and has the prefix __Host-, so that no other host can set it."""
    async with open_hall(replace(settings, public_url="https://hall.example")) as hall:
        header = (await hall.post(json=SIGN_IN_AS)).headers["set-cookie"]
        assert header.startswith("__Host-hall_session=")
        assert "; Secure" in header
        assert "Domain" not in header
        assert "eligible" in (await hall.post(json={"query": "{ viewer { account } }"})).text


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        (None, None),
        ("", None),
        ("hall_session=abc", "abc"),
        ("a=b; hall_session=abc; c=d", "abc"),
        ("hall_session=", None),
        ("hall_session", None),
        ("other_hall_session=abc", None),
        ("__Host-hall_session=abc", None),
        (f"hall_session={'a' * 1000}", None),
    ],
)
def test_session_cookie_is_parsed(header: str | None, secret: str | None) -> None:
    """The cookie is found by its exact name; a value that cannot be a secret is ignored."""
    assert session_cookie(header, PLAIN) == secret


def test_unprefixed_cookie_is_ignored_under_https() -> None:
    """Under HTTPS a cookie without the prefix is ignored."""
    assert session_cookie("hall_session=abc", SECURE) is None
    assert session_cookie("__Host-hall_session=abc", SECURE) == "abc"
    assert session_cookie(set_cookie("abc", SECURE), SECURE) == "abc"


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", None),
        ("Bearer", ""),
        (f"Bearer {'a' * 300}", "a" * 257),
        ("abc", None),
    ],
)
def test_bearer_token_is_parsed(header: str | None, token: str | None) -> None:
    """Only the scheme Bearer yields a token, also for a token that is not valid."""
    assert bearer_token(header) == token
