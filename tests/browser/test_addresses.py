"""Addresses of the client as they arrive, after other programs have passed them on."""

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
async def test_an_address_that_was_passed_on_leads_to_its_page(
    visitor: Visitor, link: str, filled: dict[str, str]
) -> None:
    """With a slash at its end, or with its signs escaped once more, at the first visit and from another page."""
    await visitor.open("#/")
    for how in ("location.hash = link", "location.reload()"):
        await visitor.page.evaluate(f"link => {{ {how} }}", link)
        await visitor.arrived("/verify")
        await visitor.heading("验证回执")
        for name, value in filled.items():
            await expect(visitor.page.locator(f"#field-{name}")).to_have_value(value)


async def test_an_address_that_cannot_be_read_is_no_page(visitor: Visitor) -> None:
    """Signs that are escaped wrongly end no script."""
    await visitor.open("#/")
    await visitor.page.evaluate("location.hash = '#%2Fverify%E0%A4%A'")
    await visitor.heading("没有找到这个页面")
