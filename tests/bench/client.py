"""Measures a first visit to the client on a phone: when its largest element is painted, what it transfers, what moves.

The network is Lighthouse's slow 4G (1.6 Mbit/s down, 750 kbit/s up, 150 ms), the processor four times slower. GOV.UK's
start page, made of its published packages, is measured in the same way, in turns: `make bench-client`.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import uvicorn
from playwright.async_api import Browser, async_playwright

from api.http.static.files import ClientFiles
from api.settings import Mode, Settings
from tests.browser.conftest import CHROMIUM
from tests.http.serving import free_port, serving

ROUNDS = 5
PHONE = {"width": 360, "height": 740}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
SETTLED_MS = 1_500
PAINTED = """() => new Promise(resolve => {
  const seen = { lcp: 0, shift: 0 }
  const observe = (type, note) =>
    new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true })
  observe('largest-contentful-paint', each => { seen.lcp = each.startTime })
  observe('layout-shift', each => { if (!each.hadRecentInput) seen.shift += each.value })
  setTimeout(() => resolve(seen), 200)
})"""
PACKAGES = Path(__file__).parent / "peers" / "node_modules"
GOVUK = PACKAGES / "govuk-frontend" / "dist" / "govuk"
START_PAGE = """<!doctype html>
<html lang="en" class="govuk-template">
<head>
<meta charset="utf-8"><title>Start page</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="govuk-frontend.min.css">
</head>
<body class="govuk-template__body">
<script type="module">
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
import('./govuk-frontend.min.js').then(({ initAll }) => initAll())
</script>
<div class="govuk-width-container"><main class="govuk-main-wrapper" id="main-content">
<h1 class="govuk-heading-xl">Service name goes here</h1>
<p class="govuk-body">Use this service to:</p>
<ul class="govuk-list govuk-list--bullet"><li>do something</li><li>update your name, address or other details</li></ul>
<p class="govuk-body">Registering takes around 5 minutes.</p>
<a href="#" role="button" class="govuk-button govuk-button--start" data-module="govuk-button">Start now</a>
<h2 class="govuk-heading-m">Before you start</h2>
<p class="govuk-body">You can also register by post.</p>
</main></div>
</body>
</html>
"""


async def visit(browser: Browser, address: str) -> tuple[float, float, int, float]:
    """Return milliseconds until the largest element was painted, layout shift, requests and bytes of a first visit."""
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]  # a plain dictionary
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(address)
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(SETTLED_MS)
    seen = await page.evaluate(PAINTED)
    await context.close()
    return seen["lcp"], seen["shift"], len(sizes), sum(sizes)


@asynccontextmanager
async def start_page() -> AsyncIterator[str]:
    """Serve GOV.UK's start page from its package; yield its address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("govuk-frontend.min.css", "govuk-frontend.min.js"):
            shutil.copy(GOVUK / file, folder / file)
        shutil.copytree(GOVUK / "assets", folder / "assets")
        (folder / "index.html").write_text(START_PAGE, "utf-8")
        css = folder / "govuk-frontend.min.css"
        css.write_text(css.read_text("utf-8").replace("/assets/", "assets/"), "utf-8")
        port = free_port()
        config = uvicorn.Config(ClientFiles(folder, is_watched=False), host="127.0.0.1", port=port, log_level="error")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
        await running


async def main() -> None:
    """Measure both in turns and print the medians."""
    path = os.environ.get("HALL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        hall = stack.enter_context(serving(Settings(mode=Mode.DEMO, data=Path(data))))
        pages = {"the Hall": f"{hall.address}/", "GOV.UK start page": await stack.enter_async_context(start_page())}
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        measured: dict[str, list[tuple[float, float, int, float]]] = {name: [] for name in pages}
        for _ in range(ROUNDS):
            for name, address in pages.items():
                measured[name].append(await visit(browser, address))
        await browser.close()
    for name, visits in measured.items():
        lcp, shift, requests, size = (median(column) for column in zip(*visits, strict=True))
        print(
            f"{name}: LCP {lcp / 1000:.2f} s, layout shift {shift:.3f}, {requests:.0f} requests, {size / 1000:.1f} kB"
        )


if __name__ == "__main__":
    asyncio.run(main())
