"""The list of ethnic groups that is searched by typing."""

from playwright.async_api import expect

from tests.browser.visitor import CHECK, Visitor


async def reach_details(visitor: Visitor) -> None:
    """Open the form with the list."""
    await visitor.sign_in("manager")
    await visitor.read_and_agree()
    await visitor.choose_district("和平区")


async def test_spelling_that_is_left_is_understood(visitor: Visitor) -> None:
    """A spelling that means one group selects it on leaving the field; for one that means several the page asks."""
    page = visitor.page
    await reach_details(visitor)
    field = page.get_by_role("combobox", name="民族")
    await field.fill("hui")
    await page.keyboard.press("Tab")
    await expect(field).to_have_value("回族")
    await field.fill("d")
    await visitor.button("下一步").click()
    await expect(page.locator(".error-summary")).to_contain_text("请从列表中选择一项")


async def test_spelling_that_is_sent_is_understood(visitor: Visitor) -> None:
    """Enter in the field selects the group that a spelling means, and sends the form."""
    page = visitor.page
    await reach_details(visitor)
    await page.get_by_label("户口性质").select_option("11")
    await page.get_by_label("常驻地址").fill("天津市和平区南京路1号")
    await page.get_by_label("手机号码").fill("13812345678")
    await page.get_by_role("combobox", name="民族").fill("hui")
    await page.keyboard.press("Enter")
    await visitor.heading(CHECK)
    await expect(page.locator("#main")).to_contain_text("回族")
