"""Many concurrent sign-ins to one account, and a sign-in to another one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from time import perf_counter

import httpx

from tests.attack.promise import promise, require
from tests.attack.target import TIMEOUT_SECONDS, Target
from tests.hall import SIGN_IN

CONNECTIONS = 40
ELSEWHERE = "127.0.0.2"
TIMES = 7
# The maximum slowdown of another client's sign-in. Without the fair queue, all queued sign-ins preceded it.
MAX_SLOWDOWN = 12


@promise
async def crowds_wait_for_themselves(target: Target) -> str:
    """Forty connections that sign in to one account do not delay the sign-in of another client."""
    alone = await _sign_ins(target, "eligible")
    done = asyncio.Event()
    crowd = [asyncio.create_task(_sign_in_repeatedly(target, done)) for _ in range(CONNECTIONS)]
    try:
        # Until all connections have a queued sign-in.
        await asyncio.sleep(1)
        beside = await _sign_ins(target, "eligible")
    finally:
        done.set()
        answered = sum(await asyncio.gather(*crowd))
    require(answered, "no sign-in of the crowd was answered")
    require(beside <= MAX_SLOWDOWN * alone, f"it took {beside * 1000:.0f} ms instead of {alone * 1000:.0f} ms")
    return f"{answered} sign-ins of the crowd; {alone * 1000:.0f} ms alone, {beside * 1000:.0f} ms beside it"


async def _sign_ins(target: Target, account: str) -> float:
    """Return the median seconds of a sign-in from another address."""
    seconds = []
    async with _browser(target, ELSEWHERE) as browser:
        for _ in range(TIMES):
            started = perf_counter()
            require(await _signed_in(browser, account) == account, "the other client could not sign in")
            seconds.append(perf_counter() - started)
    return median(seconds)


async def _sign_in_repeatedly(target: Target, done: asyncio.Event) -> int:
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
