"""Staff look up a person by document number with a purpose that the person can read."""

from playwright.async_api import expect

from tests.browser.visitor import Visitor

PURPOSE = "按来函核对证件号码"


async def test_look_up_needs_purpose(visitor: Visitor) -> None:
    """Without a purpose the page shows an error and sends no request; with one it finds the person."""
    page = visitor.page
    await visitor.sign_in("eligible")
    seen = await visitor.ask('{ viewer { person { revealed(purpose: "核对") { idNumber } } } }')
    number = seen["viewer"]["person"]["revealed"]["idNumber"]
    await visitor.sign_in("supervisor")
    await visitor.open("#/people")
    await page.get_by_label("证件号码").fill(number)
    await page.get_by_label("查看目的").fill("\u200b 。")
    await visitor.button("查询").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await expect(page.locator(".error-summary")).to_contain_text("请写明查看目的")
    await page.get_by_label("查看目的").fill(PURPOSE)
    await visitor.button("查询").click()
    await expect(page.locator(".person")).to_have_count(1)
    assert number not in page.url
    assert "%" not in page.url
    await visitor.sign_in("eligible")
    await visitor.open("#/access")
    await expect(page.get_by_text(PURPOSE)).to_have_count(1)
