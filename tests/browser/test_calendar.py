"""The declaration calendar."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.visitor import Visitor


async def test_calendar_shows_year(visitor: Visitor) -> None:
    """The declaration calendar shows twelve deadlines, and each day of twelve months with text alternatives."""
    page = visitor.page
    await visitor.open("#/calendar?year=2027")
    await expect(page.get_by_role("row", name="12月 11月21日")).to_contain_text("12月19日")
    await page.get_by_text("看每一天").click()
    await expect(page.locator(".month")).to_have_count(12)
    december = page.get_by_role("img", name="2027年12月").first
    await expect(december).to_have_attribute("aria-label", "2027年12月：1日至19日可以申报、20日至31日不受理")
    january = page.get_by_role("img", name="2027年1月：").first
    await expect(january).to_have_attribute(
        "aria-label", "2027年1月：1日至19日可以申报、20日不受理、21日至31日可以申报"
    )


def _content(path: Path) -> str:
    return path.read_bytes().decode()


async def test_phone_subscribes(visitor: Visitor) -> None:
    """A link opens the phone's calendar with the feed of the Hall in the language of the page."""
    await visitor.open("#/calendar")
    href = await visitor.page.get_by_role("link", name="订阅到手机日历").get_attribute("href") or ""
    assert href.startswith("webcal://127.0.0.1:")
    feed = await visitor.page.request.get(href.replace("webcal://", "http://"))
    assert (await feed.text()).count("BEGIN:VEVENT") == 12


async def test_deadlines_are_a_calendar_file(visitor: Visitor) -> None:
    """The deadlines that are still to come are a file for one's own calendar, with lines of at most 75 octets."""
    await visitor.open("#/calendar?year=2030")
    link = visitor.page.get_by_role("link", name="加入我的日历")
    await expect(link).to_have_attribute("download", "2030-01-19.ics")
    async with visitor.page.expect_download() as downloading:
        await link.click()
    text = _content(await (await downloading.value).path())
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == 12
    assert "DTSTART;VALUE=DATE:20301219" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
