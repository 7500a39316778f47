"""Many who want the same at once, and somebody who has nothing to do with them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from time import perf_counter

import httpx

from tests.attack.promise import demand, promise
from tests.attack.target import TIMEOUT_SECONDS, Target
from tests.hall import SIGN_IN

CROWD = 40
ELSEWHERE = "127.0.0.2"
TIMES = 7
# How many times as long as alone somebody else's sign-in may take. Each of the crowd used to come before it.
LONGEST = 12


@promise
async def crowds_wait_for_themselves(target: Target) -> str:
    """While one account signs in on forty connections without a pause, somebody else signs in as if alone."""
    alone = await _sign_ins(target, "eligible")
    done = asyncio.Event()
    crowd = [asyncio.create_task(_hammering(target, done)) for _ in range(CROWD)]
    try:
        # Until each of them waits for its turn.
        await asyncio.sleep(1)
        beside = await _sign_ins(target, "eligible")
    finally:
        done.set()
        answered = sum(await asyncio.gather(*crowd))
    demand(answered, "nobody of the crowd was answered")
    demand(beside <= LONGEST * alone, f"it took {beside * 1000:.0f} ms instead of {alone * 1000:.0f} ms")
    return f"{answered} sign-ins of the crowd; {alone * 1000:.0f} ms alone, {beside * 1000:.0f} ms beside it"


async def _sign_ins(target: Target, account: str) -> float:
    """Return how many seconds a sign-in takes from another address."""
    took = []
    async with _browser(target, ELSEWHERE) as browser:
        for _ in range(TIMES):
            began = perf_counter()
            demand(await _signed_in(browser, account) == account, "somebody else could not sign in")
            took.append(perf_counter() - began)
    return median(took)


async def _hammering(target: Target, done: asyncio.Event) -> int:
    answered = 0
    async with _browser(target) as browser:
        while not done.is_set():
            answered += await _signed_in(browser, "manager") == "manager"
    return answered


async def _signed_in(browser: httpx.AsyncClient, account: str) -> str | None:
    variables = {"input": {"account": account, "password": f"demo-{account}"}}
    answer = (await browser.post("/graphql", json={"query": SIGN_IN, "variables": variables})).json()
    viewer: dict[str, str] = answer["data"]["signIn"].get("viewer", {})
    browser.cookies.clear()
    return viewer.get("account")


@asynccontextmanager
async def _browser(target: Target, address: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(
        base_url=target.address, timeout=TIMEOUT_SECONDS, trust_env=False, transport=transport
    ) as browser:
        yield browser
