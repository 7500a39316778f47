"""A real Hall in a process of its own, and a real Chromium that visits it.

address   where the Hall is, with fresh demo people
page      a new browser for each test; it must not stumble over anything, nor ask another host, nor keep anything of
          anybody: not in its storage, its cookies within reach of scripts, its titles or its history
visitor   the same page, and what a person does there
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Frame, Page, Request, async_playwright, expect

from api.settings import Mode, Settings
from tests.browser.comparing import freeze
from tests.browser.visitor import Visitor
from tests.http.serving import serving
from tests.personal import people_in

HALL = Path(__file__).parents[2]
ARTIFACTS = HALL / "tests" / "artifacts"
# From the one that takes least.
CHROMIUM = ("chromium-headless-shell", "chromium", "google-chrome")
# A test that cuts the network makes the browser complain of exactly that.
# What a browser keeps when its window is closed; a session's own storage goes with it.
KEPT = """async () => JSON.stringify([
  { ...localStorage }, await indexedDB.databases(), await caches.keys(), document.cookie, document.title, location.href,
])"""
EXPECTED = ("Failed to load resource", "net::ERR_")
# No test asserts a time, and a busy machine may take seconds for a page.
MILLISECONDS = 15_000
expect.set_options(timeout=MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test of this folder in the one event loop in which the browser lives."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demo Hall."""
    with serving(Settings(mode=Mode.DEMO, data=tmp_path_factory.mktemp("hall"))) as hall:
        yield f"{hall.address}/"


@pytest.fixture(scope="module")
def frozen_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo Hall whose clock stands still."""
    with serving(Settings(mode=Mode.DEMO, data=tmp_path_factory.mktemp("frozen")), freeze) as hall:
        yield f"{hall.address}/"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the one named by HALL_CHROMIUM, or the machine's."""
    path = os.environ.get("HALL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not path:
        pytest.fail("There is no Chromium. Install one (Debian: apt-get install chromium), or set HALL_CHROMIUM.")
    async with async_playwright() as playwright:
        # Containers run tests as root, where Chromium's own sandbox cannot.
        launched = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """A new browser window of 1280 by 800."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", base_url=address)
    context.set_default_timeout(MILLISECONDS)
    opened = await context.new_page()
    stumbles: list[str] = []
    strangers: list[str] = []
    history: list[str] = []

    def went(frame: Frame) -> None:
        history.append(frame.url)

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(word in message.text for word in EXPECTED):
            stumbles.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            strangers.append(request.url)

    opened.on("console", heard)
    opened.on("pageerror", lambda error: stumbles.append(str(error)))
    opened.on("request", asked)
    opened.on("framenavigated", went)
    yield opened
    kept = await opened.evaluate(KEPT) if opened.url.startswith(address) else ""
    await context.close()
    assert people_in(f"{kept} {' '.join(history)}") == []
    assert stumbles == []
    assert strangers == []


@pytest.fixture
def visitor(page: Page, address: str) -> Visitor:
    """A user of the client, in a page of a browser."""
    return Visitor(page, address, ARTIFACTS)
