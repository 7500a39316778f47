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
