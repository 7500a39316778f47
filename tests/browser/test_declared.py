"""Declared facts in the browser: requested with the consent, prefilled from the record, shown next to it."""

from playwright.async_api import expect

from tests.browser.visitor import CHECK, DETAILS, DISTRICT, NOTICE, Visitor

FIELDS = "证件类型 证件号码 姓名 性别 出生日期 户口性质 民族 常驻地址 手机号码 岗位性质 参保区县 本人声明"
LOG = "{ viewer { person { accessLog { nodes { purpose fields } } } } }"


async def test_declaration_is_requested_with_consent(visitor: Visitor) -> None:
    """The notice page requests consent and declaration, and reports a missing declaration."""
    page = visitor.page
    await visitor.come_signed_in("leap-day")
    await visitor.open("#/enrol/flexible-employment/notice")
    await visitor.heading(NOTICE)
    await page.locator("#field-consent").check()
    await visitor.button("确定").click()
    await expect(page.get_by_role("alert")).to_contain_text("请声明：我在本市灵活就业")
    await page.get_by_role("checkbox", name="我在本市灵活就业").check()
    await visitor.button("确定").click()
    await visitor.heading(DISTRICT)


async def test_form_is_prefilled_and_shown_unmasked(visitor: Visitor) -> None:
    """Eleven fields in the guide's order, prefilled with unmasked facts, which is one access-log entry."""
    page = visitor.page
    await visitor.come_signed_in("rare-name")
    before = len((await visitor.ask(LOG))["viewer"]["person"]["accessLog"]["nodes"])
    await visitor.read_and_agree()
    await visitor.choose_district("和平区")
    await visitor.heading(DETAILS)
    await expect(page.get_by_text("𠮷𠀋")).to_be_visible()
    assert (await page.get_by_label("常驻地址").input_value()).startswith("天津市和平区海光路")
    assert len(await page.get_by_label("手机号码").input_value()) == 11
    options = await page.get_by_label("户口性质").locator("option").all_inner_texts()
    assert not any("香港" in option or "外国人" in option for option in options)
    await expect(page.get_by_role("group", name="岗位性质")).to_be_visible()
    await visitor.button("下一步").click()
    await visitor.heading(CHECK)
    assert " ".join(await page.locator("#main dt").all_inner_texts()) == FIELDS
    await expect(page.get_by_text("𠮷𠀋")).to_be_visible()
    shown = await page.locator("#main dd").all_inner_texts()
    assert not any("*" in value for value in shown)
    await page.get_by_role("link", name="修改 常驻地址").click()
    await visitor.heading(DETAILS)
    entries = (await visitor.ask(LOG))["viewer"]["person"]["accessLog"]["nodes"]
    assert [entry["purpose"] for entry in entries[: len(entries) - before]] == ["填写参保登记表"]


async def test_declared_facts_are_shown_next_to_record(visitor: Visitor) -> None:
    """Declared address and telephone number do not change the record, which shows them with their day."""
    page = visitor.page
    await visitor.reach_check("long-name")
    await visitor.button("提交").click()
    await visitor.heading("登记成功")
    await visitor.open("#/record")
    mobile = page.locator(".fact").filter(has_text="手机号码")
    await expect(mobile).to_contain_text("138****0018")
    await expect(mobile).to_contain_text("138****5678")
    await expect(mobile).to_contain_text("本人申报")
    [enrolment, *_] = await visitor.enrolments()
    await visitor.open(f"#/receipt/{enrolment['id']}")
    await expect(page.get_by_text("我在本市灵活就业")).to_be_visible()
    await visitor.withdraw(enrolment["id"])
    await page.reload()
    await page.get_by_role("link", name="验证这份回执").click()
    await expect(page.get_by_role("heading", name="回执由本网厅出具，但登记已失效")).to_be_visible()
    await visitor.open("#/record")
    await expect(page.get_by_text("本人申报")).to_have_count(0)


async def test_home_shows_next_step_of_each_person(visitor: Visitor) -> None:
    """The home page shows the next step of each persona, with the declaration window only where it applies."""
    page = visitor.page
    for account, step in (
        ("employer-paying", "单位正在为您缴费，目前无需自行登记"),
        ("self-paying", "无需登记，继续申报缴费"),
        ("first-time", "请用手机APP办理"),
        ("under-sixteen", "起可以办理"),
        ("enrolled", "向税务机关申报缴费"),
        ("manager", "今天可以办理"),
    ):
        await visitor.sign_in(account)
        await visitor.open("#/")
        await expect(page.locator(".primary")).to_contain_text(step)
        if account in {"employer-paying", "first-time", "under-sixteen"}:
            await expect(page.locator(".primary")).not_to_contain_text("申报缴费期")


async def test_enrolled_person_is_shown_receipt(visitor: Visitor) -> None:
    """FE-5: no second registration; the page says so and links the receipt."""
    await visitor.come_signed_in("enrolled")
    await visitor.open("#/enrol/flexible-employment")
    await visitor.heading("无需重复办理")
    await visitor.page.get_by_role("link", name="查看登记回执").click()
    await visitor.heading("灵活就业参保登记回执")
