"""The contributions page in a real browser, signed out and signed in."""

from playwright.async_api import expect

from tests.browser.visitor import Visitor


async def test_contributions_without_session(visitor: Visitor) -> None:
    """April 2026 at the lowest base: 1,476.30 yuan with a caution; and for a quarter, with a subsidy."""
    page = visitor.page
    await visitor.open("#/contributions")
    await page.get_by_label("年度").select_option("2026")
    await page.get_by_label("从哪个月起").select_option("04")
    await visitor.button("计算").click()
    await expect(page.locator(".big-answer")).to_have_text("1,476.30元")
    await expect(page.locator(".tag", has_text="参考，以税务部门核定为准。")).to_be_visible()
    await expect(page.get_by_text("大额医疗救助：每年260.00元")).to_be_visible()
    await page.get_by_role("radio", name="按季").check()
    await page.get_by_role("checkbox", name="社保补贴").check()
    await visitor.button("计算").click()
    await expect(page.locator(".big-answer")).to_have_text("4,428.90元")
    await expect(page.get_by_text("2,400.00元")).to_be_visible()
    await page.get_by_text("所依据的数据和来源").click()
    await expect(page.get_by_text("津人社局发〔2026〕5号").first).to_be_visible()


async def test_base_spellings(visitor: Visitor) -> None:
    """Full-width digits, commas and units are accepted; a base below the limit has an error; the URL has no input."""
    page = visitor.page
    await visitor.open("#/contributions")
    await expect(page.get_by_label("每月缴费基数")).to_be_hidden()
    await page.get_by_label("年度").select_option("2026")
    await page.get_by_label("从哪个月起").select_option("04")
    await page.get_by_role("radio", name="自己填写").check()
    await page.get_by_label("每月缴费基数").fill("5,000")
    await visitor.button("计算").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await page.get_by_role("link", name="2026年每月缴费基数不能低于5,180元。").click()
    await expect(page.get_by_label("每月缴费基数")).to_be_focused()
    assert await visitor.violations() == []
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("６，０００.００元")
    await page.keyboard.press("Enter")
    await expect(page.locator(".big-answer")).to_have_text("1,710.00元")
    assert "6" not in page.url.partition("#")[2]


async def test_own_subsidy_is_read_from_record(visitor: Visitor) -> None:
    """For a signed-in person the record decides on the subsidy; the page and the verdict are linked."""
    page = visitor.page
    await visitor.come_signed_in("subsidised")
    await visitor.open("#/enrol/flexible-employment")
    await page.get_by_role("link", name="算一算我要缴多少").click()
    await visitor.heading("我要缴多少")
    await expect(page.get_by_text("社保补贴按您的档案计算。")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="社保补贴")).to_have_count(0)
    await page.get_by_role("radio", name="自己填写").check()
    await page.get_by_label("每月缴费基数").fill("10000")
    await visitor.button("计算").click()
    # The months of the demo's subsidy depend on today's date; the text does not.
    await expect(page.locator(".list > li", has_text="社保补贴").first).to_be_visible()
