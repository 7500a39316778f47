"""Pages that lead elsewhere: no empty screen is drawn on the way, and going back does not lead there again."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from api.http.graphql.persisted_documents import CLIENT, document_id
from tests.browser.visitor import NOTICE, Visitor

API = "**/graphql"
CHECKS = document_id((CLIENT / "enrol-check.graphql").read_text("utf-8"))
SENDS = document_id((CLIENT / "enrol-send.graphql").read_text("utf-8"))
# Notes the heading of each screen that is drawn. The message that a page is loading is no screen of its own.
WATCH = """() => {
  const main = document.getElementById('main')
  window.drawn = []
  const note = () => main.querySelector('.loading') ?? drawn.push(main.querySelector('h1')?.innerText ?? '')
  new MutationObserver(note).observe(main, { childList: true })
}"""
GO = "place => { location.hash = place }"


@pytest.mark.parametrize("place", ["#/enrol/check", "#/enrol/details"])
async def test_a_page_that_lacks_answers_leads_to_the_first_question(visitor: Visitor, place: str) -> None:
    """The notice is the next screen that is drawn, and the page before it is one step back."""
    await visitor.come_signed_in("eligible")
    await visitor.open("#/record")
    await visitor.page.evaluate(WATCH)
    await visitor.page.evaluate(GO, place)
    await visitor.heading(NOTICE)
    assert await visitor.page.evaluate("drawn") == [NOTICE]
    await visitor.page.go_back()
    await visitor.arrived("/record")


@pytest.mark.parametrize("where", ["on the page", "at the button"])
async def test_a_consent_to_an_earlier_notice_leads_to_the_present_one(visitor: Visitor, where: str) -> None:
    """The person goes to the notice, which says that it has changed, and agrees anew; the other answers are kept."""
    page = visitor.page
    await visitor.reach_check("production-worker")
    before = await visitor.enrolments()
    await page.route(API, with_earlier_notice(CHECKS if where == "on the page" else SENDS))
    await page.evaluate(WATCH)
    if where == "on the page":
        await visitor.page.evaluate(GO, "#/record")
        await visitor.arrived("/record")
        await visitor.page.evaluate(GO, "#/enrol/check")
    else:
        await visitor.button("提交").click()
    await visitor.heading(NOTICE)
    await expect(page.get_by_text("参保须知已更新")).to_be_visible()
    assert "" not in await page.evaluate("drawn")
    assert (await page.evaluate("drawn"))[-1] == NOTICE
    assert await visitor.enrolments() == before
    await page.unroute(API)
    await visitor.declare()
    await visitor.button("确定").click()
    await expect(page.get_by_role("radio", name="和平区", exact=True)).to_be_checked()


def with_earlier_notice(document: str) -> Callable[[Route], Awaitable[None]]:
    """Return a network in which one document names an earlier version of the notice."""

    async def changed(route: Route) -> None:
        request = json.loads(route.request.post_data or "{}")
        if request.get("documentId") == document:
            request["variables"]["input"]["noticeVersion"] = "2000-01-01"
        await route.continue_(post_data=json.dumps(request))

    return changed


async def test_a_registration_that_was_made_before_leads_to_its_confirmation(visitor: Visitor) -> None:
    """Where the answer to 提交 was lost and the page is loaded anew, the confirmation is the next screen."""

    async def lost(route: Route) -> None:
        if SENDS in (route.request.post_data or ""):
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    page = visitor.page
    await visitor.reach_check("manager")
    await page.route(API, lost)
    await visitor.button("提交").click()
    await expect(page.get_by_role("button", name="再试一次")).to_be_visible()
    await page.evaluate(GO, "#/record")
    await visitor.arrived("/record")
    await page.evaluate(WATCH)
    await page.evaluate(GO, "#/enrol/check")
    await visitor.heading("登记成功")
    assert await page.evaluate("drawn") == ["登记成功"]
    await page.go_back()
    await visitor.arrived("/record")
    await visitor.withdraw((await visitor.enrolments())[0]["id"])
