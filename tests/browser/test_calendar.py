"""The declaration calendar."""

from playwright.async_api import expect

from tests.browser.visitor import Visitor


async def test_calendar_shows_year(visitor: Visitor) -> None:
    """The declaration calendar shows twelve deadlines, and each day of twelve months with text alternatives."""
    page = visitor.page
    await visitor.open("#/calendar?year=2027")
    await expect(page.get_by_role("row", name="2027年12月")).to_contain_text("2027年12月19日")
    await page.get_by_text("看每一天").click()
    await expect(page.locator(".month")).to_have_count(12)
    december = page.get_by_role("img", name="2027年12月").first
    await expect(december).to_have_attribute("aria-label", "2027年12月：1日至19日可以申报、20日至31日不受理")
    january = page.get_by_role("img", name="2027年1月：").first
    await expect(january).to_have_attribute(
        "aria-label", "2027年1月：1日至19日可以申报、20日不受理、21日至31日可以申报"
    )
