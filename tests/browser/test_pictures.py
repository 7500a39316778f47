"""Pictures of every page: compared with approved ones on a frozen day, and in every setting for eyes: `make pictures`.

HALL_APPROVE=1 approves the pictures as they are; look at each in `git diff` before you commit it.
"""

from collections.abc import Iterator, Sequence
from html import escape

import pytest
from playwright.async_api import Browser

from api.settings import Mode, Settings
from tests.browser.comparing import TOLERANCE, difference, freeze, frozen_page
from tests.browser.conftest import ARTIFACTS
from tests.browser.test_every_page import VISITS, paths_for, set_display
from tests.browser.visitor import Visitor
from tests.durability.scale import IS_FULL
from tests.http.serving import serving

WIDTHS = (360, 768, 1280)
LOOKS = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "large": {"theme": "light", "reading": "large"},
}
SHEET = ARTIFACTS / "pictures"
PAGE = "<!doctype html><meta charset=utf-8><style>img{width:180px;vertical-align:top;margin:4px}</style>"


@pytest.mark.skipif(not IS_FULL, reason="test_every_page.py opens each page in each window")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_fit_every_width(
    visitor: Visitor, account: str | None, places: Sequence[str], width: int, look: str, language: str
) -> None:
    """No page is wider than the window, and the header is one row; each is kept as a picture in the full run."""
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 800})
    seen = await paths_for(visitor, account, places)
    await set_display(visitor, LOOKS[look] | {"language": language})
    await page.reload()
    wrong = {}
    for number, place in enumerate(seen):
        await visitor.open(place)
        beyond = await visitor.overflow()
        height = await page.evaluate("document.getElementById('header').offsetHeight")
        if beyond > 0 or height > 56:
            wrong[place] = (beyond, height)
        await _keep(visitor, f"{account or 'public'}-{number:02}", f"{width}-{language}-{look}")
    assert wrong == {}


async def _keep(visitor: Visitor, name: str, setting: str) -> None:
    """Keep the picture and the sheet of all of them."""
    SHEET.mkdir(parents=True, exist_ok=True)
    await visitor.page.screenshot(path=SHEET / f"{name}-{setting}.png", full_page=True)
    pictures = sorted(path.name for path in SHEET.glob("*.png"))
    listed = "".join(f'<a href="{escape(each)}"><img loading=lazy src="{escape(each)}"></a>' for each in pictures)
    (SHEET / "index.html").write_text(PAGE + listed, "utf-8")


@pytest.fixture(scope="module")
def frozen_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo Hall whose clock stands still."""
    with serving(Settings(mode=Mode.DEMO, data=tmp_path_factory.mktemp("frozen")), freeze) as hall:
        yield f"{hall.address}/"


@pytest.mark.skipif(not IS_FULL, reason="letters differ between versions of a browser: make pictures")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("account", "places"), VISITS, ids=lambda value: value if isinstance(value, str) else "")
async def test_pages_look_as_approved(
    browser: Browser, frozen_address: str, account: str | None, places: Sequence[str], width: int
) -> None:
    """On a frozen day each page looks as its approved picture."""
    context, page = await frozen_page(browser, frozen_address, width)
    visitor = Visitor(page, frozen_address, ARTIFACTS)
    found = {}
    for number, place in enumerate(await paths_for(visitor, account, places)):
        await visitor.open(place)
        await page.wait_for_load_state("networkidle")
        found[place] = await difference(page, f"{account or 'public'}-{number:02}-{width}")
    await context.close()
    assert {place: part for place, part in found.items() if part > TOLERANCE} == {}
