"""Staff look up a person by document number with a purpose that the person can read."""

from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor

PURPOSE = "按来函核对证件号码"
OTHER_PURPOSE = "受理更正手机号码"


async def test_look_up_needs_purpose(visitor: Visitor) -> None:
    """Without a purpose the page shows an error and sends no request; with one it finds the person."""
    page = visitor.page
    await visitor.sign_in("eligible")
    seen = await visitor.ask('{ viewer { person { revealed(purpose: "核对") { idNumber } } } }')
    number = seen["viewer"]["person"]["revealed"]["idNumber"]
    await visitor.sign_in("supervisor")
    await visitor.open("#/people")
    await page.get_by_label("证件号码").fill(number)
    await page.get_by_label("查看目的").fill("\u200b 。")
    await visitor.button("查询").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await expect(page.locator(".error-summary")).to_contain_text("请写明查看目的")
    await page.get_by_label("查看目的").fill(PURPOSE)
    await visitor.button("查询").click()
    await expect(page.locator(".person")).to_have_count(1)
    assert number not in page.url
    assert "%" not in page.url
    await visitor.sign_in("eligible")
    await visitor.open("#/access")
    await expect(page.get_by_text(PURPOSE)).to_have_count(1)


async def test_one_act_is_one_entry(visitor: Visitor) -> None:
    """Opening a record and showing it in full at once is logged as two entries, and read by the person as one act."""
    page = visitor.page
    await visitor.come_signed_in("eligible")
    person = (await visitor.ask("{ viewer { person { id } } }"))["viewer"]["person"]["id"]
    await visitor.come_signed_in("supervisor")
    looked = """query ($id: ID!, $why: String!) {
        personBy(by: {id: $id}, purpose: $why) { name revealed(purpose: $why) { mobileNumber } } }"""
    assert (await visitor.ask(looked, {"id": person, "why": OTHER_PURPOSE}))["personBy"]["revealed"] is not None
    await visitor.come_signed_in("eligible", place="#/access")
    act = page.locator(".look").filter(has_text=OTHER_PURPOSE)
    await expect(act).to_have_count(1)
    await expect(act).to_contain_text("查看的内容：手机号码、姓名")
    await expect(act).to_contain_text("显示了完整信息")


async def test_search_on_a_phone(visitor: Visitor) -> None:
    """No person is listed before a search; then the first is in sight, and screen readers hear how many."""
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await visitor.come_signed_in("clerk", place="#/people")
    await expect(page.locator(".person")).to_have_count(0)
    await page.get_by_text("按区县、险种、状态缩小范围").click()
    assert await page.get_by_label("参保区县").locator("option").all_inner_texts() == ["请选择", "和平区"]
    await visitor.button("查询").click()
    first = page.locator(".person").first
    await expect(first).to_be_in_viewport()
    found = await page.get_by_role("heading", level=2).first.inner_text()
    await expect(page.locator("#announcer")).to_have_text(found)
    name = await first.locator("strong").inner_text()
    await first.get_by_role("link").click()
    await page.get_by_label("查看目的").fill(PURPOSE)
    await visitor.button("打开").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert name not in await page.title()


async def test_search_that_stopped_early_goes_on(visitor: Visitor) -> None:
    """A page that is not full because too many people were looked at is not said to be empty, and goes on."""
    page = visitor.page
    pages = iter([{"totalCount": 0, "totalCountIsExact": False, "stoppedEarly": True}])

    async def stop_early(route: Route) -> None:
        answer = await route.fetch()
        content = await answer.json()
        people = content.get("data", {}).get("people")
        if people is not None and (stopped := next(pages, None)) is not None:
            people |= stopped | {"nodes": []}
        await route.fulfill(response=answer, json=content)

    await visitor.come_signed_in("clerk")
    await page.route("**/graphql", stop_early)
    await visitor.open("#/people?searched=")
    await expect(page.locator("#announcer")).to_contain_text("只查找了一部分人")
    await expect(page.locator(".inset")).to_contain_text("补充姓名、区县、险种")
    await expect(page.locator("main")).not_to_contain_text("没有相符的参保人")
    await page.get_by_role("link", name="继续查找").click()
    await expect(page.locator(".person").first).to_be_visible()
    await expect(page.locator(".inset")).to_have_count(0)
