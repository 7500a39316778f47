"""Double clicks, lost connections and ended sessions neither lose nor duplicate data."""

import asyncio
from datetime import UTC, datetime, timedelta

from playwright.async_api import Route, expect

from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from tests.browser.visitor import CHECK, LOST, MOBILE, NOTICE, Visitor
from tests.durability.scale import IS_FULL

API = "**/graphql"
SEND = document_id((CLIENT / "enrol-send.graphql").read_text("utf-8"))
TIMEOUT_SECONDS = 30
HOME = document_id(document_text(CLIENT / "home.graphql"))
# Milliseconds. A page shows a loading message after 100 ms.
AFTER_LOADING_MESSAGE = 300
ENROL = "#/enrol/flexible-employment"
ENROL_PAGES = [ENROL, *(f"{ENROL}/{page}" for page in ("notice", "district", "details", "check")), "#/enrol/done"]


def is_registration(route: Route) -> bool:
    """Whether a request is the registration."""
    return SEND in (route.request.post_data or "")


async def test_double_click_registers_once(visitor: Visitor) -> None:
    """Two clicks on 提交 send one request and create one enrolment."""
    sent: list[Route] = []

    async def count(route: Route) -> None:
        if is_registration(route):
            sent.append(route)
        await route.continue_()

    await visitor.reach_check("leap-day")
    await visitor.page.route(API, count)
    await visitor.button("提交").dblclick()
    await visitor.heading("登记成功")
    assert len(sent) == 1
    assert len(await visitor.enrolments()) == 1


async def test_lost_request_is_retried(visitor: Visitor) -> None:
    """If the request is lost, the page says so, keeps the input, and retries."""

    async def network(route: Route) -> None:
        await (route.abort() if is_registration(route) else route.continue_())

    await visitor.reach_check("resident-scheme")
    await visitor.page.route(API, network)
    await visitor.button("提交").click()
    await expect(visitor.page.get_by_role("heading", name=LOST)).to_be_visible()
    assert await visitor.enrolments() == []
    await visitor.page.unroute(API)
    await visitor.button("再试一次").click()
    await visitor.heading("登记成功")
    assert len(await visitor.enrolments()) == 1


async def test_lost_response_is_replayed(visitor: Visitor) -> None:
    """If the response is lost, a retry, also after a reload, shows the receipt of the first request."""

    async def lose_response(route: Route) -> None:
        if is_registration(route):
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await visitor.reach_check("long-name")
    before = len(await visitor.enrolments())
    await visitor.page.route(API, lose_response)
    await visitor.button("提交").click()
    await expect(visitor.page.get_by_role("heading", name=LOST)).to_be_visible()
    enrolment, *earlier = await visitor.enrolments()
    assert len(earlier) == before
    await visitor.page.unroute(API)
    await visitor.page.reload()
    await visitor.heading("登记成功")
    assert await visitor.page.locator(".number").inner_text() == enrolment["receipt"]["number"]
    assert len(await visitor.enrolments()) == before + 1


async def test_pages_recover_from_network_failure(visitor: Visitor) -> None:
    """Without a network each page shows a message with a retry, and then recovers."""
    await visitor.come_signed_in("enrolled")
    for place in ("#/", "#/record", "#/enrol/flexible-employment", "#/access", "#/calendar"):
        await visitor.page.route(API, lambda route: route.abort())
        await visitor.open(place)
        await visitor.page.reload()
        await visitor.heading(LOST)
        await visitor.page.unroute(API)
        await visitor.button("再试一次").click()
        await expect(visitor.page.get_by_role("heading", name=LOST)).to_have_count(0)


async def test_draft_is_kept_until_sign_out(visitor: Visitor) -> None:
    """The form's draft survives navigation and reloads, and is deleted by signing out, because kiosks are shared."""
    page = visitor.page
    await visitor.reach_check("rare-name", "西青区")
    await visitor.open("#/")
    await visitor.open("#/enrol/flexible-employment/details")
    await page.reload()
    await expect(page.get_by_label("手机号码")).to_have_value(MOBILE)
    await expect(page.get_by_role("combobox", name="民族")).to_have_value("回族")
    await page.go_back()
    await visitor.open_menu()
    await page.get_by_role("button", name="退出登录").click()
    await expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()
    assert await page.evaluate("Object.keys(sessionStorage)") == []
    await visitor.sign_in("rare-name", place="#/enrol/flexible-employment/details")
    await visitor.heading(NOTICE)


async def test_expired_session_keeps_draft(visitor: Visitor) -> None:
    """After an expired session, signing in at the same page restores the draft."""
    page = visitor.page
    await visitor.reach_check("production-worker", "南开区")
    await page.context.clear_cookies()
    await visitor.button("提交").click()
    await visitor.heading("登录")
    await page.get_by_label("账号").fill("production-worker")
    await page.get_by_label("密码", exact=True).fill("demo-production-worker")
    await visitor.button("登录").click()
    await visitor.heading(CHECK)
    await expect(page.get_by_text("南开区")).to_be_visible()


async def test_draft_is_deleted_for_other_person(visitor: Visitor) -> None:
    """If another person signs in after an expired session, the draft is deleted."""
    await visitor.reach_check("manager")
    await visitor.page.context.clear_cookies()
    await visitor.sign_in("hong-kong", place="#/enrol/flexible-employment/details")
    await visitor.heading(NOTICE)
    assert MOBILE not in await visitor.page.evaluate("JSON.stringify({ ...sessionStorage })")


async def test_field_errors_are_shown(visitor: Visitor) -> None:
    """An error summary takes the focus and links the fields; the input is kept."""
    page = visitor.page
    await visitor.come_signed_in("manager")
    await visitor.read_and_agree()
    await visitor.choose_district("和平区")
    await visitor.fill_in(mobile="12345")
    summary = page.locator(".error-summary")
    await expect(summary).to_be_focused()
    assert (await page.title()).startswith("错误：")
    await summary.get_by_role("link").click()
    await expect(page.get_by_label("手机号码")).to_be_focused()
    await expect(page.get_by_label("手机号码")).to_have_value("12345")
    await expect(page.get_by_label("手机号码")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("手机号码").fill("１３８ １２３４ ５６７８")
    await visitor.button("下一步").click()
    await visitor.heading(CHECK)


async def test_slow_page_shows_progress(visitor: Visitor) -> None:
    """While a response is pending, the page is aria-busy and shows a progress bar."""
    pending: list[Route] = []
    await visitor.come_signed_in("enrolled")

    def hold(route: Route) -> None:
        pending.append(route)

    await visitor.page.route(API, hold)
    async with visitor.page.expect_request(API):
        await visitor.page.get_by_role("link", name="我的信息").click()
    await expect(visitor.page.locator("#progress")).to_be_visible()
    await expect(visitor.page.locator("#main")).to_have_attribute("aria-busy", "true")
    await pending[0].continue_()
    await visitor.heading("个人基本信息查询")
    await expect(visitor.page.locator("#progress")).to_be_hidden()


async def test_late_response_of_left_page_is_ignored(visitor: Visitor) -> None:
    """A late response of the previous page does not change the current page."""
    page = visitor.page
    requested, late = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if HOME in (route.request.post_data or ""):
            requested.set()
            await late.wait()
        await route.continue_()

    await visitor.sign_in("eligible", place="#/record")
    await page.route(API, hold)
    # No timer fires until the second page is displayed.
    await page.clock.install()
    await page.clock.pause_at(datetime.now(tz=UTC) + timedelta(seconds=1))
    await page.evaluate("location.hash = '#/'")
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await requested.wait()
    await page.evaluate("location.hash = '#/enrol/flexible-employment'")
    await visitor.arrived("/enrol/flexible-employment")
    shown = await page.locator("#main").inner_text()
    await page.clock.run_for(AFTER_LOADING_MESSAGE)
    async with page.expect_response(API):
        late.set()
    await visitor.arrived("/enrol/flexible-employment")
    await expect(page.locator("#main")).to_have_text(shown, use_inner_text=True)


class LosesNth:
    """A network that loses one request, the nth: the request itself, or for odd numbers its response."""

    def __init__(self, nth: int) -> None:
        self._nth = nth
        self.seen = 0

    async def __call__(self, route: Route) -> None:
        """Forward a request, or lose it."""
        self.seen += 1
        if self.seen != self._nth:
            await route.continue_()
            return
        if self._nth % 2:
            await route.fetch()
        await route.abort()


async def test_journey_with_each_request_lost(visitor: Visitor) -> None:
    """For each lost request or response of the journey, by default each third: one enrolment, and no input is lost."""
    page = visitor.page
    await visitor.come_signed_in("legacy-area")
    for nth in range(1, 100, 1 if IS_FULL else 3):
        network = LosesNth(nth)
        await page.evaluate("sessionStorage.clear()")
        await page.route(API, network)
        await visitor.enrol_with_retries()
        await page.unroute(API)
        [active] = [each for each in await visitor.enrolments() if each["status"] == "REGISTERED"]
        assert await page.locator(".number").inner_text() == active["receipt"]["number"]
        await visitor.withdraw(active["id"])
        if network.seen < nth:
            break
    assert nth > len(ENROL_PAGES)


class LosesFirst:
    """A network that loses the first request for each file of the client."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    async def __call__(self, route: Route) -> None:
        """Forward API requests, and files that were lost before."""
        address = route.request.url
        is_file = address.rpartition("/")[2].endswith((".js", ".css", ".graphql", ".svg"))
        if is_file and address not in self.lost:
            self.lost.add(address)
            await route.abort()
        else:
            await route.continue_()


async def test_journey_with_each_file_lost_once(visitor: Visitor) -> None:
    """If each module, style sheet and document is lost once, every page offers a retry."""
    page = visitor.page
    await visitor.come_signed_in("leap-day")
    for active_enrolment in [each for each in await visitor.enrolments() if each["status"] == "REGISTERED"]:
        await visitor.withdraw(active_enrolment["id"])
    network = LosesFirst()
    await page.route("**/*", network)
    await page.goto("about:blank")
    await visitor.enrol_with_retries()
    await page.unroute("**/*")
    assert {"app.js", "enrol-check.js", "all.css", "enrol-send.graphql"} <= {
        each.rpartition("/")[2] for each in network.lost
    }
    [active] = [each for each in await visitor.enrolments() if each["status"] == "REGISTERED"]
    assert await page.locator(".number").inner_text() == active["receipt"]["number"]


async def test_unknown_document_id_is_followed_by_text(visitor: Visitor) -> None:
    """If the server does not know a document's digest, the client sends its text."""
    requested: list[str] = []

    async def without_documents(route: Route) -> None:
        requested.append(route.request.post_data or "")
        if "documentId" in requested[-1]:
            await route.fulfill(status=404, json={"errors": [{"message": "unknown"}]})
        else:
            await route.continue_()

    await visitor.page.route(API, without_documents)
    await visitor.open("#/calendar")
    await visitor.heading("申报缴费日历")
    assert ["documentId" in each for each in requested] == [True, False]
    assert "query Calendar" in requested[1]
