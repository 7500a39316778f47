"""Loading: what a visit transfers, what a second one does, and that nothing moves under the finger."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.async_api import CDPSession, ViewportSize

from tests.browser.test_every_page import VISITS, paths_for
from tests.browser.visitor import Visitor

MAX_SHIFT = 0.05
PHONE: ViewportSize = {"width": 360, "height": 740}
SHIFT = """() => new Promise(resolve => {
  let sum = 0
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => resolve(sum), 100)
})"""


async def transfers(visitor: Visitor) -> list[dict[str, Any]]:
    """Return a list that grows with each response from the network, as CDP describes it."""
    session: CDPSession = await visitor.page.context.new_cdp_session(visitor.page)
    responses: dict[str, dict[str, Any]] = {}
    finished: list[dict[str, Any]] = []

    def received(event: dict[str, Any]) -> None:
        if not event["response"].get("fromDiskCache") and not event["response"].get("fromPrefetchCache"):
            responses[event["requestId"]] = {"url": event["response"]["url"]}

    def loaded(event: dict[str, Any]) -> None:
        if event["requestId"] in responses and event["encodedDataLength"] > 0:
            finished.append(responses.pop(event["requestId"]) | {"bytes": event["encodedDataLength"]})

    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", loaded)
    await session.send("Network.enable")
    return finished


async def test_first_visit_transfers_little(visitor: Visitor) -> None:
    """The first visit to the home page transfers less than 60 KB in total."""
    finished = await transfers(visitor)
    await visitor.open("#/")
    await visitor.page.wait_for_load_state("networkidle")
    assert len(finished) > 1
    assert sum(each["bytes"] for each in finished) < 60_000


@pytest.mark.parametrize("account", [None, "enrolled"])
async def test_second_visit_asks_little(visitor: Visitor, account: str | None) -> None:
    """A second visit makes at most three requests and transfers less than 5 KB."""
    if account is not None:
        await visitor.come_signed_in(account)
    await visitor.open("#/")
    await visitor.page.wait_for_load_state("networkidle")
    finished = await transfers(visitor)
    await visitor.page.goto("about:blank")
    await visitor.open("#/")
    await visitor.page.wait_for_load_state("networkidle")
    assert 0 < len(finished) <= 3, finished
    assert sum(each["bytes"] for each in finished) < 5_000, finished


@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_nothing_moves_while_pages_load(visitor: Visitor, account: str | None, places: Sequence[str]) -> None:
    """On a phone the cumulative layout shift of each page is below 0.05."""
    await visitor.page.set_viewport_size(PHONE)
    moved = {}
    for place in await paths_for(visitor, account, places):
        await visitor.page.goto("about:blank")
        await visitor.open(place)
        moved[place] = await visitor.page.evaluate(SHIFT)
    assert {place: shift for place, shift in moved.items() if shift >= MAX_SHIFT} == {}
