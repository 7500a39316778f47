"""The session's cookie: what a browser is told to do with it, and what is read back."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from api.http.graphql.cookies import bearer_token, session_cookie, set_cookie
from api.settings import Settings
from tests.hall import SIGN_IN, Hall, open_hall

SIGN_IN_AS = {"query": SIGN_IN, "variables": {"input": {"account": "eligible", "password": "demo-eligible"}}}
PLAIN, SECURE = Settings(), Settings(public_url="https://hall.example")


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(hall: Hall) -> None:
    """HttpOnly, Lax, for the whole Hall; signing out takes it away."""
    browser = await hall.new_browser()
    (cookie,) = SimpleCookie((await browser.post("/graphql", json=SIGN_IN_AS)).headers["set-cookie"]).values()
    assert (cookie.key, cookie["path"], cookie["samesite"], cookie["httponly"]) == ("hall_session", "/", "Lax", True)
    assert "eligible" in (await browser.post("/graphql", json={"query": "{ viewer { account } }"})).text
    left = await browser.post("/graphql", json={"query": "mutation { signOut { account } }"})
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert dict(browser.cookies) == {}


async def test_signing_out_clears_what_the_browser_keeps(hall: Hall) -> None:
    """Clear-Site-Data names caches and storage; signing in, and asking, clears nothing."""
    browser = await hall.new_browser()
    before = await browser.post("/graphql", json=SIGN_IN_AS)
    asked = await browser.post("/graphql", json={"query": "{ viewer { account } }"})
    assert "clear-site-data" not in before.headers
    assert "clear-site-data" not in asked.headers
    left = await browser.post("/graphql", json={"query": "mutation { signOut { account } }"})
    assert left.headers["clear-site-data"] == '"cache", "storage"'


async def test_under_https_the_cookie_belongs_to_this_host_alone(settings: Settings) -> None:
    """Secure, and named so that no other host can set it."""
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
def test_the_cookie_is_found_among_others(header: str | None, secret: str | None) -> None:
    """By its whole name; nothing that cannot be a secret is taken for one."""
    assert session_cookie(header, PLAIN) == secret


def test_under_https_only_the_guarded_name_counts() -> None:
    """A cookie that another host could have set is not read."""
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
def test_a_token_is_read(header: str | None, token: str | None) -> None:
    """Whatever else an Authorization header holds is none; one that can open nothing is one all the same."""
    assert bearer_token(header) == token
