"""The Hall under attack: an address on this machine, and browsers."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.hall import SIGN_IN

TIMEOUT_SECONDS = 30


class NotLoopback(Exception):
    """The address is not on this machine; other Halls are never attacked."""


def require_loopback(address: str) -> str:
    """Return `address` without its trailing slash; raise NotLoopback unless it leads to this machine."""
    host = urlsplit(address).hostname or ""
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback or urlsplit(address).scheme != "http":
        raise NotLoopback(
            f"HALL_URL is {address!r}; only a Hall on this machine is attacked, as http://127.0.0.1:8000."
        )
    return address.rstrip("/")


class Target:
    """A running Hall with the demo data."""

    def __init__(self, address: str, opened: AsyncExitStack) -> None:
        self.address = address
        self._opened = opened
        self._browsers: dict[str | None, httpx.AsyncClient] = {}

    async def ask(
        self, document: str, variables: dict[str, Any] | None = None, account: str | None = None
    ) -> dict[str, Any]:
        """Return the JSON response to an operation of `account`."""
        response = await self.post({"query": document, "variables": variables or {}}, account)
        answer: dict[str, Any] = response.json()
        return answer

    async def post(self, content: Any, account: str | None = None, **request: Any) -> httpx.Response:
        """Return the response to a POST of JSON or raw bytes."""
        body = {"content": content} if isinstance(content, bytes) else {"json": content}
        return await (await self.browser(account)).post("/graphql", **body, **request)

    async def browser(self, account: str | None = None) -> httpx.AsyncClient:
        """Return the browser in which `account` is signed in, shared within a promise; None means no sign-in."""
        if account not in self._browsers:
            browser = await self.new_browser()
            if account is not None:
                variables = {"input": {"account": account, "password": f"demo-{account}"}}
                answer = (await browser.post("/graphql", json={"query": SIGN_IN, "variables": variables})).json()
                if answer.get("data") != {"signIn": {"viewer": {"account": account}}}:
                    raise LookupError(f"{account} of the demo cannot sign in here: is this a Hall with HALL_MODE=demo?")
            self._browsers[account] = browser
        return self._browsers[account]

    def forget_sessions(self) -> None:
        """Sign in again where a session is needed: those of earlier promises may have expired."""
        self._browsers.clear()

    async def new_browser(self) -> httpx.AsyncClient:
        """Return a browser without cookies and without a proxy."""
        browser = httpx.AsyncClient(base_url=self.address, timeout=TIMEOUT_SECONDS, trust_env=False)
        return await self._opened.enter_async_context(browser)


@asynccontextmanager
async def target(address: str) -> AsyncIterator[Target]:
    """Open a target whose browsers are closed at the end."""
    async with AsyncExitStack() as stack:
        yield Target(require_loopback(address), stack)
