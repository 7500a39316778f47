"""The client on any static server, below any path, with the API at another origin."""

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.async_api import Browser, expect

from api.settings import Mode, Settings
from tests.browser.visitor import Visitor
from tests.http.serving import free_port, serving
from tests.web.tools import WEB

# One server for all tests of this file.
pytestmark = pytest.mark.xdist_group("elsewhere")


class SilentHandler(SimpleHTTPRequestHandler):
    """A static server without a log."""

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def static_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a copy of the client below /city/hall/, configured for an API of another origin."""
    folder = tmp_path_factory.mktemp("static")
    port = free_port()
    settings = Settings(mode=Mode.DEMO, data=folder / "data", cors_origins=(f"http://127.0.0.1:{port}",))
    with serving(settings) as hall:
        copy_client(folder / "city" / "hall", f"{hall.address}/graphql")
        with ThreadingHTTPServer(("127.0.0.1", port), partial(SilentHandler, directory=folder)) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{port}/city/hall/"
            server.shutdown()


def copy_client(folder: Path, api: str) -> None:
    """Copy the client, and set the URL of its API."""
    shutil.copytree(WEB, folder)
    index = folder / "index.html"
    html = index.read_text("utf-8")
    index.write_text(html.replace('name="hall-api" content="graphql"', f'name="hall-api" content="{api}"'), "utf-8")


async def test_client_below_path_with_other_api_origin(browser: Browser, static_address: str, tmp_path: Path) -> None:
    """Signing in, the record and reloading work from a static server with an API of another origin."""
    context = await browser.new_context(locale="zh-CN")
    visitor = Visitor(await context.new_page(), static_address, tmp_path)
    await visitor.sign_in("eligible")
    await visitor.open("#/record")
    await visitor.page.reload()
    await expect(visitor.page.get_by_text("参加工作日期")).to_be_visible()
    await context.close()
