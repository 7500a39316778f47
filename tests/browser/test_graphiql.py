"""GraphiQL in a real browser without access to other hosts."""

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

# One server and one download for all tests of this file.
pytestmark = pytest.mark.xdist_group("graphiql")
# GraphiQL parses the operation shortly after it shows the tab.
IS_READ = """name => new Promise(resolve => {
  const look = () => {
    const { tabs, activeTabIndex } = JSON.parse(sessionStorage.getItem('graphiql:tabState') ?? '{"tabs": []}')
    if (tabs[activeTabIndex]?.operationName === name) resolve()
    else requestAnimationFrame(look)
  }
  look()
})"""
TABS = ["Viewer", "Record", "Eligibility", "Preview", "Refusal", "Retirement"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a demo server with GraphiQL's files, which are cached between runs."""
    install(Settings(data=ARTIFACTS))
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(ARTIFACTS / SITE, data / SITE)
    with serving(Settings(mode=Mode.DEMO, data=data)) as served:
        yield f"{served.address}/"


@pytest_asyncio.fixture(loop_scope="session")
async def graphiql(page: Page) -> Page:
    """The page of GraphiQL."""
    await page.goto("graphiql")
    await expect(page.locator(".graphiql-editors .view-line").first).to_be_visible()
    return page


async def test_examples_are_opened_in_tabs(graphiql: Page) -> None:
    """Each example has a tab named after its operation, with variables; no other host is contacted."""
    await expect(graphiql.get_by_role("tab", name="Retirement")).to_be_visible()
    assert await graphiql.locator(".graphiql-tab-button").all_inner_texts() == TABS


@pytest.mark.parametrize(
    ("tab", "expected"),
    [("Viewer", "eligible"), ("Record", "revealed"), ("Eligibility", "ELIGIBLE"), ("Preview", "RegistrationPreview")],
)
async def test_account_selection_signs_in(graphiql: Page, tab: str, expected: str) -> None:
    """Selecting an account signs in without a password, and the examples run as that account."""
    await graphiql.locator("#account").select_option("eligible")
    await expect(graphiql.locator("#signed-in")).to_contain_text("eligible (CITIZEN)")
    await run(graphiql, tab)
    await expect(response(graphiql)).to_contain_text(expected)
    await graphiql.screenshot(path=ARTIFACTS / f"graphiql-{tab.lower()}.png")


async def test_sign_out(graphiql: Page) -> None:
    """Signing out ends the session, and a reload shows no account."""
    await graphiql.locator("#account").select_option("clerk")
    await graphiql.locator("#sign-out").click()
    await expect(graphiql.locator("#signed-in")).to_be_empty()
    await graphiql.reload()
    await expect(graphiql.locator("#account option[value=clerk]")).to_be_attached()
    await expect(graphiql.locator("#account")).to_have_value("")


async def test_documentation_is_shown(graphiql: Page) -> None:
    """The documentation explorer shows the schema's descriptions, Chinese first."""
    await graphiql.get_by_label("Show Documentation Explorer").click()
    await graphiql.get_by_role("link", name="Query", exact=True).first.click()
    await expect(graphiql.locator(".graphiql-doc-explorer")).to_contain_text("当前登录的人")


async def test_local_storage_is_empty(graphiql: Page) -> None:
    """Nothing is stored in localStorage, because queries may contain personal data."""
    await run(graphiql, "Retirement")
    await expect(response(graphiql)).to_contain_text("delayMonths")
    assert await graphiql.evaluate("Object.keys(localStorage)") == []


async def test_operation_is_copied_for_programs(graphiql: Page) -> None:
    """The open tab's operation is shown as curl and as fetch would send it."""
    await graphiql.get_by_role("tab", name="Retirement").click()
    await graphiql.evaluate(IS_READ, "Retirement")
    for form, begin in (("curl", "curl http://127.0.0.1"), ("fetch", "await fetch('http://127.0.0.1")):
        await graphiql.locator(f"[data-snippet={form}]").click()
        await expect(graphiql.locator("#snippets output")).to_contain_text(begin)
        await expect(graphiql.locator("#snippets output")).to_contain_text("1976-08-15")


async def test_chinese_punctuation_is_not_suspected(graphiql: Page) -> None:
    """The editor does not frame Chinese punctuation as a look-alike of Latin punctuation."""
    await graphiql.get_by_role("tab", name="Refusal").click()
    await graphiql.evaluate(IS_READ, "Refusal")
    await expect(graphiql.locator(".graphiql-query-editor .view-lines")).to_contain_text("错误是有类型的结果。")
    framed = "all => all.filter(each => getComputedStyle(each).borderTopWidth !== '0px').length"
    assert await graphiql.locator(".unicode-highlight").evaluate_all(framed) == 0


async def run(graphiql: Page, tab: str) -> None:
    """Run the example of a tab after GraphiQL has parsed it."""
    await graphiql.get_by_role("tab", name=tab).click()
    await graphiql.evaluate(IS_READ, tab)
    await graphiql.get_by_label("Execute query").click()


def response(graphiql: Page) -> Locator:
    """The element with the response."""
    return graphiql.locator(".graphiql-response .view-lines")


async def test_link_opens_its_operation(page: Page) -> None:
    """A link with ?query= and variables opens a tab with both before the examples, and it runs."""
    await page.goto(
        "graphiql?query=query%20Linked(%24name%3A%20CodeTableName!)%7BcodeTable(name%3A%24name)%7Btitle%7D%7D"
        "&variables=%7B%22name%22%3A%22SEX%22%7D"
    )
    await expect(page.locator(".graphiql-tab-button").first).to_have_text("Linked")
    await expect(page.get_by_role("tab", name="Linked")).to_have_attribute("aria-selected", "true")
    await run(page, "Linked")
    await expect(response(page)).to_contain_text("性别")
