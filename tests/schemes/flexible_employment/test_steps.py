"""What to do next: for every refusal, beside every notice, and after having enrolled."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.verdict import judge, next_steps_after_registration
from api.schemes.rule import Channel, EligibilityOutcome, PositionNature
from api.schemes.shared.days import written_days
from api.schemes.shared.declaration_window import CHANNELS, declaration_window
from tests.schemes.flexible_employment.cases import CASES, paid, somebody

WINDOW = "本期申报缴费时间为2026年11月21日至12月19日"


def titles(case: Case) -> list[str]:
    """Return the titles of the next steps."""
    return [step.title.zh for step in judge(case).next_steps]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (somebody(), ["阅读须知并登记", "向税务机关申报缴费"]),
        (somebody(channel=Channel.APP), ["办理参保登记", "向税务机关申报缴费"]),
        (somebody(id_type="08"), ["到经办机构或街镇党群服务中心办理"]),
        (somebody(birth_date=date(2010, 12, 1)), ["2026-12-01起可以办理"]),
        (
            somebody(birth_date=date(2010, 12, 1), participations=()),
            ["年满16周岁后办理", "使用“天津人力社保”手机APP", "到经办机构或街镇党群服务中心办理"],
        ),
        (
            somebody(on=date(2019, 6, 1), participations=(paid(status="3", ended_on=date(2018, 1, 31)),)),
            ["2020-11-01起可以办理", "到经办机构或街镇党群服务中心办理"],
        ),
        (somebody(birth_date=date(1960, 1, 1)), ["咨询养老待遇"]),
        (somebody(birth_date=date(1960, 1, 1), drawing_pension=True), ["咨询养老待遇"]),
        (somebody(enrolled=True), ["查看已有的参保登记", "向税务机关申报缴费"]),
        (somebody(enrolled=True, id_type="08"), ["到经办机构或街镇党群服务中心办理", "查看已有的参保登记"]),
        (somebody(participations=(paid(),)), ["请单位先办理减员"]),
        (somebody(participations=(paid(ended_on=date(2026, 11, 30)),)), ["2026-12-01起可以办理", "请单位先办理减员"]),
        (somebody(participations=()), ["使用“天津人力社保”手机APP", "到经办机构或街镇党群服务中心办理"]),
        (somebody(participations=(), id_type="08"), ["到经办机构或街镇党群服务中心办理", "使用“天津人力社保”手机APP"]),
        (somebody(district="120101", subsidies=(Subsidy("120105", date(2026, 1, 1), None),)), ["选择可办理的区县"]),
        (somebody(birth_date=None), ["到经办机构核对个人信息"]),
        (somebody(sex=None, birth_date=date(1967, 5, 20)), ["到经办机构核对个人信息"]),
        (
            somebody(sex="2", birth_date=date(1974, 3, 15), position_nature=PositionNature.PRODUCTION),
            ["阅读须知并登记", "确认领取养老待遇的时间", "向税务机关申报缴费"],
        ),
        (
            somebody(participations=(*somebody().participations, paid("390"))),
            ["阅读须知并登记", "办理城乡居民保险衔接", "向税务机关申报缴费"],
        ),
        (somebody(participations=(paid("390"),)), ["使用“天津人力社保”手机APP", "到经办机构或街镇党群服务中心办理"]),
    ],
)
def test_each_answer_leads_on(case: Case, expected: list[str]) -> None:
    """Every refusal names what to do instead, in the order of the rules, each step once."""
    assert titles(case) == expected


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.WEB_HALL, "可以在网厅办理"),
        (Channel.APP, "“天津人力社保”手机APP"),
        (Channel.KIOSK, "第三代自助机"),
        (Channel.COUNTER, "社保经办机构、街镇党群服务中心"),
    ],
)
def test_a_yes_names_its_channel(channel: Channel, words: str) -> None:
    """Whoever asks about the app is not sent to the web."""
    first = judge(somebody(channel=channel)).next_steps[0]
    assert words in first.detail.zh


@given(CASES)
def test_nobody_is_left_without_a_next_step(case: Case) -> None:
    """Each step is told once, in both languages; the day from which on it is possible stands first."""
    verdict = judge(case)
    assert len(verdict.next_steps) == len(set(verdict.next_steps))
    assert all(text.zh and text.en for step in verdict.next_steps for text in (step.title, step.detail))
    assert verdict.next_steps
    waits = [step for step in verdict.next_steps if "起可以办理" in step.title.zh]
    assert [step.title.zh for step in waits] == (
        [] if verdict.becomes_eligible_on is None else [f"{verdict.becomes_eligible_on.isoformat()}起可以办理"]
    )
    assert all(step.due is None for step in waits)


@given(CASES)
def test_declaring_is_for_who_is_or_will_be_enrolled(case: Case) -> None:
    """It stands beside a yes, and beside nothing but being enrolled already; with the days of the window."""
    verdict = judge(case)
    refused = {result.rule.code.value for result in verdict.results if result.outcome != "PASS"}
    told = [step for step in verdict.next_steps if step.title.zh == "向税务机关申报缴费"]
    window = declaration_window(case.on)
    assert bool(told) is (window is not None and refused <= {"NOT_ENROLLED"})
    for step in told:
        assert window is not None
        assert step.due == window.closes_on
        days = written_days(window.opens_on, window.closes_on)
        assert days.zh in step.detail.zh
        assert days.en in step.detail.en
        assert step.detail.zh.startswith("本期" if window.open else "下一期")
        assert step.detail.en.startswith("This window" if window.open else "The next window")


def test_a_refused_notice_is_no_step() -> None:
    """To settle an overlap comes after enrolling: whoever may not enrol is not told to."""
    verdict = judge(somebody(participations=(paid("390"),)))
    assert verdict.outcome is EligibilityOutcome.NOT_ELIGIBLE
    assert any(result.reason and result.outcome == "PASS" for result in verdict.results)
    assert "办理城乡居民保险衔接" not in [step.title.zh for step in verdict.next_steps]


@given(st.dates())
def test_after_enrolling(on: date) -> None:
    """Declare in this window or the next, through one of the channels of the guide; the last days only name these."""
    steps = next_steps_after_registration(on)
    window = declaration_window(on)
    assert steps[-len(CHANNELS) :] == CHANNELS
    assert len(steps) == len(CHANNELS) + (window is not None)
    if window is not None:
        assert (steps[0].title.zh, steps[0].due) == ("向税务机关申报缴费", window.closes_on)


def test_who_is_too_young_and_hindered_by_more_is_told_the_birthday() -> None:
    """`becomesEligibleOn` cannot be named, but the 16th birthday can."""
    verdict = judge(somebody(birth_date=date(2010, 12, 1), participations=()))
    assert verdict.becomes_eligible_on is None
    assert "2026-12-01年满16周岁" in verdict.next_steps[0].detail.zh
    assert "2026-12-01" in verdict.next_steps[0].detail.en


def test_the_window_of_a_day() -> None:
    """On 23 November it is the one of December, until the 19th."""
    steps = judge(somebody()).next_steps
    assert WINDOW in steps[-1].detail.zh
    assert steps[-1].due == date(2026, 12, 19)
