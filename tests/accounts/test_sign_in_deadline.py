"""A sign-in has one deadline: slow steps, each within its own time-out, do not add up to more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import perf_counter
from typing import Any

import httpx
import msgspec
import pytest

from api import clock
from api.accounts import fair_queue, login_throttle, passwords, service
from api.accounts.login_throttle import SignInAttempt
from api.db.query.rows import Rows
from api.http.graphql import endpoint, execution
from api.people.context import Context
from tests.hall import SIGN_IN, Hall

DEADLINE = 1.0
# What the event loop of a busy machine may be late by.
LATE = 0.6
STEPS: dict[str, tuple[Any, str]] = {
    "the token": (Context, "_look_up"),
    "the account": (Rows, "one"),
    "the earlier tries": (SignInAttempt, "wait"),
    "the queue": (fair_queue.FairQueue, "_wait"),
    "counting": (SignInAttempt, "count"),
    "hashing": (passwords, "verify_password"),
    "the session": (service, "_start_session"),
    "tidying": (login_throttle, "delete_expired"),
}
INPUT = {"account": "eligible", "password": "demo-eligible"}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "REQUEST_SECONDS", DEADLINE)
    monkeypatch.setattr(endpoint, "REQUEST_SECONDS", DEADLINE)


def _slowed(step: Callable[..., Awaitable[Any]], seconds: float) -> Callable[..., Awaitable[Any]]:
    async def slowly(*given: Any, **named: Any) -> Any:
        await asyncio.sleep(seconds)
        return await step(*given, **named)

    return slowly


async def _sign_in(hall: Hall, *, late: float = 0, token: str | None = None) -> tuple[httpx.Response, float]:
    """Return the answer to a sign-in whose body comes `late`, and the seconds that it took."""

    async def body() -> AsyncIterator[bytes]:
        await asyncio.sleep(late)
        yield msgspec.json.encode({"query": SIGN_IN, "variables": {"input": INPUT}})

    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    browser = await hall.new_browser()
    began = perf_counter()
    answer = await browser.post("/graphql", content=body(), headers=headers)
    return answer, perf_counter() - began


async def test_slow_steps_share_one_deadline(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late body, a slow token and six slow steps end together, and with BUSY, when the time of one is up."""
    token = await service.issue_token("eligible", now=clock.now())
    for name, (owner, step) in STEPS.items():
        seconds = 0.7 * DEADLINE if name == "the token" else 0.3 * DEADLINE
        monkeypatch.setattr(owner, step, _slowed(getattr(owner, step), seconds))
    answer, seconds = await _sign_in(hall, late=0.7 * DEADLINE, token=token)
    assert seconds < DEADLINE + LATE
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "BUSY")


@pytest.mark.parametrize("name", [name for name in STEPS if name != "the token"])
async def test_each_step_ends_at_the_deadline(hall: Hall, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whichever step takes for ever: BUSY at the deadline, and the next sign-in succeeds."""
    owner, step = STEPS[name]
    with monkeypatch.context() as slow:
        slow.setattr(owner, step, _slowed(getattr(owner, step), 60))
        if name == "the queue":
            slow.setattr(fair_queue.FairQueue, "_is_free", lambda *_: False)
        answer, seconds = await _sign_in(hall)
        assert DEADLINE / 2 < seconds < DEADLINE + LATE
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "BUSY")
        assert "retry-after" in answer.headers
    answer, _ = await _sign_in(hall)
    assert answer.json() == {"data": {"signIn": {"viewer": {"account": "eligible"}}}}
