"""Redirecting pages: no empty screen is drawn on the way, and they are not in the history."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from api.http.graphql.persisted_documents import CLIENT, document_id
from tests.browser.visitor import NOTICE, Visitor

API = "**/graphql"
CHECKS = document_id((CLIENT / "enrol-check.graphql").read_text("utf-8"))
SENDS = document_id((CLIENT / "enrol-send.graphql").read_text("utf-8"))
# Records the heading of each drawn screen, except loading messages.
WATCH = """() => {
  const main = document.getElementById('main')
  window.drawn = []
  const note = () => main.querySelector('.loading') ?? drawn.push(main.querySelector('h1')?.innerText ?? '')
  new MutationObserver(note).observe(main, { childList: true })
}"""
GO = "place => { location.hash = place }"


@pytest.mark.parametrize("place", ["#/enrol/flexible-employment/check", "#/enrol/flexible-employment/details"])
async def test_incomplete_draft_redirects_to_notice(visitor: Visitor, place: str) -> None:
    """The notice is the next drawn screen, and the previous page is one step back."""
    await visitor.come_signed_in("sparse")  # whom no test enrols
    await visitor.open("#/record")
    await visitor.page.evaluate(WATCH)
    await visitor.page.evaluate(GO, place)
    await visitor.heading(NOTICE)
    assert await visitor.page.evaluate("drawn") == [NOTICE]
    await visitor.page.go_back()
    await visitor.arrived("/record")


@pytest.mark.parametrize("place", ["on the page", "at the button"])
async def test_outdated_consent_redirects_to_notice(visitor: Visitor, place: str) -> None:
    """The notice page reports the change and requests consent again; other input is kept."""
    page = visitor.page
    await visitor.reach_check("production-worker")
    before = await visitor.enrolments()
    await page.route(API, with_earlier_notice(CHECKS if place == "on the page" else SENDS))
    await page.evaluate(WATCH)
    if place == "on the page":
        await visitor.page.evaluate(GO, "#/record")
        await visitor.arrived("/record")
        await visitor.page.evaluate(GO, "#/enrol/flexible-employment/check")
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
    """Return a route handler that replaces the notice version in one document's requests."""

    async def changed(route: Route) -> None:
        request = json.loads(route.request.post_data or "{}")
        if request.get("documentId") == document:
            request["variables"]["input"]["noticeVersion"] = "2000-01-01"
        await route.continue_(post_data=json.dumps(request))

    return changed


async def test_completed_registration_redirects_to_confirmation(visitor: Visitor) -> None:
    """If the response to 提交 was lost, the confirmation is the next drawn screen after a reload."""

    async def lose_response(route: Route) -> None:
        if SENDS in (route.request.post_data or ""):
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    page = visitor.page
    await visitor.reach_check("manager")
    await page.route(API, lose_response)
    await visitor.button("提交").click()
    await expect(page.get_by_role("button", name="再试一次")).to_be_visible()
    await page.evaluate(GO, "#/record")
    await visitor.arrived("/record")
    await page.evaluate(WATCH)
    await page.evaluate(GO, "#/enrol/flexible-employment/check")
    await visitor.heading("登记成功")
    assert await page.evaluate("drawn") == ["登记成功"]
    await page.go_back()
    await visitor.arrived("/record")
    await visitor.withdraw((await visitor.enrolments())[0]["id"])
