"""The frame of every page: a low header, places at the bottom of a phone, the first service in sight, a menu."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.test_every_page import DISPLAY_SETTINGS, set_display
from tests.browser.visitor import Visitor

MAX_HEADER = 56
IN_SIGHT = 500
TOP_OF_FIRST_SERVICE = "document.querySelector('.card, .primary').getBoundingClientRect().top"


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("choices", DISPLAY_SETTINGS, ids=lambda choices: "-".join(choices.values()))
async def test_first_service_is_in_sight(visitor: Visitor, choices: dict[str, str], width: int) -> None:
    """On a phone the header is one row, and the first service begins in the first 500 pixels, signed in or not."""
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 740})
    await visitor.open("#/")
    await set_display(visitor, choices)
    for account in (None, "eligible", "enrolled"):
        if account is not None:
            await visitor.come_signed_in(account)
        await page.reload()
        await visitor.arrived("/")
        assert await page.evaluate("document.getElementById('header').offsetHeight") <= MAX_HEADER
        assert await page.evaluate(TOP_OF_FIRST_SERVICE) < IN_SIGHT


async def test_places_are_at_the_bottom_of_a_phone(visitor: Visitor) -> None:
    """The places stay at the bottom of a phone's window; in a low window, as at 400 %, they do not cover the text."""
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await visitor.come_signed_in("eligible")
    places = page.locator("#places ul")
    below = "each => each.getBoundingClientRect().bottom === innerHeight"
    assert await places.evaluate(below)
    await page.get_by_role("link", name="我的信息").click()
    await visitor.heading("个人基本信息查询")
    await expect(page.get_by_role("link", name="我的信息")).to_have_attribute("aria-current", "page")
    await page.set_viewport_size({"width": 320, "height": 256})
    assert not await places.evaluate(below)


async def test_menu_opens_and_closes(visitor: Visitor) -> None:
    """The menu opens with its button, and closes with Escape, by leaving it, and by going to another page."""
    page = visitor.page
    await visitor.come_signed_in("eligible")
    menu, button = page.locator("#menu"), page.locator("#menu-button")
    await visitor.open_menu()
    await expect(menu).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(button).to_be_focused()
    await visitor.open_menu()
    await page.locator("#main h1").click()
    await expect(menu).to_be_hidden()
    await visitor.open_menu()
    await menu.get_by_role("link", name="登录设备").click()
    await visitor.arrived("/sessions")
    await expect(menu).to_be_hidden()
    await visitor.open_menu()
    await page.get_by_role("button", name="大字版").click()
    await expect(page.get_by_role("button", name="标准版")).to_be_focused()


async def test_a_page_begins_at_its_top(visitor: Visitor) -> None:
    """Going to another page shows its top at once: nothing glides past."""
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 640})
    await visitor.open("#/calendar")
    await page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    assert await page.evaluate("scrollY") > 1000
    # A glide would show the page, and be on its way.
    arrived = """new Promise(done => new MutationObserver(() => requestAnimationFrame(() => done(scrollY)))
        .observe(document.getElementById('main'), { attributeFilter: ['data-place'] }))"""
    at = asyncio.create_task(page.evaluate(arrived))
    await page.locator("#footer").get_by_role("link", name="我要缴多少").click()
    assert await at == 0
