"""Nothing lost, nothing doubled: impatient clicks, lost connections, ended sessions."""

import asyncio
from datetime import UTC, datetime, timedelta

from playwright.async_api import Route, expect

from api.http.graphql.persisted_documents import CLIENT, document_id
from tests.browser.visitor import CHECK, LOST, MOBILE, NOTICE, Visitor

API = "**/graphql"
SEND = document_id((CLIENT / "enrol-send.graphql").read_text("utf-8"))
HOME = document_id((CLIENT / "home.graphql").read_text("utf-8"))
# Milliseconds: a page that takes a tenth of a second says that it is loading.
LONGER_THAN_SLOW = 300
ENROL_PAGES = ["#/enrol", "#/enrol/notice", "#/enrol/district", "#/enrol/details", "#/enrol/check", "#/enrol/done"]


def sends(route: Route) -> bool:
    """Whether a request is the one that registers."""
    return SEND in (route.request.post_data or "")


async def test_a_double_click_registers_once(visitor: Visitor) -> None:
    """Two clicks on 提交 send one request, and give one enrolment."""
    sent: list[Route] = []

    async def counted(route: Route) -> None:
        if sends(route):
            sent.append(route)
        await route.continue_()

    await visitor.reach_check("leap-day")
    await visitor.page.route(API, counted)
    await visitor.button("提交").dblclick()
    await visitor.heading("登记成功")
    assert len(sent) == 1
    assert len(await visitor.enrolments()) == 1


async def test_a_request_that_was_lost_can_be_sent_again(visitor: Visitor) -> None:
    """Where the network is cut before the Hall hears, the page says so, keeps everything, and sends it again."""

    async def cut(route: Route) -> None:
        await (route.abort() if sends(route) else route.continue_())

    await visitor.reach_check("resident-scheme")
    await visitor.page.route(API, cut)
    await visitor.button("提交").click()
    await expect(visitor.page.get_by_role("heading", name=LOST)).to_be_visible()
    assert await visitor.enrolments() == []
    await visitor.page.unroute(API)
    await visitor.button("再试一次").click()
    await visitor.heading("登记成功")
    assert len(await visitor.enrolments()) == 1


async def test_an_answer_that_was_lost_is_given_again(visitor: Visitor) -> None:
    """Where the Hall registered but its answer was lost, sending again, even after a reload, shows that receipt."""

    async def deaf(route: Route) -> None:
        if sends(route):
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await visitor.reach_check("long-name")
    before = len(await visitor.enrolments())
    await visitor.page.route(API, deaf)
    await visitor.button("提交").click()
    await expect(visitor.page.get_by_role("heading", name=LOST)).to_be_visible()
    enrolment, *earlier = await visitor.enrolments()
    assert len(earlier) == before
    await visitor.page.unroute(API)
    await visitor.page.reload()
    await visitor.heading("登记成功")
    assert await visitor.page.locator(".number").inner_text() == enrolment["receipt"]["number"]
    assert len(await visitor.enrolments()) == before + 1


async def test_every_page_survives_a_cut(visitor: Visitor) -> None:
    """With the network gone, a page says so and offers to try again; then it is there."""
    await visitor.come_signed_in("enrolled")
    for place in ("#/", "#/record", "#/enrol", "#/access", "#/calendar"):
        await visitor.page.route(API, lambda route: route.abort())
        await visitor.open(place)
        await visitor.page.reload()
        await visitor.heading(LOST)
        await visitor.page.unroute(API)
        await visitor.button("再试一次").click()
        await expect(visitor.page.get_by_role("heading", name=LOST)).to_have_count(0)


async def test_what_was_typed_stays(visitor: Visitor) -> None:
    """Leaving the form, coming back, and reloading find it filled; signing out empties it: kiosks are shared."""
    page = visitor.page
    await visitor.reach_check("rare-name", "西青区")
    await visitor.open("#/")
    await visitor.open("#/enrol/details")
    await page.reload()
    await expect(page.get_by_label("手机号码")).to_have_value(MOBILE)
    await expect(page.get_by_role("combobox", name="民族")).to_have_value("回族")
    await page.go_back()
    await page.get_by_role("button", name="退出登录").click()
    await expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()
    assert await page.evaluate("Object.keys(sessionStorage)") == []
    await visitor.sign_in("rare-name", place="#/enrol/details")
    await visitor.heading(NOTICE)


async def test_an_ended_session_keeps_the_answers(visitor: Visitor) -> None:
    """Whoever is signed out half-way signs in at the same page, finds the answers, and goes on."""
    page = visitor.page
    await visitor.reach_check("production-worker", "南开区")
    await page.context.clear_cookies()
    await visitor.button("提交").click()
    await visitor.heading("登录")
    await page.get_by_label("账号").fill("production-worker")
    await page.get_by_label("密码").fill("demo-production-worker")
    await visitor.button("登录").click()
    await visitor.heading(CHECK)
    await expect(page.get_by_text("南开区")).to_be_visible()


async def test_another_person_at_the_same_kiosk_finds_nothing(visitor: Visitor) -> None:
    """Where a session ended and somebody else signs in, the answers of the first are gone."""
    await visitor.reach_check("manager")
    await visitor.page.context.clear_cookies()
    await visitor.sign_in("hong-kong", place="#/enrol/details")
    await visitor.heading(NOTICE)
    assert MOBILE not in await visitor.page.evaluate("JSON.stringify({ ...sessionStorage })")


async def test_a_wrong_answer_is_explained_where_it_was_given(visitor: Visitor) -> None:
    """Refused answers fill a summary that takes the focus and leads to the fields; nothing typed is lost."""
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


async def test_a_slow_page_says_that_it_is_coming(visitor: Visitor) -> None:
    """While an answer takes its time, the page is marked busy and a line moves."""
    waiting: list[Route] = []
    await visitor.come_signed_in("enrolled")

    def hold(route: Route) -> None:
        waiting.append(route)

    await visitor.page.route(API, hold)
    async with visitor.page.expect_request(API):
        await visitor.page.get_by_role("link", name="我的基本信息").click()
    await expect(visitor.page.locator("#progress")).to_be_visible()
    await expect(visitor.page.locator("#main")).to_have_attribute("aria-busy", "true")
    await waiting[0].continue_()
    await visitor.heading("个人基本信息查询")
    await expect(visitor.page.locator("#progress")).to_be_hidden()


async def test_a_page_that_was_left_says_nothing_any_more(visitor: Visitor) -> None:
    """Where the answer for the last page comes late, the page that is shown stays, and is not called loading."""
    page = visitor.page
    asked, late = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if HOME in (route.request.post_data or ""):
            asked.set()
            await late.wait()
        await route.continue_()

    await visitor.sign_in("eligible", place="#/record")
    await page.route(API, hold)
    # No timer runs until the second page is there.
    await page.clock.install()
    await page.clock.pause_at(datetime.now(tz=UTC) + timedelta(seconds=1))
    await page.evaluate("location.hash = '#/'")
    await asked.wait()
    await page.evaluate("location.hash = '#/enrol'")
    await visitor.arrived("/enrol")
    shown = await page.locator("#main").inner_text()
    await page.clock.run_for(LONGER_THAN_SLOW)
    async with page.expect_response(API):
        late.set()
    await visitor.arrived("/enrol")
    await expect(page.locator("#main")).to_have_text(shown, use_inner_text=True)


class Cut:
    """A network that loses one request, the nth: before the Hall hears it, or, every other time, the answer to it."""

    def __init__(self, nth: int) -> None:
        self._nth = nth
        self.seen = 0

    async def __call__(self, route: Route) -> None:
        """Let one request pass, or lose it."""
        self.seen += 1
        if self.seen != self._nth:
            await route.continue_()
            return
        if self._nth % 2:
            await route.fetch()
        await route.abort()


async def test_the_journey_with_each_request_cut_in_turn(visitor: Visitor) -> None:
    """Whichever request is lost on its way, or its answer on the way back: one enrolment, and nothing typed anew."""
    page = visitor.page
    await visitor.come_signed_in("legacy-area")
    for nth in range(1, 100):
        cut = Cut(nth)
        await page.evaluate("sessionStorage.clear()")
        await page.route(API, cut)
        await visitor.enrol_patiently()
        await page.unroute(API)
        [active] = [each for each in await visitor.enrolments() if each["status"] == "REGISTERED"]
        assert await page.locator(".number").inner_text() == active["receipt"]["number"]
        await visitor.withdraw(active["id"])
        if cut.seen < nth:
            break
    assert nth > len(ENROL_PAGES)


class FirstTimeCut:
    """A network that loses each file of the client the first time that it is asked for."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    async def __call__(self, route: Route) -> None:
        """Let a file pass that was lost before, and whatever is no file."""
        address = route.request.url
        is_file = address.rpartition("/")[2].endswith((".js", ".css", ".graphql", ".svg"))
        if is_file and address not in self.lost:
            self.lost.add(address)
            await route.abort()
        else:
            await route.continue_()


async def test_the_journey_with_each_file_lost_once(visitor: Visitor) -> None:
    """Modules, style sheets and documents, on the first visit and on the way: each page offers a way on."""
    page = visitor.page
    await visitor.come_signed_in("leap-day")
    for standing in [each for each in await visitor.enrolments() if each["status"] == "REGISTERED"]:
        await visitor.withdraw(standing["id"])
    cut = FirstTimeCut()
    await page.route("**/*", cut)
    await page.goto("about:blank")
    await visitor.enrol_patiently()
    await page.unroute("**/*")
    assert {"app.js", "enrol-check.js", "base.css", "enrol-send.graphql"} <= {
        each.rpartition("/")[2] for each in cut.lost
    }
    [active] = [each for each in await visitor.enrolments() if each["status"] == "REGISTERED"]
    assert await page.locator(".number").inner_text() == active["receipt"]["number"]


async def test_a_hall_of_another_version_is_sent_the_text(visitor: Visitor) -> None:
    """Questions are asked by the digest of their text; where the Hall does not know it, by the text."""
    asked: list[str] = []

    async def unknowing(route: Route) -> None:
        asked.append(route.request.post_data or "")
        if "documentId" in asked[-1]:
            await route.fulfill(status=404, json={"errors": [{"message": "unknown"}]})
        else:
            await route.continue_()

    await visitor.page.route(API, unknowing)
    await visitor.open("#/calendar")
    await visitor.heading("申报缴费日历")
    assert ["documentId" in each for each in asked] == [True, False]
    assert "query Calendar" in asked[1]
