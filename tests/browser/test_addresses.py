"""URLs of the client as other programs pass them on."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

NUMBERED = {"number": "FE-1", "digest": "a+b"}
ARRIVING: dict[str, dict[str, str]] = {
    "#/verify/": {},
    "#%2Fverify": {},
    "#%2fverify%2F": {},
    "#/verify/?number=FE-1&digest=a%2Bb": NUMBERED,
    "#%2Fverify?number=FE-1&digest=a%2Bb": NUMBERED,
    "#%2Fverify%3Fnumber%3DFE-1%26digest%3Da%252Bb": NUMBERED,
}


@pytest.mark.parametrize(("link", "filled"), ARRIVING.items(), ids=ARRIVING)
async def test_modified_urls_lead_to_page(visitor: Visitor, link: str, filled: dict[str, str]) -> None:
    """A URL with a trailing slash or escaped twice leads to its page, on the first visit and from another page."""
    await visitor.open("#/")
    for navigation in ("location.hash = link", "location.reload()"):
        await visitor.page.evaluate(f"link => {{ {navigation} }}", link)
        await visitor.arrived("/verify")
        await visitor.heading("验证回执")
        for name, value in filled.items():
            await expect(visitor.page.locator(f"#field-{name}")).to_have_value(value)


async def test_invalid_url_is_not_found(visitor: Visitor) -> None:
    """A URL with invalid escapes leads to the page for unknown URLs."""
    await visitor.open("#/")
    await visitor.page.evaluate("location.hash = '#%2Fverify%E0%A4%A'")
    await visitor.heading("没有找到这个页面")


async def test_services_are_found_by_what_people_call_them(visitor: Visitor) -> None:
    """The page for unknown URLs searches all services, also by other words, and names a telephone where none fits."""
    page = visitor.page
    await visitor.open("#/nowhere")
    links = page.locator("#main .list").get_by_role("link")
    assert await links.count() > 10
    await page.get_by_label("查找服务").fill("缴费 多少钱")
    await expect(links).to_have_text(["我要缴多少"])
    await expect(page.get_by_role("status")).to_have_text("1 项服务")
    await page.get_by_label("查找服务").fill("PENSION")
    await expect(links).to_have_text(["参保登记", "退休日期计算"])
    await page.get_by_label("查找服务").fill("护照")
    await expect(links).to_have_count(0)
    await expect(page.locator("#main").get_by_role("link", name="12333")).to_be_visible()
