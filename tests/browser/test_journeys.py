"""Journeys of the demo accounts from sign-in to the printed receipt."""

from collections.abc import Sequence

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import CHECK, DETAILS, Visitor


async def test_enrolment_journey(visitor: Visitor) -> None:
    """An eligible person reads the record, agrees, enrols, and prints a receipt of one page."""
    page = visitor.page
    await visitor.sign_in("eligible")
    await expect(page.get_by_text("今天可以办理").first).to_be_visible()
    await visitor.save_screenshot("home")
    await visitor.open("#/record")
    await expect(page.get_by_text("参加工作日期")).to_be_visible()
    await visitor.open("#/enrol/flexible-employment")
    await visitor.heading("您今天可以在网厅办理")
    await page.get_by_role("link", name="开始办理").click()
    await visitor.read_and_agree()
    await visitor.choose_district("和平区")
    await visitor.fill_in()
    await visitor.heading(CHECK)
    await expect(page.get_by_text("回族")).to_be_visible()
    await visitor.button("提交").click()
    await visitor.heading("登记成功")
    number = await page.locator(".number").inner_text()
    [enrolment] = await visitor.enrolments()
    assert (enrolment["status"], enrolment["receipt"]["number"]) == ("REGISTERED", number)
    await page.get_by_role("link", name="查看和打印回执").click()
    await visitor.heading("灵活就业参保登记回执")
    await visitor.save_screenshot("receipt")
    assert page_count(await as_pdf(page)) == 1
    async with page.expect_download() as downloading:
        await visitor.button("保存为图片").click()
    picture = await downloading.value
    assert picture.suggested_filename == f"{number}.png"
    content = (await picture.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    assert width == 750
    assert height > 900
    # An empty sheet is a few kilobytes.
    assert len(content) > 30_000
    await page.reload()
    await expect(page.get_by_text(number)).to_be_visible()


async def test_receipt_verification_without_session(visitor: Visitor) -> None:
    """A receipt is verified by number and digest without a session; a changed digest is reported."""
    page = visitor.page
    await visitor.sign_in("enrolled")
    [enrolment, *_] = await visitor.enrolments()
    await visitor.open(f"#/receipt/{enrolment['id']}")
    await page.get_by_role("link", name="验证这份回执").click()
    await expect(page.get_by_role("heading", name="这份回执真实有效")).to_be_visible()
    await visitor.open_menu()
    await page.get_by_role("button", name="退出登录").click()
    await expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="这份回执真实有效")).to_be_visible()
    digest = await page.get_by_label("校验码").input_value()
    await page.get_by_label("校验码").fill(digest[::-1])
    await visitor.button("验证").click()
    await expect(page.get_by_role("heading", name="编号与校验码不相符")).to_be_visible()


async def test_subsidy_limits_districts(visitor: Visitor) -> None:
    """With an active subsidy, its district is preselected, and the others state why they are closed."""
    page = visitor.page
    await visitor.come_signed_in("subsidised")
    await visitor.read_and_agree()
    await expect(page.get_by_role("radio")).to_have_count(1)
    await expect(page.get_by_role("radio", name="河北区")).to_be_checked()
    await expect(page.get_by_text("您正在享受社保补贴，仅可选择补贴区县")).to_be_visible()
    await visitor.button("下一步").click()
    await visitor.heading(DETAILS)


@pytest.mark.parametrize(
    ("account", "headline", "reasons"),
    [
        ("under-sixteen", "您现在还不能办理", ["未满16周岁"]),
        ("sixteen-tomorrow", "您现在还不能办理", ["未满16周岁"]),
        ("sixteen-today", "请用手机APP办理", ["首次参保请通过"]),
        ("first-time", "请用手机APP办理", ["首次参保请通过"]),
        ("employer-paying", "您今天还不能在网厅办理", ["单位尚未办理停缴"]),
        ("retired", "您今天还不能在网厅办理", ["已达到法定退休年龄"]),
        ("retires-today", "您今天还不能在网厅办理", ["已达到法定退休年龄"]),
        ("foreigner", "您今天还不能在网厅办理", []),
        ("self-paying", "您已参保", ["已是灵活就业参保人员"]),
    ],
)
async def test_refusal_shows_reasons_and_next_steps(
    visitor: Visitor, account: str, headline: str, reasons: Sequence[str]
) -> None:
    """A refused person sees next steps, and every reason with its clause."""
    page = visitor.page
    await visitor.come_signed_in(account, place="#/enrol/flexible-employment")
    await visitor.heading(headline)
    assert await page.locator(".step").count() > 0
    failed = page.locator(".condition-fail, .condition-mild")
    for reason in reasons:
        await expect(failed.filter(has_text=reason)).to_have_count(1)
    assert (await failed.filter(has_text="未满16周岁").count() == 0) == (
        account not in {"under-sixteen", "sixteen-tomorrow"}
    )
    await failed.first.get_by_text("查看条款和依据").click()
    await expect(failed.first.locator("blockquote")).to_be_visible()
    await expect(page.get_by_role("link", name="开始办理")).to_have_count(0)
    await visitor.save_screenshot(f"refused-{account}")


@pytest.mark.parametrize(
    "account",
    ["retires-tomorrow", "production-worker", "manager", "leap-day", "resident-scheme", "hong-kong", "long-name",
     "rare-name", "legacy-area"],
)  # fmt: skip
async def test_eligible_persons_can_start(visitor: Visitor, account: str) -> None:
    """Every eligible persona can start the enrolment."""
    await visitor.come_signed_in(account, place="#/enrol/flexible-employment")
    await visitor.heading("您今天可以在网厅办理")
    await expect(visitor.page.get_by_role("link", name="开始办理")).to_be_visible()


async def test_sparse_record_is_displayed(visitor: Visitor) -> None:
    """All pages are displayed for a record with hardly any facts."""
    await visitor.come_signed_in("sparse")
    for place in ("#/", "#/record", "#/enrol/flexible-employment", "#/access"):
        await visitor.open(place)
        await expect(visitor.page.get_by_text("出现故障")).to_have_count(0)


async def test_record_is_masked_until_revealed(visitor: Visitor) -> None:
    """The record is masked; a reveal with a purpose shows it completely and is in the access log."""
    page = visitor.page
    await visitor.come_signed_in("hong-kong")
    await visitor.open("#/record")
    await expect(page.get_by_role("heading", name="非大陆户籍人员信息")).to_be_visible()
    hidden = await page.locator(".record").inner_text()
    assert "****" in hidden
    await page.locator("summary").first.click()
    await page.get_by_role("radio", name="核对本人参保信息").check()
    await visitor.button("显示完整信息").click()
    await expect(page.get_by_text("本次查看已记录")).to_be_visible()
    assert "****" not in await page.locator(".record-groups").inner_text()
    assert page_count(await as_pdf(page)) == 1
    await page.get_by_role("button", name="English").click()
    await visitor.arrived()
    assert page_count(await as_pdf(page)) == 1
    await visitor.open("#/access")
    await expect(page.locator(".look").first).to_contain_text("核对本人参保信息")


async def test_unpaid_registration_can_be_withdrawn(visitor: Visitor) -> None:
    """After enrolling, Back leads to the receipt; an unpaid registration can be withdrawn, and made again."""
    page = visitor.page
    await visitor.reach_check("legacy-area")
    await visitor.button("提交").click()
    await visitor.heading("登记成功")
    await page.go_back()
    await visitor.heading("灵活就业参保登记回执")
    await visitor.open("#/enrol/flexible-employment")
    await page.get_by_role("link", name="撤回登记").click()
    await visitor.button("确认撤回").click()
    await visitor.heading("灵活就业参保登记回执")
    await expect(page.get_by_role("heading", name="登记已撤回")).to_be_visible()
    await expect(page.locator(".sheet-status")).to_have_text("已撤回")
    await visitor.open("#/enrol/flexible-employment")
    await visitor.heading("您今天可以在网厅办理")


async def test_staff_need_purpose(visitor: Visitor) -> None:
    """A clerk finds persons of the district, states a purpose, and opens a record."""
    page = visitor.page
    await visitor.come_signed_in("clerk")
    await expect(page.locator(".standing-answer")).to_contain_text("和平区")
    await visitor.open("#/people")
    await expect(page.locator(".person")).to_have_count(0)
    await visitor.button("查询").click()
    family_name = (await page.locator(".person strong").first.inner_text())[0]
    await page.get_by_text("换条件再查").click()
    await page.get_by_label("姓名").fill(family_name)
    await visitor.button("查询").click()
    await expect(page.locator(".person strong").filter(has_not_text=family_name)).to_have_count(0)
    await expect(page.locator(".person strong").first).to_contain_text(family_name)
    assert family_name not in page.url
    assert "%" not in page.url
    await page.locator(".person").first.get_by_role("link", name="查看").click()
    await visitor.heading("查看参保人信息")
    await expect(page.locator(".record")).to_have_count(0)
    await visitor.button("打开").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await page.get_by_label("查看目的").fill("受理参保咨询")
    await visitor.button("打开").click()
    await expect(page.locator(".record")).to_contain_text("****")
    await visitor.button("显示完整信息（再记录一次）").click()
    await expect(page.get_by_text("正在显示完整信息，已记录")).to_be_visible()


async def test_lists_have_urls(visitor: Visitor) -> None:
    """Pages and filters of lists have URLs that can be reloaded; going back works."""
    page = visitor.page
    await visitor.come_signed_in("supervisor")
    await visitor.open("#/people?district=120101")
    await expect(page.get_by_label("参保区县")).to_have_value("120101")
    first = await page.locator(".people").inner_text()
    await page.get_by_role("link", name="下一页").click()
    await expect(page.get_by_role("link", name="回到第一页")).to_be_visible()
    second = await page.locator(".people").inner_text()
    assert second != first
    await page.reload()
    await visitor.arrived()
    assert await page.locator(".people").inner_text() == second
    await page.go_back()
    await expect(page.get_by_role("link", name="回到第一页")).to_have_count(0)
    assert await page.locator(".people").inner_text() == first


async def test_rules_are_public(visitor: Visitor) -> None:
    """The rules are readable without a session, for today and for another day."""
    await visitor.open("#/rules")
    await expect(visitor.page.locator(".rule")).to_have_count(9)
    await visitor.open("#/rules?on=2026-01-01")
    await expect(visitor.page.get_by_text("2026年1月1日")).to_be_visible()


async def test_unknown_url(visitor: Visitor) -> None:
    """An unknown URL shows a message and a link to the home page."""
    await visitor.open("#/nowhere")
    await visitor.heading("没有找到这个页面")
    await visitor.page.get_by_role("link", name="回到首页").click()
    await visitor.heading("社会保险")


async def test_english(visitor: Visitor) -> None:
    """The switch changes page, server texts and document language to English, and keeps the input."""
    page = visitor.page
    await visitor.sign_in("manager")
    await visitor.read_and_agree()
    await visitor.choose_district("南开区")
    await page.get_by_label("常驻地址").fill("和平区")
    await page.get_by_role("button", name="English").click()
    await visitor.heading("New enrolment of urban flexible workers")
    assert await page.evaluate("document.documentElement.lang") == "en"
    await expect(page.get_by_label("Residential address")).to_have_value("和平区")
    await page.get_by_label("Mobile number").fill("")
    await visitor.button("Continue").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    assert "手机" not in await page.locator(".error-summary").inner_text()
    assert (await page.title()).startswith("Error: ")


async def as_pdf(page: Page) -> bytes:
    """The page as PDF."""
    return await page.pdf(format="A4", prefer_css_page_size=True)


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ")


async def test_session_is_ended_from_list(visitor: Visitor) -> None:
    """The list marks the current session and ends another; signing out clears drafts but not the language."""
    await visitor.sign_in("manager")
    await visitor.page.context.clear_cookies()
    await visitor.sign_in("manager")
    await visitor.open_menu()
    await visitor.page.get_by_role("link", name="登录设备").click()
    await visitor.arrived("/sessions")
    sessions = visitor.page.locator(".time-line > li")
    await expect(sessions.filter(has_text="本次登录")).to_have_count(1)
    before = await sessions.count()
    assert before >= 2
    await visitor.button("结束这次登录").first.click()
    await expect(sessions).to_have_count(before - 1)
    await visitor.page.get_by_role("button", name="English").click()
    await visitor.page.evaluate("sessionStorage.setItem('hall.draft.enrol.FLEXIBLE_EMPLOYMENT', 'typed')")
    await visitor.open_menu()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await expect(visitor.page.get_by_role("link", name="Sign in").first).to_be_visible()
    kept = await visitor.page.evaluate(
        "[localStorage.length, localStorage.getItem('hall.display'), sessionStorage.length]"
    )
    assert (kept[0], kept[2]) == (1, 0)
    assert '"en"' in kept[1]
