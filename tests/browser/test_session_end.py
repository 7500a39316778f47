"""Personal data is removed from the screen when the session ends, before anything else."""

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.visitor import Visitor

LEAVE = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
COME_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
SHOWN = "document.getElementById('main').innerText.trim()"


async def reveal_number(visitor: Visitor, account: str) -> str:
    """Reveal the own record, and return the displayed number."""
    page = visitor.page
    await visitor.sign_in(account)
    await visitor.open("#/record")
    await page.locator(".unfolding summary").first.click()
    await page.get_by_role("radio").first.check()
    await visitor.button("显示完整信息").click()
    await expect(page.get_by_text("正在显示完整信息")).to_be_visible()
    number = page.locator(".fact").filter(has_text="证件号码").locator(".fact-value").first
    return await number.inner_text()


async def test_page_is_emptied_for_back_forward_cache(visitor: Visitor) -> None:
    """The page is emptied when it is left, so that the back-forward cache has no data, and reloads masked."""
    page = visitor.page
    number = await reveal_number(visitor, "manager")
    assert "*" not in number
    await page.evaluate(LEAVE)
    assert await page.evaluate(SHOWN) == ""
    await page.evaluate(COME_BACK)
    await expect(page.get_by_text("参加工作日期")).to_be_visible()
    await expect(page.get_by_text(number)).to_have_count(0)


async def test_expired_session_is_emptied_after_sleep(visitor: Visitor) -> None:
    """After a sleep of the machine, the first event empties the page of an expired session."""
    page = visitor.page
    await page.clock.install()
    number = await reveal_number(visitor, "legacy-area")
    await page.clock.set_system_time("2100-01-01T00:00:00Z")
    emptied = await page.evaluate(f"(dispatchEvent(new Event('focus')), {SHOWN})")
    assert number not in emptied
    assert emptied == ""


@pytest.mark.parametrize("event", ["signs out", "another signs in"])
async def test_other_tabs_are_emptied(visitor: Visitor, address: str, event: str) -> None:
    """A second tab is emptied when the first signs out or in as another person, and its draft is deleted."""
    context: BrowserContext = visitor.page.context
    number = await reveal_number(visitor, "resident-scheme")
    other = Visitor(await open_tab(context, f"{address}#/"), address, visitor._artifacts)
    await other.arrived("/")
    if event == "signs out":
        await other.open_menu()
        await other.page.get_by_role("button", name="退出登录").click()
        await expect(visitor.page.get_by_role("heading", name="登录", level=1)).to_be_visible()
    else:
        await other.sign_in("eligible")
        await expect(visitor.page.get_by_text("林*").first).to_be_visible()
    await expect(visitor.page.get_by_text(number)).to_have_count(0)
    assert await visitor.page.evaluate("sessionStorage.length") == 0


async def open_tab(context: BrowserContext, address: str) -> Page:
    """Open a second tab of the browser."""
    page = await context.new_page()
    await page.goto(address)
    return page


async def test_disabled_cookies_are_reported(visitor: Visitor) -> None:
    """A sign-in without a resulting session shows a message about cookies."""
    page = visitor.page

    async def without_cookies(route: Route) -> None:
        response = await route.fetch()
        await page.context.clear_cookies()
        headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
        await route.fulfill(response=response, headers=headers)

    await page.route("**/graphql", without_cookies)
    await visitor.open("#/sign-in")
    await page.locator("#field-account").fill("eligible")
    await page.locator("#field-password").fill("demo-eligible")
    await visitor.button("登录").click()
    await expect(page.get_by_role("alert")).to_contain_text("允许本网站使用Cookie")


async def test_draft_is_kept_in_memory_if_storage_is_full(visitor: Visitor) -> None:
    """A draft that cannot be stored is kept in memory, and takes precedence over the stored one."""
    script = """async () => {
        const { keep, kept } = await import('./draft.js')
        keep('test', { a: 'stored' })
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }
        keep('test', { a: 'typed' })
        return kept('test').a
    }"""
    await visitor.open("#/")
    assert await visitor.page.evaluate(script) == "typed"


async def test_outdated_browser_is_reported(visitor: Visitor, address: str) -> None:
    """A browser that lacks required functions shows a message with alternatives."""
    # A separate tab, because the fixture `page` fails on errors of the client.
    page = await visitor.page.context.new_page()
    await page.add_init_script("delete Element.prototype.replaceChildren")
    await page.goto(address)
    await expect(page.locator(".opening")).to_contain_text("浏览器版本可能过旧")
    await expect(page.locator(".opening")).to_contain_text("天津人力社保")
