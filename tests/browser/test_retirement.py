"""The retirement calculator."""

from playwright.async_api import expect

from tests.browser.visitor import Visitor


async def test_retirement_date(visitor: Visitor) -> None:
    """A man born in August 1976 retires in July 2039; the date is lenient, and not in the URL."""
    page = visitor.page
    await visitor.open("#/retirement")
    await page.get_by_role("radio", name="男", exact=True).check()
    await page.get_by_label("出生日期").fill("１９７６年８月３日")
    await visitor.button("计算").click()
    await expect(page.locator(".big-answer")).to_have_text("2039年7月3日")
    assert "1976" not in page.url


async def test_retirement_alternatives_show_conditions(visitor: Visitor) -> None:
    """Earlier by choice in flexible employment, later only with an employer; a whole age is 周岁整."""
    page = visitor.page
    await visitor.open("#/retirement")
    await page.get_by_role("radio", name="男", exact=True).check()
    await page.get_by_label("出生日期").fill("1985-01-20")
    await visitor.button("计算").click()
    await expect(page.locator(".row-earlier")).to_contain_text("最低缴费年限")
    await expect(page.locator(".row-earlier")).to_contain_text("届时60周岁整")
    await expect(page.locator(".row-later")).to_have_count(0)
    await page.get_by_role("radio", name="有用人单位").check()
    await visitor.button("计算").click()
    await expect(page.locator(".row-later")).to_contain_text("须所在单位与本人协商一致")
