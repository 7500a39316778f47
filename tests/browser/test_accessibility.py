"""Accessibility of the form and the notice: axe-core, large type, keyboards, languages."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from api import clock
from api.law.clause import ClauseForm
from api.schemes.registry import SCHEMES
from tests.browser.test_every_page import DISPLAY_SETTINGS, set_display
from tests.browser.visitor import CHECK, DETAILS, Visitor


@pytest.mark.parametrize("choices", DISPLAY_SETTINGS, ids=lambda choices: "-".join(choices.values()))
async def test_form_is_accessible(visitor: Visitor, choices: dict[str, str]) -> None:
    """axe-core finds no violation in the form: empty, with errors, with an open list, and at the check."""
    page = visitor.page
    await visitor.reach_check("manager")
    await set_display(visitor, choices)
    await page.reload()
    await visitor.arrived("/enrol/flexible-employment/check")
    assert await visitor.violations() == []
    await visitor.open("#/enrol/flexible-employment/details")
    await page.locator("#field-mobileNumber").fill("12")
    await page.locator("button[type=submit]").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await page.locator("#field-ethnicGroup").fill("h")
    await expect(page.locator("[role=option]").first).to_be_visible()
    assert await visitor.violations() == []


async def test_journey_by_keyboard(visitor: Visitor) -> None:
    """The journey works without a pointer: skip link, notice, district, form with its combobox, check."""
    page = visitor.page
    await visitor.sign_in("rare-name")
    await visitor.open("#/enrol/flexible-employment/notice")
    await page.reload()
    await visitor.arrived()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await press_until(visitor, "Tab", "#field-consent")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await visitor.heading("选择参保区县")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await press_until(visitor, "Tab", "input[type=radio]")
    await page.keyboard.press("ArrowDown")
    await press_until(visitor, "Tab", "button[type=submit]")
    await page.keyboard.press("Enter")
    await visitor.heading(DETAILS)
    await press_until(visitor, "Tab", "#field-householdRegistrationType")
    await page.keyboard.type("本地")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("mz")
    await expect(page.locator("[role=option]")).to_have_count(0)
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("mg")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="民族")).to_have_value("蒙古族")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("和平区南京路1号")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("13812345678")
    await page.keyboard.press("Enter")
    await visitor.heading(CHECK)


async def press_until(visitor: Visitor, key: str, selector: str) -> None:
    """Press a key until an element has the focus."""
    for _ in range(40):
        await visitor.page.keyboard.press(key)
        if await visitor.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{key} never leads to {selector}")


async def test_large_type(visitor: Visitor) -> None:
    """大字版 enlarges the text at once, and is stored."""
    page = visitor.page
    await visitor.open("#/")
    size = "parseFloat(getComputedStyle(document.querySelector('.lead')).fontSize)"
    usual = await page.evaluate(size)
    await visitor.open_menu()
    await page.get_by_role("button", name="大字版").click()
    await visitor.arrived()
    assert await page.evaluate(size) > usual
    await page.reload()
    await visitor.arrived()
    assert await page.evaluate(size) > usual


@pytest.mark.parametrize(
    ("locale", "lang", "switch"),
    [("zh-CN", "zh-CN", "English"), ("zh-TW", "zh-CN", "English"), ("en-GB", "en", "中文"), ("de-DE", "en", "中文")],
)
async def test_initial_language(
    browser: Browser, address: str, tmp_path: Path, locale: str, lang: str, switch: str
) -> None:
    """Chinese for all Chinese locales, else English; only explicit choices are stored."""
    context = await browser.new_context(locale=locale, base_url=address)
    visitor = Visitor(await context.new_page(), address, tmp_path)
    page = visitor.page
    await visitor.open("#/")
    assert await page.evaluate("document.documentElement.lang") == lang
    await visitor.open_menu()
    await page.get_by_role("button", name="深色" if lang == "zh-CN" else "Dark").click()
    assert await page.evaluate("Object.keys(JSON.parse(localStorage.getItem('hall.display')))") == ["theme"]
    await page.get_by_role("button", name=switch, exact=True).click()
    other = {"zh-CN": "en", "en": "zh-CN"}[lang]
    await page.reload()
    await visitor.arrived("/")
    assert await page.evaluate("document.documentElement.lang") == other
    await context.close()


async def test_notice_layout(visitor: Visitor) -> None:
    """Headings are headings, channels a list with the official numbers, and all words are in order."""
    notice = SCHEMES["FLEXIBLE_EMPLOYMENT"].notice_on(clock.today())
    assert notice is not None
    await visitor.sign_in("eligible")
    await visitor.open("#/enrol/flexible-employment/notice")
    region = visitor.page.get_by_role("region", name="参保须知全文")
    for level, form in ((2, ClauseForm.HEADING), (3, ClauseForm.SUBHEADING)):
        shown = await region.get_by_role("heading", level=level).all_inner_texts()
        assert shown == [clause.text for clause in notice.clauses if clause.form is form] != []
    items = await region.get_by_role("list").get_by_role("listitem").all_inner_texts()
    assert [item[:2] for item in items] == ["1、", "2、"]
    words = (await region.inner_text()).replace("\n", "")
    assert words == "".join(clause.text for clause in notice.clauses)
    await expect(visitor.page.get_by_text("起在本厅使用")).to_be_visible()


async def test_session_end_is_announced(visitor: Visitor) -> None:
    """Three minutes before the end a warning appears, and one button extends the session."""
    page = visitor.page
    await page.clock.install()
    await visitor.sign_in("enrolled")
    await page.clock.fast_forward("12:30")
    await expect(page.get_by_role("alert").filter(has_text="登录即将到期")).to_be_visible()
    await page.get_by_role("button", name="继续使用").click()
    await expect(page.get_by_role("button", name="继续使用")).to_have_count(0)
