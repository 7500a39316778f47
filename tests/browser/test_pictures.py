"""A picture of every page, in every width, language and look, compared with the approved one: `make pictures`.

HALL_APPROVE=1 approves the pictures as they are; look at each in `git diff` before you commit it.
"""

from collections.abc import Sequence
from html import escape

import pytest
from playwright.async_api import Browser

from tests.browser.comparing import TOLERANCE, comparer, frozen_page, picture
from tests.browser.conftest import ARTIFACTS
from tests.browser.test_every_page import VISITS, paths_for, set_display
from tests.browser.visitor import Visitor
from tests.durability.scale import IS_FULL

WIDTHS = (360, 768, 1280)
LANGUAGES = ("zh", "en")
LOOKS = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "large": {"theme": "light", "reading": "large"},
}
SHEET = ARTIFACTS / "pictures"
PAGE = "<!doctype html><meta charset=utf-8><style>img{width:180px;vertical-align:top;margin:4px}</style>"


@pytest.mark.skipif(not IS_FULL, reason="letters differ between versions of a browser: make pictures")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_look_as_approved(
    browser: Browser,
    frozen_address: str,
    account: str | None,
    places: Sequence[str],
    width: int,
    look: str,
    language: str,
) -> None:
    """On a frozen day each page fits its window and looks as its approved picture; all stand on one sheet."""
    context, page = await frozen_page(browser, frozen_address, width)
    compare = await comparer(browser)
    visitor = Visitor(page, frozen_address, ARTIFACTS)
    seen = await paths_for(visitor, account, places)
    await set_display(visitor, LOOKS[look] | {"language": language})
    await page.reload()
    wrong = {}
    for number, place in enumerate(seen):
        await visitor.open(place)
        await page.wait_for_load_state("networkidle")
        beyond = await visitor.overflow()
        name = f"{account or 'public'}-{number:02}-{width}-{language}-{look}"
        content, different = await picture(page, compare, name)
        _keep(name, content)
        if beyond > 0 or different > TOLERANCE:
            wrong[place] = (beyond, different)
    await compare.context.close()
    await context.close()
    assert wrong == {}


def _keep(name: str, content: bytes) -> None:
    """Keep the picture and the sheet of all of them."""
    SHEET.mkdir(parents=True, exist_ok=True)
    (SHEET / f"{name}.webp").write_bytes(content)
    pictures = sorted(path.name for path in SHEET.glob("*.webp"))
    listed = "".join(f'<a href="{escape(each)}"><img loading=lazy src="{escape(each)}"></a>' for each in pictures)
    (SHEET / "index.html").write_text(PAGE + listed, "utf-8")
