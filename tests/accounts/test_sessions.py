"""The sessions of an account: only its owner can list and end them."""

import asyncio
import os
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from tortoise.connection import get_connections

from api import clock
from api.accounts import service
from api.accounts.models import Account, Session, SessionKind
from api.accounts.sessions import MAX_SESSIONS
from tests.hall import SIGN_IN, Hall

END_ALL = """
import asyncio, os
from api.accounts.models import Session
from api.db.database import connected
from api.db.transactions.transaction import transaction
from api.settings import Settings

async def end():
    async with connected(Settings.from_environment(os.environ), everywhere=True):
        await transaction(lambda: Session.all().delete())

asyncio.run(end())
"""
SESSIONS = "{ viewer { sessions { id kind startedAt lastUsedAt expiresAt current } } }"
END = """mutation ($i: EndSessionInput!) { endSession(input: $i) {
    __typename ... on SessionEnded { viewer { sessions { id } } } ... on Problem { code } } }"""


async def signed_in(hall: Hall, account: str = "eligible") -> httpx.AsyncClient:
    """Return a new browser in which an account is signed in."""
    browser = await hall.new_browser()
    variables = {"input": {"account": account, "password": f"demo-{account}"}}
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": variables})
    return browser


async def sessions(browser: httpx.AsyncClient) -> list[dict[str, Any]] | None:
    """Return the sessions that a browser's account lists; None if it is not signed in."""
    viewer = (await browser.post("/graphql", json={"query": SESSIONS})).json()["data"]["viewer"]
    return None if viewer is None else viewer["sessions"]


async def end(browser: httpx.AsyncClient, session: str) -> dict[str, Any]:
    """Return the result of ending a session."""
    content = {"query": END, "variables": {"i": {"sessionId": session}}}
    answer = (await browser.post("/graphql", json=content)).json()
    assert "errors" not in answer
    result: dict[str, Any] = answer["data"]["endSession"]
    return result


def current(listed: list[dict[str, Any]] | None) -> str:
    """Return the id of the current session."""
    (one,) = [each["id"] for each in listed or [] if each["current"]]
    return str(one)


async def end_all_in_another_process(hall: Hall) -> int:
    """End all sessions in another process; return its exit status."""
    environment = os.environ | {"HALL_DATA": str(hall.settings.data), "HALL_DATABASE_URL": hall.settings.database}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", END_ALL, cwd=Path(__file__).parents[2], env=environment
    )
    return await process.wait()


async def test_database_contains_no_session_secret(hall: Hall) -> None:
    """The rows of the sessions are not enough to sign in."""
    browser = await signed_in(hall)
    secrets = {*browser.cookies.values(), await service.issue_token("eligible", now=clock.now())}
    rows = await Session.all().values()
    assert len(rows) == len(secrets) == 2
    assert not any(secret[:20] in str(row) for secret in secrets for row in rows)


async def test_sessions_of_account_are_listed(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers and programs are listed, the most recently used first, with the current one marked; expired ones not."""
    started_at = clock.now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: started_at)
    first = await signed_in(hall)
    token = await service.issue_token("eligible", now=started_at)
    await signed_in(hall, "manager")
    monkeypatch.setattr(clock, "now", lambda: started_at + timedelta(minutes=2))
    second = await signed_in(hall)
    listed = await sessions(second)
    assert listed is not None
    assert [(each["kind"], each["current"]) for each in listed] == [
        ("BROWSER", True), ("PROGRAM", False), ("BROWSER", False)
    ]  # fmt: skip
    assert listed[2]["startedAt"] == listed[2]["lastUsedAt"] == started_at.isoformat()
    assert current(await sessions(first)) == listed[2]["id"]
    assert token not in str(listed)
    assert second.cookies["hall_session"] not in str(listed)
    monkeypatch.setattr(clock, "now", lambda: started_at + timedelta(hours=1))
    program = await hall.new_browser()
    program.headers["Authorization"] = f"Bearer {token}"
    (only,) = await sessions(program) or []
    assert (only["kind"], only["current"]) == ("PROGRAM", True)
    assert only["lastUsedAt"] == (started_at + timedelta(hours=1)).isoformat()


async def test_ended_session_is_signed_out(hall: Hall) -> None:
    """The other browser is signed out; ending its session again changes nothing."""
    mine, lost = await signed_in(hall), await signed_in(hall)
    theirs = current(await sessions(lost))
    for _ in range(2):
        ended = await end(mine, theirs)
        assert ended["__typename"] == "SessionEnded"
        assert [each["id"] for each in ended["viewer"]["sessions"]] == [current(await sessions(mine))]
    assert await sessions(lost) is None


async def test_token_can_be_ended(hall: Hall) -> None:
    """The account's owner can end the token of a program."""
    token = await service.issue_token("eligible", now=clock.now())
    mine = await signed_in(hall)
    (program,) = [each["id"] for each in await sessions(mine) or [] if each["kind"] == "PROGRAM"]
    await end(mine, program)
    browser = await hall.new_browser()
    browser.headers["Authorization"] = f"Bearer {token}"
    assert (await browser.post("/graphql", json={"query": SESSIONS})).status_code == httpx.codes.UNAUTHORIZED


async def test_sessions_per_account_are_limited(hall: Hall) -> None:
    """The twenty-first session ends the least recently used one; a browser's sign-ins keep a program's token."""
    token = await service.issue_token("eligible", now=clock.now())
    first, second, *others = [await signed_in(hall) for _ in range(MAX_SESSIONS)]
    assert await sessions(first) is None
    listed = await sessions(second) or []
    assert [each["kind"] for each in listed].count("PROGRAM") == 1
    assert len(listed) == len({each["id"] for each in listed}) == MAX_SESSIONS
    for _ in range(MAX_SESSIONS):
        await service.issue_token("eligible", now=clock.now())
    assert await sessions(others[-1]) is not None
    program = await hall.new_browser()
    program.headers["Authorization"] = f"Bearer {token}"
    assert (await program.post("/graphql", json={"query": SESSIONS})).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.usefixtures("hall")
async def test_concurrent_sign_ins_respect_session_limit() -> None:
    """Thirty concurrent sign-ins succeed and leave twenty sessions."""
    tokens = await asyncio.gather(*(service.issue_token("eligible", now=clock.now()) for _ in range(30)))
    assert len(set(tokens)) == 30
    assert await Session.all().count() == MAX_SESSIONS


@pytest.mark.usefixtures("hall")
async def test_migration_deletes_surplus_sessions() -> None:
    """The migration keeps the twenty most recently used sessions of each account."""
    account = await Account.get(name="eligible")
    now = clock.now()
    for number in range(30):
        moment = now + timedelta(seconds=number)
        await Session.create(
            secret_digest=f"{number}", account=account, kind=SessionKind.BROWSER, started_at=now, seen_at=moment,
            expires_at=now + timedelta(hours=1),
        )  # fmt: skip
    kept = await Account.get(name="manager")
    await Session.create(
        secret_digest="kept", account=kept, kind=SessionKind.BROWSER, started_at=now, seen_at=now, expires_at=now
    )
    surplus = import_module("api.migrations.0011_twenty_sessions").SURPLUS
    await get_connections().get("default").execute_query(surplus)
    assert {row.secret_digest for row in await Session.all()} == {"kept", *(str(number) for number in range(10, 30))}


async def test_foreign_session_cannot_be_ended(hall: Hall) -> None:
    """The id of another account's session gets the same response as an unknown one, and the session stays."""
    other, supervisor = await signed_in(hall, "manager"), await signed_in(hall, "supervisor")
    theirs = current(await sessions(other))
    assert await end(supervisor, theirs) == await end(supervisor, "session_of_nobody")
    assert await sessions(other) is not None
    assert await end(await hall.new_browser(), theirs) == {"__typename": "AccessProblem", "code": "NOT_SIGNED_IN"}
    assert await sessions(other) is not None


async def test_ending_current_session_signs_out(hall: Hall) -> None:
    """The cookie is cleared, and the browser is signed out."""
    browser = await signed_in(hall)
    assert await end(browser, current(await sessions(browser))) == {"__typename": "SessionEnded", "viewer": None}
    assert not browser.cookies
    assert await sessions(browser) is None


async def test_session_ended_by_other_process_is_refused(hall: Hall) -> None:
    """A change by another process invalidates the cached session."""
    browser = await signed_in(hall)
    for _ in range(2):
        assert await sessions(browser) is not None
    assert await end_all_in_another_process(hall) == 0
    assert await sessions(browser) is None
