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
APPROVES = bool(os.environ.get("HALL_APPROVE"))
# Receipts have random numbers, rules a version, and earlier pictures have left sessions of the account.
FIX_NUMBERS = """() => {
  const numbers = document.querySelectorAll('.number, .sheet-top strong')
  for (const each of numbers) each.textContent = 'TJ-0000-0000-0000-0000'
  for (const each of document.querySelectorAll('.digest')) each.textContent = Array(8).fill('00000000').join(' ')
  const others = "[data-place='/sessions'] :is(form:not(li *), li:not(:first-child))"
  for (const each of document.querySelectorAll(others)) each.remove()
  const texts = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/\\b[0-9a-f]{12}\\b/g, '0'.repeat(12))
  }
}"""
# Pictures are kept at half their size, which is enough to see that something moved or changed its colour.
SCALE, QUALITY = 0.5, 0.3
# Of all pixels; letters differ a little between versions of a browser.
TOLERANCE = 0.002
DIFFERENCE = """async ([taken, approved, quality]) => {
  const pixels = async (picture) => {
    const image = await createImageBitmap(await (await fetch(picture)).blob())
    const canvas = new OffscreenCanvas(image.width, image.height)
    const drawn = canvas.getContext('2d')
    drawn.drawImage(image, 0, 0)
    return { canvas, ...{ data: drawn.getImageData(0, 0, image.width, image.height).data } }
  }
  const url = (blob) => new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.readAsDataURL(blob)
  })
  const { canvas } = await pixels(taken)
  const kept = await url(await canvas.convertToBlob({ type: 'image/webp', quality }))
  if (approved === null) return [kept, 1]
  const [before, after] = [await pixels(approved), await pixels(kept)]
  const { width, height } = after.canvas
  if (before.canvas.width !== width || before.canvas.height !== height) return [kept, 1]
  const different = window.pixelmatch(before.data, after.data, null, width, height, { threshold: 0.15 })
  return [kept, different / (width * height)]
}"""


def freeze() -> None:
    """Stop the clock of a server's process."""
    clock.now = _frozen


def _frozen() -> datetime:
    return FROZEN


async def frozen_page(browser: Browser, address: str, width: int) -> tuple[BrowserContext, Page]:
    """Return a context and a page whose clock stands where the server's does."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        device_scale_factor=SCALE,
        locale="zh-CN",
        base_url=address,
        reduced_motion="reduce",
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


async def comparer(browser: Browser) -> Page:
    """Return a page that compares pictures."""
    blank = await browser.new_page()
    source = (PACKAGES / "pixelmatch" / "index.js").read_text("utf-8")
    await blank.add_script_tag(content=source.replace("export default function", "window.pixelmatch = function"))
    return blank


async def picture(page: Page, compare: Page, name: str) -> tuple[bytes, float]:
    """Return a picture of the page as it is kept, and which part of its pixels differs from the approved one.

    HALL_APPROVE=1 approves this one.
    """
    await page.evaluate(FIX_NUMBERS)
    masked = [page.locator(".qr-code")]
    taken = await page.screenshot(full_page=True, mask=masked, animations="disabled")
    path = APPROVED / f"{name}.webp"
    approved = None if APPROVES or not path.exists() else _url(path.read_bytes(), "webp")
    kept, different = await compare.evaluate(DIFFERENCE, [_url(taken, "png"), approved, QUALITY])
    content = base64.b64decode(kept.partition(",")[2])
    if APPROVES:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return content, 0 if APPROVES else different


def _url(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
