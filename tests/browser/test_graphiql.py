"""GraphiQL in a real browser, without any network but the Hall itself."""

import shutil
from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from api.http.graphiql.page import SITE
from api.http.graphiql.setup import install
from api.settings import Mode, Settings
from tests.browser.conftest import ARTIFACTS
from tests.http.serving import serving

# One served Hall for all of them, and one download.
pytestmark = pytest.mark.xdist_group("graphiql")
# GraphiQL notes the operation a moment after it shows the tab.
IS_READ = """name => new Promise(resolve => {
  const look = () => {
    const { tabs, activeTabIndex } = JSON.parse(sessionStorage.getItem('graphiql:tabState') ?? '{"tabs": []}')
    if (tabs[activeTabIndex]?.operationName === name) resolve()
    else requestAnimationFrame(look)
  }
  look()
})"""
TABS = ["Viewer", "Record", "Eligibility", "Preview", "Retirement"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo Hall with GraphiQL's real files, which are kept from one run to the next."""
    install(Settings(data=ARTIFACTS))
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(ARTIFACTS / SITE, data / SITE)
    with serving(Settings(mode=Mode.DEMO, data=data)) as served:
        yield f"{served.address}/"


@pytest_asyncio.fixture(loop_scope="session")
async def graphiql(page: Page) -> Page:
    """GraphiQL, opened."""
    await page.goto("graphiql")
    await expect(page.locator(".graphiql-editors .view-line").first).to_be_visible()
    return page


async def test_it_opens_with_examples(graphiql: Page) -> None:
    """One in each tab, named after its operation, with its variables filled in; nothing comes from elsewhere."""
    await expect(graphiql.get_by_role("tab", name="Retirement")).to_be_visible()
    assert await graphiql.locator(".graphiql-tab-button").all_inner_texts() == TABS


@pytest.mark.parametrize(
    ("tab", "answered"),
    [("Viewer", "eligible"), ("Record", "revealed"), ("Eligibility", "ELIGIBLE"), ("Preview", "RegistrationPreview")],
)
async def test_a_developer_acts_as_somebody(graphiql: Page, tab: str, answered: str) -> None:
    """Choosing a person signs in as them, without a password to type, and the examples answer for them."""
    await graphiql.locator("#account").select_option("eligible")
    await expect(graphiql.locator("#signed-in")).to_contain_text("eligible (CITIZEN)")
    await run(graphiql, tab)
    await expect(response(graphiql)).to_contain_text(answered)
    await graphiql.screenshot(path=ARTIFACTS / f"graphiql-{tab.lower()}.png")


async def test_acting_ends(graphiql: Page) -> None:
    """Signing out takes the session away, and reloading the page shows nobody."""
    await graphiql.locator("#account").select_option("clerk")
    await graphiql.locator("#sign-out").click()
    await expect(graphiql.locator("#signed-in")).to_be_empty()
    await graphiql.reload()
    await expect(graphiql.locator("#account option[value=clerk]")).to_be_attached()
    await expect(graphiql.locator("#account")).to_have_value("")


async def test_every_field_is_explained(graphiql: Page) -> None:
    """The documentation is the schema's own, Chinese first."""
    await graphiql.get_by_label("Show Documentation Explorer").click()
    await graphiql.get_by_role("link", name="Query", exact=True).first.click()
    await expect(graphiql.locator(".graphiql-doc-explorer")).to_contain_text("当前登录的人")


async def test_nothing_is_kept_beyond_the_tab(graphiql: Page) -> None:
    """What was typed may hold a person's number."""
    await run(graphiql, "Retirement")
    await expect(response(graphiql)).to_contain_text("delayMonths")
    assert await graphiql.evaluate("Object.keys(localStorage)") == []


async def run(graphiql: Page, tab: str) -> None:
    """Carry out the example of a tab, once GraphiQL has read which operation is in it."""
    await graphiql.get_by_role("tab", name=tab).click()
    await graphiql.evaluate(IS_READ, tab)
    await graphiql.get_by_label("Execute query").click()


def response(graphiql: Page) -> Locator:
    """Where the answer appears."""
    return graphiql.locator(".graphiql-response .view-lines")
