"""The running application, called in-process without a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from api.app import Hall as Application
from api.demo import lives
from api.http.static.files import StaticFile
from api.settings import Settings
from tests.personal import check_response_for_leaks

SIGN_IN = """
    mutation ($input: SignInInput!) {
      signIn(input: $input) { ... on SignedIn { viewer { account } } ... on Problem { code } }
    }
"""
# Cached because opening a Hall spends most of its time on them: compressed client files, and retirement dates.
_read_file = StaticFile.read
retirements = cache(lives._retirements)


@cache
def _file(path: Path, modified: int) -> StaticFile:  # noqa: ARG001 - part of the cache key
    return _read_file(path)


def file(path: Path) -> StaticFile:
    """Return the file at `path` from a cache."""
    return _file(path, path.stat().st_mtime_ns)


class Hall:
    """A Hall and its browsers, one per account."""

    def __init__(self, app: Application, settings: Settings, browsers: AsyncExitStack) -> None:
        self.app = app
        self.settings = settings
        self._opened = browsers
        self._browsers: dict[str | None, httpx.AsyncClient] = {}

    async def ask(
        self, document: str, variables: dict[str, Any] | None = None, account: str | None = None
    ) -> dict[str, Any]:
        """Return the JSON response to an operation of `account`; it must be HTTP 200."""
        response = await self.post(json={"query": document, "variables": variables or {}}, account=account)
        assert response.status_code == httpx.codes.OK, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def post(self, path: str = "/graphql", *, account: str | None = None, **request: Any) -> httpx.Response:
        """Return the response to a POST; `request` are arguments of httpx: json, content, headers."""
        return await (await self.browser(account)).post(path, **request)

    async def get(self, path: str, *, account: str | None = None, **request: Any) -> httpx.Response:
        """Return the response to a GET."""
        return await (await self.browser(account)).get(path, **request)

    async def browser(self, account: str | None = None) -> httpx.AsyncClient:
        """Return the browser in which `account` is signed in; None means no sign-in."""
        if account not in self._browsers:
            self._browsers[account] = await self.new_browser()
            if account is not None:
                await self._sign_in(account)
        return self._browsers[account]

    async def new_browser(self) -> httpx.AsyncClient:
        """Return a browser without cookies, which receives faults as responses instead of exceptions."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        address = self.settings.public_url or f"http://127.0.0.1:{self.settings.port}"
        hooks = {"response": [check_response_for_leaks]}
        browser = httpx.AsyncClient(transport=transport, base_url=address, event_hooks=hooks)
        return await self._opened.enter_async_context(browser)

    async def _sign_in(self, account: str) -> None:
        answer = await self.ask(SIGN_IN, {"input": {"account": account, "password": f"demo-{account}"}}, account)
        assert answer == {"data": {"signIn": {"viewer": {"account": account}}}}


@asynccontextmanager
async def open_hall(settings: Settings) -> AsyncIterator[Hall]:
    """Run the application with `settings` in this event loop."""
    async with AsyncExitStack() as stack:
        stack.enter_context(patch.object(StaticFile, "read", file))
        stack.enter_context(patch.object(lives, "_retirements", retirements))
        app = Application(settings)
        await stack.enter_async_context(_running(app))
        yield Hall(app, settings, stack)


@asynccontextmanager
async def _running(app: Application) -> AsyncIterator[None]:
    """Run the lifespan of `app` in one task, as a server does, because fixtures start and end in different tasks."""
    started, stopping = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.router.lifespan_context(app):
            started.set()
            await stopping.wait()

    life = asyncio.create_task(live())
    await asyncio.wait({life, asyncio.ensure_future(started.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if life.done():
        await life
    try:
        yield
    finally:
        stopping.set()
        await life
