"""我能办吗: three questions before signing in."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor


@pytest.mark.parametrize(
    ("situation", "born", "verdict"),
    [
        ("单位停缴了", "1990年5月1日", "今天可以办理"),
        ("从来没有参加过", "19900501", "请用其他渠道办理"),
        ("单位正在缴费", "1990-05-01", "今天还不能办理"),
        ("正在以个人身份缴费", "1990/5/1", "今天还不能办理"),
        ("单位停缴了", "1950-05-01", "今天还不能办理"),
    ],
)
async def test_three_questions_are_answered_by_the_rules(
    visitor: Visitor, situation: str, born: str, verdict: str
) -> None:
    """The answer is the verdict of the rules; neither the URL nor the browser's storage has what was typed."""
    page = visitor.page
    await visitor.open("#/")
    await page.locator("#main").get_by_role("link", name="我能办吗").click()
    await visitor.heading("我能办吗")
    await page.get_by_role("radio", name=situation).check()
    await page.get_by_label("出生日期").fill(born)
    await page.get_by_role("radio", name="男", exact=True).check()
    await visitor.button("看结果").click()
    answer = page.locator(".primary", has_text="灵活就业参保登记")
    await expect(answer.get_by_role("heading", level=3).first).to_have_text(verdict)
    assert "19" not in page.url.partition("#")[2]
    assert await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])") == "[{},{}]"


async def test_missing_answers_are_asked_for(visitor: Visitor) -> None:
    """Each missing answer is named, in the order of the questions."""
    await visitor.open("#/check")
    await visitor.button("看结果").click()
    problems = visitor.page.locator(".error-summary li")
    await expect(problems).to_have_text(["请选择现在的参保情况", "请输入出生日期", "请选择性别"])
