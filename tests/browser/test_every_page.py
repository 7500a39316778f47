"""Every page in every setting: accessible, and as wide as its window."""

import json
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from tests.browser.drawings import faint_drawings
from tests.browser.visitor import Visitor
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
ZOOMED = (320, 256)
USUAL = "100%"
WINDOWS = (((320, 640), USUAL), ((320, 640), "200%"), (ZOOMED, USUAL), ((768, 800), USUAL))
# Pixels of the header.
ONE_ROW = 56
HTML = "document.documentElement.outerHTML"
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
    visitor: Visitor, tmp_path: Path, account: str | None, places: Sequence[str], choices: dict[str, str]
) -> None:
    """For each language, theme and type size: no finding of axe-core, valid HTML, no gap, no faint drawing."""
    found: dict[str, list[str]] = {}
    files: list[Path] = []
    seen = await paths_for(visitor, account, places)
    await set_display(visitor, choices)
    await visitor.page.reload()
    for place in seen:
        await visitor.open(place)
        files.append(tmp_path / f"{len(files)}-{place.strip('#/').split('/')[0] or 'home'}.html")
        files[-1].write_text(f"<!doctype html>\n{await visitor.page.evaluate(HTML)}", "utf-8")
        for folded in await visitor.page.locator("summary").all():
            if await folded.is_visible():
                await folded.click()
        found[place] = await visitor.violations()
        shown = await visitor.page.locator("body").inner_text()
        found[place] += re.findall(r"\{\w+\}", shown)  # a gap of a text that was not filled
        found[place] += await faint_drawings(visitor.page)
    assert {place: barriers for place, barriers in found.items() if barriers} == {}
    validate = PACKAGES / "html-validate" / "bin" / "html-validate.mjs"
    checked = node(validate, "--config", PACKAGES.parent / "html-validate.json", *files)
    assert checked.stdout + checked.stderr == ""


@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_fit_every_window(visitor: Visitor, account: str | None, places: Sequence[str]) -> None:
    """No page scrolls horizontally: at 320 pixels, with text at 200 %, at 400 %, and on a tablet.

    The header is one row, and no fixed element covers the text.
    """
    page, found = visitor.page, {}
    for place in await paths_for(visitor, account, places):
        await visitor.open(place)
        name = place.strip("#/").split("/enrolment_")[0].replace("/", "-") or "home"
        for (width, height), text in WINDOWS:
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
            is_zoomed = (width, height) == ZOOMED or text != USUAL
            header = 0 if is_zoomed else await page.evaluate("document.getElementById('header').offsetHeight")
            large = await page.evaluate(LARGE_FIXED_ELEMENTS) if (width, height) == ZOOMED else []
            beyond = await visitor.overflow()
            if beyond > 0 or header > ONE_ROW or large:
                found[place, width, height, text] = (beyond, header, large)
            await visitor.save_screenshot(f"{name}-{account or 'public'}-{width}-{text.strip('%')}")
    assert found == {}
