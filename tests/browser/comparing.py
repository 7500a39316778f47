"""Pictures that do not change with the day: a frozen clock, fixed receipt numbers, a comparison with approved ones."""

import base64
import os
from datetime import datetime
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, Route

from api import clock
from api.zone import SHANGHAI
from tests.web.tools import PACKAGES

FROZEN = datetime(2026, 11, 30, 10, 30, tzinfo=SHANGHAI)
APPROVED = Path(__file__).parent / "approved"
# Receipts have random numbers.
FIX_NUMBERS = """() => {
  const numbers = document.querySelectorAll('.number, .sheet-top strong')
  for (const each of numbers) each.textContent = 'TJ-0000-0000-0000-0000'
  for (const each of document.querySelectorAll('.digest')) each.textContent = Array(8).fill('00000000').join(' ')
}"""
# Of all pixels; letters differ a little between versions of a browser.
TOLERANCE = 0.001
DIFFERENCE = """async ([one, other]) => {
  const pixels = async (picture) => {
    const image = await createImageBitmap(await (await fetch(picture)).blob())
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
    canvas.drawImage(image, 0, 0)
    return canvas.getImageData(0, 0, image.width, image.height)
  }
  const [before, after] = [await pixels(one), await pixels(other)]
  if (before.width !== after.width || before.height !== after.height) return 1
  const { width, height } = before
  return window.pixelmatch(before.data, after.data, null, width, height, { threshold: 0.1 }) / (width * height)
}"""


def freeze() -> None:
    """Stop the clock of a server's process."""
    clock.now = _frozen


def _frozen() -> datetime:
    return FROZEN


async def frozen_page(browser: Browser, address: str, width: int) -> tuple[BrowserContext, Page]:
    """Return a context and a page whose clock stands where the server's does."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, locale="zh-CN", base_url=address, reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.clock.set_fixed_time(FROZEN)

    async def without_date(route: Route) -> None:
        response = await route.fetch()
        kept = {name: value for name, value in response.headers.items() if name not in {"date", "set-cookie"}}
        await route.fulfill(response=response, headers=kept)

    # The client would take the server's real time for the right one.
    await page.route("**/graphql", without_date)
    return context, page


async def difference(page: Page, name: str) -> float:
    """Return which part of the pixels differs from the approved picture; HALL_APPROVE=1 approves this one."""
    await page.evaluate(FIX_NUMBERS)
    masked = [page.locator(".qr-code")]
    taken = await page.screenshot(full_page=True, type="jpeg", quality=35, mask=masked, animations="disabled")
    path = APPROVED / f"{name}.jpg"
    if os.environ.get("HALL_APPROVE"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(taken)
    if not path.exists():
        return 1
    blank = await page.context.browser.new_page()  # type: ignore[union-attr]  # the context is of a browser
    source = (PACKAGES / "pixelmatch" / "index.js").read_text("utf-8")
    await blank.add_script_tag(content=source.replace("export default function", "window.pixelmatch = function"))
    found: float = await blank.evaluate(DIFFERENCE, [_url(path.read_bytes()), _url(taken)])
    await blank.close()
    return found


def _url(picture: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
