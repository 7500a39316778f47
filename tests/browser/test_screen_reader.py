"""What a screen reader is told of the enrolment, page by page.

The trees are in enrolment.aria.yml, on a frozen day; HALL_APPROVE=1 writes them as they are: read each in `git diff`.
"""

import re
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.comparing import APPROVES, FIX_NUMBERS, frozen_page
from tests.browser.conftest import ARTIFACTS
from tests.browser.visitor import CHECK, NOTICE, Visitor

TREES = Path(__file__).parent / "enrolment.aria.yml"
# A reader is told names, and not addresses, some of which have random ids.
ADDRESS = re.compile(r":?\n *- /url: .*")
PAGE = re.compile(r"^# (.+)\n", re.MULTILINE)


async def test_enrolment_is_read_out_as_approved(browser: Browser, frozen_address: str) -> None:
    """Headings, names, states, hints and errors of each step, as the browser gives them to a screen reader."""
    context, page = await frozen_page(browser, frozen_address, 1280)
    visitor, trees = Visitor(page, frozen_address, ARTIFACTS), {}

    async def read_out(name: str, said: str = "") -> None:
        await page.evaluate(FIX_NUMBERS)
        await expect(page.get_by_role("status")).to_have_text(said)
        trees[name] = ADDRESS.sub("", await page.locator("#main").aria_snapshot())

    await visitor.come_signed_in("manager", place="#/enrol/flexible-employment")
    await read_out("The verdict")
    await page.get_by_role("link", name="开始办理").click()
    await visitor.heading(NOTICE)
    await visitor.button("确定").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await read_out("The notice, without consent")
    await visitor.declare()
    await visitor.button("确定").click()
    await visitor.arrived("/enrol/flexible-employment/district")
    await read_out("The district")
    await visitor.choose_district("和平区")
    await page.get_by_label("手机号码").fill("12")
    await visitor.button("下一步").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await read_out("The form, with errors")
    await page.get_by_role("combobox", name="民族").fill("hui")
    await expect(page.locator("[role=option]").first).to_be_visible()
    await read_out("The form, with an open list", "2 个选项，用上下键选择")
    await visitor.fill_in()
    await visitor.heading(CHECK)
    await read_out("The check")
    await visitor.button("提交").click()
    await visitor.heading("登记成功")
    await read_out("The confirmation")
    await page.get_by_role("link", name="查看和打印回执").click()
    await visitor.heading("灵活就业参保登记回执")
    await read_out("The receipt")
    await context.close()
    if APPROVES:
        TREES.write_text("\n\n".join(f"# {name}\n{tree}" for name, tree in trees.items()) + "\n", "utf-8")
    _, *approved = PAGE.split(TREES.read_text("utf-8"))
    assert trees == {name: tree.strip() for name, tree in zip(approved[::2], approved[1::2], strict=True)}
