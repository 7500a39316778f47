"""Accessibility: small screens, large type, dark mode, keyboards, screen readers, slow networks."""

import json
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from api import clock
from api.law.clause import ClauseForm
from api.schemes.registry import SCHEMES
from tests.browser.visitor import CHECK, DETAILS, Visitor
from tests.durability.scale import IS_FULL
from tests.web.tools import PACKAGES, node

PUBLIC = [
    "#/",
    "#/check",
    "#/privacy",
    "#/accessibility",
    "#/sign-in",
    "#/calendar",
    "#/retirement",
    "#/contributions",
    "#/verify",
    "#/rules",
    "#/nowhere",
]
SCHEME = "#/enrol/flexible-employment"
OWN = [
    "#/",
    "#/record",
    "#/access",
    "#/sessions",
    "#/enrol",
    SCHEME,
    f"{SCHEME}/notice",
    f"{SCHEME}/district",
]
RESIDENTS = "#/enrol/residents-pension"
ENROLLED = ["#/", SCHEME, RESIDENTS, "#/receipt/{id}", "#/enrol/done/{id}", "#/withdraw/{id}", "#/record"]
REFUSED = ["#/", SCHEME, RESIDENTS]
RESIDENT = ["#/enrol/flexible-employment", RESIDENTS, f"{RESIDENTS}/notice", f"{RESIDENTS}/district"]
STAFF = ["#/", "#/people", "#/people/{id}"]
VISITS = [
    (None, PUBLIC),
    ("hong-kong", OWN),
    ("enrolled", ENROLLED),
    ("under-sixteen", REFUSED),
    ("resident", RESIDENT),
    ("clerk", STAFF),
]
DISPLAY_SETTINGS = [
    {"language": language, "reading": reading, "theme": theme}
    for language, reading, theme in product(("zh", "en"), ("usual", "large"), ("light", "dark"))
    # Each setting on each page by default, all combinations in `make test-all`.
    if IS_FULL or (language == "en") == (reading == "large") == (theme == "dark")
]
# A window of 1280 by 1024 pixels at 400 %: WCAG 2.2, 1.4.10.
ZOOMED = {"width": 320, "height": 256}
# The classes of fixed and sticky elements that are higher than a fifth of the window.
LARGE_FIXED_ELEMENTS = """() => [...document.querySelectorAll('body *')]
  .filter(each => ['fixed', 'sticky'].includes(getComputedStyle(each).position))
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height > innerHeight / 5)
  .map(each => each.className)"""


async def paths_for(visitor: Visitor, account: str | None, places: Sequence[str]) -> list[str]:
    """Sign in, insert ids into the paths, and return them."""
    if account is None:
        await visitor.open("#/")
        return list(places)
    await visitor.come_signed_in(account)
    named = {"enrolled": visitor.enrolments, "clerk": visitor.people}.get(account)
    first = (await named())[0]["id"] if named else ""
    return [place.format(id=first) for place in places]


async def set_display(visitor: Visitor, choices: dict[str, str]) -> None:
    """Set the display settings."""
    await visitor.page.evaluate("choices => localStorage.setItem('hall.display', choices)", json.dumps(choices))


@pytest.mark.parametrize("choices", DISPLAY_SETTINGS, ids=lambda choices: "-".join(choices.values()))
@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_are_accessible(
    visitor: Visitor, account: str | None, places: Sequence[str], choices: dict[str, str]
) -> None:
    """axe-core finds no violation on any page, and no text has gaps, for each language, theme and type size."""
    found = {}
    seen = await paths_for(visitor, account, places)
    await set_display(visitor, choices)
    await visitor.page.reload()
    for place in seen:
        await visitor.open(place)
        for folded in await visitor.page.locator("summary").all():
            if await folded.is_visible():
                await folded.click()
        found[place] = await visitor.violations()
        shown = await visitor.page.locator("body").inner_text()
        found[place] += re.findall(r"\{\w+\}", shown)  # a gap of a text that was not filled
    assert {place: barriers for place, barriers in found.items() if barriers} == {}


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


@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_fit_small_screens(visitor: Visitor, account: str | None, places: Sequence[str]) -> None:
    """At 320 pixels, and with text at 200 %, no page scrolls horizontally."""
    page = visitor.page
    await page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for place in await paths_for(visitor, account, places):
        await visitor.open(place)
        name = place.strip("#/").split("/enrolment_")[0].replace("/", "-") or "home"
        for size in ("100%", "200%"):
            await page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            found[place, size] = await visitor.overflow()
            await visitor.save_screenshot(f"{name}-{account or 'public'}-320-{size.strip('%')}")
    assert {at: beyond for at, beyond in found.items() if beyond > 0} == {}


@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_fit_at_400_percent(visitor: Visitor, account: str | None, places: Sequence[str]) -> None:
    """At 400 % no page scrolls horizontally, and no fixed element covers the text."""
    await visitor.page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    found = {}
    for place in await paths_for(visitor, account, places):
        await visitor.open(place)
        found[place] = (await visitor.overflow(), await visitor.page.evaluate(LARGE_FIXED_ELEMENTS))
    assert {place: (beyond, before) for place, (beyond, before) in found.items() if beyond > 0 or before} == {}


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


@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_are_valid_html(
    visitor: Visitor, tmp_path: Path, account: str | None, places: Sequence[str]
) -> None:
    """The rendered pages are valid HTML."""
    files = []
    for number, place in enumerate(await paths_for(visitor, account, places)):
        await visitor.open(place)
        html = f"<!doctype html>\n{await visitor.page.evaluate('document.documentElement.outerHTML')}"
        name = place.strip("#/").split("/")[0] or "home"
        files.append(tmp_path / f"{number}-{name}.html")
        files[-1].write_text(html, "utf-8")
    validate = PACKAGES / "html-validate" / "bin" / "html-validate.mjs"
    checked = node(validate, "--config", PACKAGES.parent / "html-validate.json", *files)
    assert checked.stdout + checked.stderr == ""
