"""Enrolling in each scheme with a browser: no page knows a scheme by name."""

import pytest
from playwright.async_api import expect

from api.enrolment.form import FieldKind
from api.enrolment.scheme import Scheme
from api.schemes.registry import SCHEMES
from tests.browser.visitor import ADDRESS, CHECK, DISTRICT, MOBILE, Visitor


async def fill_in(visitor: Visitor, scheme: Scheme) -> None:
    """Fill each field of the form in by its label, and go on."""
    for field in scheme.fields:
        if field.kind is FieldKind.ADDRESS:
            await visitor.page.get_by_label(field.label.zh).fill(ADDRESS)
        elif field.kind is FieldKind.MOBILE_NUMBER:
            await visitor.page.get_by_label(field.label.zh).fill(MOBILE)
    await visitor.button("下一步").click()


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
async def test_a_scheme_is_joined_and_left(visitor: Visitor, scheme: Scheme) -> None:
    """Verdict, notice, declaration, district, details, check, confirmation, receipt, withdrawal; then home shows it."""
    page = visitor.page
    slug = scheme.name.lower().replace("_", "-")
    await visitor.come_signed_in("late-starter" if scheme.name == "RESIDENTS_PENSION" else "legacy-area")
    await visitor.open("#/enrol")
    await page.get_by_role("link", name=scheme.title.zh, exact=True).click()
    await visitor.heading("您今天可以在网厅办理")
    await visitor.save_screenshot(f"scheme-{slug}")
    await page.get_by_role("link", name="开始办理").click()
    await visitor.heading(scheme.notice_title.zh)
    await visitor.declare()
    await visitor.button("确定").click()
    await visitor.heading(DISTRICT)
    await page.get_by_role("radio", name="河西区", exact=True).check()
    await visitor.button("下一步").click()
    await visitor.heading(scheme.form_title.zh)
    await visitor.save_screenshot(f"scheme-{slug}-details")
    await fill_in(visitor, scheme)
    await visitor.heading(CHECK)
    for field in scheme.fields:
        if field.statement is not None:
            await expect(page.get_by_text(field.statement.zh)).to_be_visible()
    await visitor.button("提交").click()
    await visitor.heading("登记成功")
    await visitor.save_screenshot(f"scheme-{slug}-done")
    await page.get_by_role("link", name="查看和打印回执").click()
    await visitor.heading(f"{scheme.title.zh}回执")
    await visitor.open("#/")
    await expect(page.locator(".primary")).to_contain_text(scheme.title.zh)
    await page.locator(".primary").get_by_role("link", name="查看登记回执").click()
    await page.get_by_role("link", name="撤回登记").click()
    await visitor.button("确认撤回").click()
    await expect(page.get_by_role("heading", name="登记已撤回")).to_be_visible()
    await expect(page.locator(".sheet-status")).to_have_text("已撤回")


async def test_an_enrolment_in_another_scheme_is_shown_before_enrolling(visitor: Visitor) -> None:
    """Whose enrolment stands in one scheme reads it in the other, with what differs and the way to withdraw it."""
    await visitor.reach_check("production-worker")
    await visitor.button("提交").click()
    await visitor.heading("登记成功")
    await visitor.open("#/enrol/residents-pension")
    await visitor.heading("您今天可以在网厅办理")
    note = visitor.page.locator(".panel-note", has_text="您已办理灵活就业参保登记")
    await expect(note).to_contain_text("目前状态：登记未缴费")
    await expect(note.get_by_role("row", name="同时缴费")).to_contain_text("重复缴费的月份只计算职工养老")
    await visitor.save_screenshot("scheme-overlap")
    await note.get_by_role("link", name="查看灵活就业参保登记").click()
    await visitor.heading("您已办理参保登记，无需重复办理")
    await visitor.page.get_by_role("link", name="撤回登记").click()
    await visitor.button("确认撤回").click()
    await expect(visitor.page.get_by_text("已撤回").first).to_be_visible()


async def test_a_declaration_that_is_not_made_is_asked_for(visitor: Visitor) -> None:
    """Consent alone does not go on: the problem stands at the box, in the scheme's words."""
    await visitor.come_signed_in("resident", place="#/enrol/residents-pension/notice")
    await visitor.heading("城乡居民养老参保须知")
    await visitor.page.get_by_role("checkbox").first.check()
    await visitor.button("确定").click()
    await expect(visitor.page.get_by_role("alert")).to_contain_text("请声明：我不是在校学生")


@pytest.mark.parametrize(
    ("account", "heading", "reason"),
    [
        ("resident", "您今天可以在网厅办理", "您也可以选择灵活就业参保登记"),
        ("resident-member", "您已参保", "无需重复登记"),
        ("civil-servant", "您今天还不能在网厅办理", "机关事业养老保险"),
        ("from-elsewhere", "您今天还不能在网厅办理", "户籍不在本市"),
        ("under-sixteen", "您现在还不能办理", "未满16周岁"),
        ("hong-kong", "还需要一项信息", "居住地"),
    ],
)
async def test_each_person_reads_their_verdict(visitor: Visitor, account: str, heading: str, reason: str) -> None:
    """The verdict of the residents' pension with its reason, for the people of the demo."""
    await visitor.come_signed_in(account, place="#/enrol/residents-pension")
    await visitor.heading(heading)
    await expect(visitor.page.locator("#main")).to_contain_text(reason)


async def test_an_unknown_scheme_is_no_page(visitor: Visitor) -> None:
    """An address that names no scheme of the Hall says so, and leads home."""
    await visitor.come_signed_in("resident")
    await visitor.open("#/enrol/moon-pension")
    await expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("没有")


async def test_the_rules_of_each_scheme_are_read(visitor: Visitor) -> None:
    """How we decide has the rules of one scheme at a time, each with its own clauses."""
    page = visitor.page
    await visitor.open("#/rules")
    await expect(page.get_by_text("FE-1").first).to_be_visible()
    await page.get_by_role("link", name="城乡居民养老参保登记").click()
    await expect(page.get_by_text("RP-1").first).to_be_visible()
    await expect(page.get_by_text("FE-1")).to_have_count(0)
