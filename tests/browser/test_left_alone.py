"""What a shared machine shows when its session is over: nothing, before anything else."""

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.visitor import Visitor

LEAVE = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
COME_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
SHOWN = "document.getElementById('main').innerText.trim()"


async def revealed(visitor: Visitor, account: str) -> str:
    """Show one's own record in full, and return the number that is then on the screen."""
    page = visitor.page
    await visitor.sign_in(account)
    await visitor.open("#/record")
    await page.locator(".unfolding summary").first.click()
    await page.get_by_role("radio").first.check()
    await visitor.button("显示完整信息").click()
    await expect(page.get_by_text("正在显示完整信息")).to_be_visible()
    number = page.locator(".fact").filter(has_text="证件号码").locator(".fact-value").first
    return await number.inner_text()


async def test_nothing_is_left_for_going_back_from_another_site(visitor: Visitor) -> None:
    """The page is emptied when it is left, so that the back-forward cache keeps nothing, and is shown anew, masked."""
    page = visitor.page
    number = await revealed(visitor, "manager")
    assert "*" not in number
    await page.evaluate(LEAVE)
    assert await page.evaluate(SHOWN) == ""
    await page.evaluate(COME_BACK)
    await expect(page.get_by_text("参加工作日期")).to_be_visible()
    await expect(page.get_by_text(number)).to_have_count(0)


async def test_an_ended_session_shows_nothing_after_sleep(visitor: Visitor) -> None:
    """The clock has gone on while no timer ran: whatever wakes the page empties it at once."""
    page = visitor.page
    await page.clock.install()
    number = await revealed(visitor, "legacy-area")
    await page.clock.set_system_time("2100-01-01T00:00:00Z")
    emptied = await page.evaluate(f"(dispatchEvent(new Event('focus')), {SHOWN})")
    assert number not in emptied
    assert emptied == ""


@pytest.mark.parametrize("leaves", ["signs out", "another signs in"])
async def test_other_tabs_hear_of_it_at_once(visitor: Visitor, address: str, leaves: str) -> None:
    """A second tab is emptied when the first signs out or another person signs in there, and forgets the draft."""
    context: BrowserContext = visitor.page.context
    number = await revealed(visitor, "resident-scheme")
    other = Visitor(await opened(context, f"{address}#/"), address, visitor._artifacts)
    await other.arrived("/")
    if leaves == "signs out":
        await other.page.get_by_role("button", name="退出登录").click()
        await expect(visitor.page.get_by_role("heading", name="登录", level=1)).to_be_visible()
    else:
        await other.sign_in("eligible")
        await expect(visitor.page.get_by_text("林*").first).to_be_visible()
    await expect(visitor.page.get_by_text(number)).to_have_count(0)
    assert await visitor.page.evaluate("sessionStorage.length") == 0


async def opened(context: BrowserContext, address: str) -> Page:
    """Return a second tab of the same browser."""
    page = await context.new_page()
    await page.goto(address)
    return page


async def test_a_browser_without_cookies_is_told_so(visitor: Visitor) -> None:
    """Signing in that leaves no session says what to allow, instead of asking again without a word."""
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


async def test_what_was_just_typed_wins_where_storage_is_full(visitor: Visitor) -> None:
    """A draft that can no longer be stored is kept in memory, and is not replaced by what was stored before."""
    kept = """async () => {
        const { keep, kept } = await import('./draft.js')
        keep('test', { a: 'stored' })
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }
        keep('test', { a: 'typed' })
        return kept('test').a
    }"""
    await visitor.open("#/")
    assert await visitor.page.evaluate(kept) == "typed"


async def test_a_browser_that_is_too_old_is_told_so(visitor: Visitor, address: str) -> None:
    """One sentence, with what to do instead, where the functions of the client are missing."""
    # Another tab, since the client itself stumbles here, which a page of these tests must not.
    page = await visitor.page.context.new_page()
    await page.add_init_script("delete Element.prototype.replaceChildren")
    await page.goto(address)
    await expect(page.locator(".opening")).to_contain_text("浏览器版本可能过旧")
    await expect(page.locator(".opening")).to_contain_text("天津人力社保")
