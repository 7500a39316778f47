"""The actions of a person in the client."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.durability.scale import IS_FULL
from tests.hall import SIGN_IN

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
NOTICE, DISTRICT, DETAILS, CHECK = "灵活就业人员参保须知", "选择参保区县", "城镇灵活就业人员新参保登记", "核对后提交"
LOST = "暂时连接不上网厅"
# Milliseconds. The client's own time-out is twenty seconds.
AFTER_CLIENT_TIMEOUT = 25_000
ADDRESS, MOBILE = "和平区南京路1号2门301", "+86 138 1234 5678"
# The rules of WCAG 2.2 AA, and axe-core's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visitor:
    """A person who uses the client."""

    def __init__(self, page: Page, address: str, artifacts: Path) -> None:
        self.page = page
        self._address = address
        self._artifacts = artifacts

    async def open(self, place: str) -> None:
        """Open a path of the client, such as #/record, and wait for its page."""
        await self.page.goto(f"{self._address}{place}")
        await self.arrived(place.removeprefix("#").split("?")[0])

    async def arrived(self, path: str | None = None) -> None:
        """Wait until a page is displayed: any, or the one of this path."""
        shown = f"[data-place='{path}']" if path else ""
        await expect(self.page.locator(f"#main[aria-busy=false]{shown} h1")).to_be_visible()

    async def sign_in(self, account: str, *, place: str = "#/sign-in") -> None:
        """Sign in at this path."""
        await self.open(place)
        await self.page.locator("#field-account").fill(account)
        await expect(self.page.locator("#field-password")).to_have_attribute("type", "password")
        await self.page.locator("#field-password").fill(f"demo-{account}")
        await self.page.locator("form").first.get_by_role("button").click()
        await expect(self.page.locator("#places a").first).to_be_visible()
        await expect(self.page.locator("#field-password")).to_have_count(0)
        await self.arrived()

    async def open_menu(self) -> None:
        """Open the menu of the header."""
        await self.page.locator("#menu-button[aria-expanded=false]").click()

    async def come_signed_in(self, account: str, *, place: str = "#/") -> None:
        """Open the client with a session, as after an earlier visit: the form is tried where it matters."""
        given = {"input": {"account": account, "password": f"demo-{account}"}}
        assert (await self.ask(SIGN_IN, given))["signIn"]["viewer"] == {"account": account}
        await self.open(place)

    async def heading(self, words: str) -> None:
        """Expect this page heading."""
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    async def reach(self, words: str) -> None:
        """Expect this page heading; after a network failure use the page's retry."""
        expected = self.page.get_by_role("heading", level=1, name=words)
        lost = self.page.get_by_role("heading", name=LOST)
        unopened = self.page.get_by_role("link", name="重新打开")
        for _ in range(60):
            await expect(expected.or_(lost).or_(unopened).first).to_be_visible(timeout=AFTER_CLIENT_TIMEOUT)
            if await expected.count():
                break
            if await lost.count():
                await self.button("再试一次").click()
                await expect(lost).to_have_count(0)
            elif await unopened.count():
                await self.page.reload()
        await expect(expected).to_be_visible()

    async def follow(self, link: str, *, from_: str) -> None:
        """Click a link of the page `from_`, which may still report a network failure."""
        expected = self.page.get_by_role("link", name=link)
        lost = self.page.get_by_role("heading", name=LOST)
        await self.reach(from_)
        await expect(self.page.locator("#main[aria-busy=false]")).to_be_visible()
        await self.page.wait_for_load_state("networkidle")
        if await lost.count():
            await self.reach(from_)
        await expected.click()

    def button(self, name: str) -> Locator:
        """The button of the main element with exactly this name."""
        return self.page.locator("#main").get_by_role("button", name=name, exact=True)

    async def read_and_agree(self) -> None:
        """Consent to the notice."""
        await self.open("#/enrol/flexible-employment/notice")
        await self.heading(NOTICE)
        await self.declare()
        await self.button("确定").click()
        await self.heading(DISTRICT)

    async def declare(self) -> None:
        """Check both boxes: the consent, and the declaration of working in this city."""
        for box in await self.page.get_by_role("checkbox").all():
            await box.check()

    async def choose_district(self, district: str) -> None:
        """Choose the insured district."""
        await self.page.get_by_role("radio", name=district, exact=True).check()
        await self.button("下一步").click()
        await self.heading(DETAILS)

    async def fill_in(self, *, mobile: str = MOBILE) -> None:
        """Fill in the form and submit it to the check."""
        await self.page.get_by_label("户口性质").select_option("11")
        await self.page.get_by_role("combobox", name="民族").fill("hui")
        await self.page.get_by_role("option", name="回族").click()
        await self.page.get_by_label("常驻地址").fill(ADDRESS)
        await self.page.get_by_label("手机号码").fill(mobile)
        await self.button("下一步").click()

    async def reach_check(self, account: str, district: str = "和平区") -> None:
        """Sign in and do everything up to the submission."""
        await self.sign_in(account)
        await self.read_and_agree()
        await self.choose_district(district)
        await self.fill_in()
        await self.heading(CHECK)

    async def enrol_with_retries(self) -> None:
        """Go from the first page to the confirmation, retrying after network failures."""
        page = self.page
        await page.goto(f"{self._address}#/")
        await page.goto(f"{self._address}#/enrol/flexible-employment")
        await self.reach("您今天可以在网厅办理")
        await self.follow("开始办理", from_="您今天可以在网厅办理")
        await self.reach(NOTICE)
        await self.declare()
        await self.button("确定").click()
        await self.reach(DISTRICT)
        await page.get_by_role("radio", name="南开区").check()
        await self.button("下一步").click()
        await self.reach(DETAILS)
        await self.fill_in()
        await self.reach(CHECK)
        await self.button("提交").click()
        await self.reach("登记成功")

    async def withdraw(self, enrolment: str) -> None:
        """Withdraw an enrolment."""
        result = await self.ask(
            "mutation ($input: WithdrawFlexibleEmploymentInput!) "
            "{ withdrawFlexibleEmployment(input: $input) { __typename } }",
            {"input": {"enrolmentId": enrolment, "idempotencyKey": f"withdraw-{enrolment}"}},
        )
        assert result["withdrawFlexibleEmployment"]["__typename"] == "FlexibleEmploymentWithdrawn"

    async def ask(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """The data of a GraphQL response to the browser's session."""
        answer = await self.page.context.request.post(
            f"{self._address}graphql",
            data=json.dumps({"query": query, "variables": variables or {}}),
            headers={"Content-Type": "application/json"},
        )
        return (await answer.json())["data"]

    async def enrolments(self) -> list[dict[str, Any]]:
        """The person's enrolments."""
        query = "{ viewer { person { flexibleEmployment { enrolments { id status receipt { number } } } } } }"
        found: list[dict[str, Any]] = (await self.ask(query))["viewer"]["person"]["flexibleEmployment"]["enrolments"]
        return found

    async def people(self) -> list[dict[str, Any]]:
        """The first person that this member of staff may look up."""
        found: list[dict[str, Any]] = (await self.ask("{ people(first: 1) { nodes { id } } }"))["people"]["nodes"]
        return found

    async def save_screenshot(self, name: str) -> None:
        """Save a screenshot as an artefact, in `make test-all` only: it takes as long as the test."""
        if not IS_FULL:
            return
        self._artifacts.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self._artifacts / f"{name}.png", full_page=True)

    async def violations(self) -> list[str]:
        """The violations that axe-core finds."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text("utf-8"))
        found = await self.page.evaluate("tags => axe.run({ runOnly: tags, resultTypes: ['violations'] })", RULES)
        return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]

    async def overflow(self) -> int:
        """The pixels of the page beyond the window's right edge."""
        beyond: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return beyond
