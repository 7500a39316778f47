"""What to do next: for every refusal, beside every notice, and after having enrolled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.codes.tables import CodeTableName, table
from api.law.rule import Channel, EligibilityOutcome
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.law import LAW
from api.schemes.flexible_employment.next_steps import next_steps_after_registration
from api.schemes.flexible_employment.verdict import judge
from api.schemes.shared.declaration_window import CHANNELS, declaration_window
from api.schemes.shared.retirement import PositionNature
from tests.schemes.flexible_employment.cases import CASES, TODAY, paid, registered, somebody

OWN = replace(paid(), employer=False)
DECLARE = "向税务机关申报缴费"
NEEDS_ID_CARD = ("持本人居民身份证", "户籍地")


def titles(case: Case) -> list[str]:
    """Return the titles of the next steps."""
    return [step.title.zh for step in judge(case).next_steps]


def told(case: Case) -> str:
    """Return all that the next steps say."""
    return " ".join(step.title.zh + step.detail.zh for step in judge(case).next_steps)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (somebody(), ["阅读须知并登记", DECLARE]),
        (somebody(works_in_city=None), ["阅读须知并登记", DECLARE]),
        (somebody(works_in_city=False), ["在外地灵活就业的，到当地参保"]),
        (somebody(channel=Channel.APP), ["办理参保登记", DECLARE]),
        (somebody(id_type="08"), ["外国人由用人单位办理参保"]),
        (somebody(id_type="06"), ["先申领港澳台居民居住证"]),
        (somebody(id_type="99"), ["改用居民身份证办理"]),
        (somebody(id_type="77"), ["向社保经办机构咨询"]),
        (somebody(birth_date=date(2010, 12, 1)), ["2026年12月1日起可以办理"]),
        (somebody(birth_date=date(2010, 12, 1), participations=()), ["年满16周岁后办理"]),
        (
            somebody(on=date(2019, 6, 1), participations=(paid(status="3", ended_on=date(2018, 1, 31)),)),
            ["2020年11月1日起可以办理", "向社保经办机构咨询"],
        ),
        (somebody(birth_date=date(1960, 1, 1)), ["办理领取养老待遇", "缴费年限不足的，可以继续缴费"]),
        (somebody(birth_date=date(1960, 1, 1), drawing_pension=True), ["咨询养老待遇"]),
        (somebody(registrations=(registered(),)), ["查看已有的参保登记", DECLARE]),
        (somebody(registrations=(registered(),), id_type="08"), ["查看已有的参保登记", DECLARE]),
        (somebody(participations=(OWN,)), ["无需登记，继续申报缴费", "变更参保区县", DECLARE]),
        (
            somebody(participations=(replace(OWN, status="2"),)),
            ["无需登记，恢复申报缴费", "变更参保区县", DECLARE],
        ),
        (somebody(participations=(paid(),)), ["单位正在为您缴费，目前无需自行登记"]),
        (somebody(participations=(paid(ended_on=date(2026, 11, 30)),)), ["2026年12月1日起可以办理"]),
        (
            somebody(participations=(paid(ended_on=date(2026, 11, 30)),), works_in_city=False),
            ["在外地灵活就业的，到当地参保", "单位为您缴费至2026年11月30日"],
        ),
        (somebody(participations=()), ["请用手机APP办理", "到经办机构或街镇党群服务中心办理"]),
        (somebody(participations=(), id_type="16"), ["请用手机APP办理", "到居住地经办机构或街镇党群服务中心办理"]),
        (somebody(participations=(), id_type="08"), ["外国人由用人单位办理参保"]),
        (
            somebody(district="120101", subsidies=(Subsidy("120105", date(2026, 1, 1), None),)),
            ["改选补贴区县：河北区"],
        ),
        # Whom an employer pays for beside their own insurance is told that, and not to pay.
        (somebody(participations=(OWN, paid("310"))), ["无需登记", "变更参保区县", "单位正在为您缴费，无需自行缴费"]),
        # The subsidy's district is open already: from when on it is possible there, and which.
        (
            somebody(
                district="120101",
                subsidies=(Subsidy("120105", date(2026, 1, 1), None),),
                participations=(paid(ended_on=date(2026, 11, 30)),),
            ),
            ["2026年12月1日起可以办理", "改选补贴区县：河北区"],
        ),
        (somebody(participations=(), works_in_city=False), ["在外地灵活就业的，到当地参保"]),
        (somebody(district="120107"), ["选择参保区县"]),
        (somebody(birth_date=None), ["到经办机构核对个人信息"]),
        (somebody(sex=None, birth_date=date(1967, 5, 20)), ["到经办机构核对个人信息"]),
        (
            somebody(sex="2", birth_date=date(1974, 3, 15), position_nature=PositionNature.PRODUCTION),
            ["阅读须知并登记", "核实何时领取养老待遇", DECLARE],
        ),
        (
            somebody(participations=(*somebody().participations, paid("390"))),
            ["阅读须知并登记", "办理城乡居民保险衔接", DECLARE],
        ),
        (somebody(participations=(paid("390"),)), ["请用手机APP办理", "到经办机构或街镇党群服务中心办理"]),
        (
            somebody(birth_date=date(1966, 6, 24)),
            ["阅读须知并登记", "可办理至2026年11月23日（含当日）", "您将于2026年11月24日达到法定退休年龄"],
        ),
    ],
)  # fmt: skip
def test_each_answer_leads_on(case: Case, expected: list[str]) -> None:
    """Every answer names what to do next, each step once, and nothing that does not concern this person."""
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
    """A person who asks about the app is not sent to the web."""
    first = judge(somebody(channel=channel)).next_steps[0]
    assert words in first.detail.zh


@given(CASES)
def test_everybody_has_a_next_step(case: Case) -> None:
    """Each step appears once, in both languages."""
    verdict = judge(case)
    assert verdict.next_steps
    assert len(verdict.next_steps) == len(set(verdict.next_steps))
    assert all(text.zh and text.en for step in verdict.next_steps for text in (step.title, step.detail))


# Bound to another district by a subsidy without an end, and waiting for a channel besides.
BOUND_ELSEWHERE = somebody(
    on=date(2024, 11, 1), district="120101", subsidies=(Subsidy("120105", date(2024, 11, 1), None),)
)


@given(CASES)
@example(BOUND_ELSEWHERE)
def test_a_day_to_come_back_on_is_the_first_one(case: Case) -> None:
    """It is the day for this district, or for the one to which a subsidy binds; none if only the district is wrong."""
    verdict = judge(case)
    waits = [step for step in verdict.next_steps if "起可以办理" in step.title.zh]
    failed = {found.rule.code for found in verdict.results if found.outcome == "FAIL"}
    bound = {subsidy.district for subsidy in case.subsidies if subsidy.is_active_on(case.on)}
    verdicts = [verdict, *(judge(replace(case, district=district)) for district in bound)]
    days = {each.becomes_eligible_on for each in verdicts} - {None}
    if failed == {RuleCode.DISTRICT_OPEN}:
        assert waits == []
    for step in waits:
        assert step.title.zh in {f"{day.year}年{day.month}月{day.day}日起可以办理" for day in days if day}
        assert step.due is None


@pytest.mark.parametrize("document", [entry.code for entry in table(CodeTableName.ID_TYPE).entries])
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(
    "case",
    [
        somebody(),
        somebody(participations=()),
        somebody(birth_date=None),
        somebody(sex=None, birth_date=date(1967, 5, 20)),
        somebody(birth_date=date(1960, 1, 1)),
        somebody(birth_date=date(2010, 12, 1)),
        somebody(birth_date=date(2010, 12, 1), participations=()),
        somebody(drawing_pension=True),
        somebody(works_in_city=False),
        somebody(registrations=(registered(),)),
        somebody(participations=(OWN,)),
        somebody(participations=(replace(OWN, status="2"),)),
        somebody(participations=(paid(),)),
        somebody(participations=(paid(ended_on=date(2026, 11, 30)),)),
        somebody(district="120107"),
        somebody(district="120101", subsidies=(Subsidy("120105", date(2026, 1, 1), None),)),
    ],
    ids=range(16),
)
def test_no_advice_is_impossible_for_its_reader(case: Case, channel: Channel, document: str) -> None:
    """Rule by outcome by document by channel: a card, a place or a channel is named only to those who can use it."""
    asked = replace(case, channel=channel, id_type=document)
    verdict, said = judge(asked), told(asked)
    failed = {found.rule.code for found in verdict.results if found.outcome == "FAIL"}
    if document != "01":
        assert "持本人居民身份证，到" not in said
    if document in {"04", "05", "06", "07", "08", "11", "12", "13", "14", "15", "16"}:
        assert not any(words in said for words in NEEDS_ID_CARD)
    if document not in {"01", "16"} or failed & {RuleCode.RETIREMENT_AGE, RuleCode.NOT_DRAWING_PENSION}:
        assert "手机APP办理" not in said
    if RuleCode.MINIMUM_AGE in failed:
        assert "请用手机APP办理" not in titles(asked)
        assert DECLARE not in titles(asked)
    if verdict.outcome is EligibilityOutcome.ELIGIBLE:
        assert channel in verdict.eligible_by
    else:
        assert channel not in verdict.eligible_by
        assert "阅读须知并登记" not in titles(asked)
    if "请用手机APP办理" in titles(asked):
        assert Channel.APP in verdict.eligible_by
    if "减员" in said:
        assert any(period.employer and period.ended_on is None for period in asked.participations)


@given(CASES)
def test_declaring_is_for_those_who_can_pay_for_that_month(case: Case) -> None:
    """Beside a yes, or being enrolled; never for a month in which the person retires before it or an employer pays."""
    verdict = judge(case)
    found = [step for step in verdict.next_steps if step.title.zh == DECLARE]
    window = declaration_window(case.on)
    for step in found:
        assert window is not None
        assert step.due == window.closes_on
        assert step.url is not None
        assert step.phone == "12366"
        assert step.detail.zh.startswith("本期" if window.open else "下一期")
        assert step.detail.en.startswith("This period" if window.open else "The next period")
    if found and verdict.outcome is EligibilityOutcome.ELIGIBLE and window is not None:
        ceases = verdict.ceases_eligible_on
        assert ceases is None or ceases > window.closes_on.replace(day=1)


def test_a_refused_notice_is_no_step() -> None:
    """To settle an overlap comes after enrolling: a person who cannot enrol is not told to."""
    verdict = judge(somebody(participations=(paid("390"),)))
    assert verdict.outcome is EligibilityOutcome.NOT_ELIGIBLE
    assert any(result.reason and result.outcome == "PASS" for result in verdict.results)
    assert "办理城乡居民保险衔接" not in [step.title.zh for step in verdict.next_steps]


@given(st.dates())
def test_after_enrolling(on: date) -> None:
    """Declare in this window or the next, through one of the channels of the guide; the last days only name these."""
    steps = next_steps_after_registration(somebody(on=on, participations=()), LAW.on(on))
    window = declaration_window(on)
    if any("达到法定退休年龄" in step.title.zh for step in steps):
        assert DECLARE not in [step.title.zh for step in steps]
        return
    assert steps[-len(CHANNELS) :] == CHANNELS
    assert len(steps) == len(CHANNELS) + (window is not None)
    if window is not None:
        assert (steps[0].title.zh, steps[0].due) == (DECLARE, window.closes_on)


AFTERWARDS = [
    # Registered days before retirement: no month is left to declare.
    (somebody(birth_date=date(1966, 6, 24)), False, ["您将于2026年11月24日达到法定退休年龄"]),
    # An employer has begun to pay, or will before the next month: nothing is to be declared.
    (somebody(participations=(paid(),)), False, ["单位正在为您缴费，无需自行缴费"]),
    (somebody(participations=(paid(started_on=date(2026, 12, 1)),)), False, ["2026年12月1日起由单位为您缴费"]),
    (somebody(participations=(paid(),)), True, ["单位正在为您缴费，无需自行缴费"]),
    # The employer has reported the end: the next month is one's own.
    (somebody(participations=(paid(ended_on=date(2026, 11, 30)),)), False, [DECLARE]),
]


@pytest.mark.parametrize(("case", "suspended", "expected"), AFTERWARDS)
def test_nobody_who_enrolled_is_told_to_pay_in_vain(case: Case, expected: list[str], *, suspended: bool) -> None:
    """After enrolling, the steps fit what the record says by now."""
    steps = next_steps_after_registration(case, LAW.on(case.on), suspended=suspended)
    assert [step.title.zh for step in steps if step not in CHANNELS] == expected
    assert (steps[-1] in CHANNELS) is (expected == [DECLARE])


def test_what_was_to_be_minded_stays_to_do_after_enrolling() -> None:
    """The overlap has still to be settled, and the beginning of the pension still to be confirmed."""
    minded = (RuleCode.RETIREMENT_AGE, RuleCode.NOT_ENROLLED)
    steps = [step.title.zh for step in next_steps_after_registration(somebody(), LAW.on(TODAY), minded)]
    assert steps[:3] == [DECLARE, "核实何时领取养老待遇", "办理城乡居民保险衔接"]
    suspended = [step.title.zh for step in next_steps_after_registration(somebody(), LAW.on(TODAY), suspended=True)]
    assert suspended[:2] == ["无需登记，恢复申报缴费", DECLARE]


def test_a_person_too_young_and_hindered_by_more_hears_the_birthday() -> None:
    """`becomesEligibleOn` cannot be named, but the 16th birthday can."""
    verdict = judge(somebody(birth_date=date(2010, 12, 1), participations=()))
    assert verdict.becomes_eligible_on is None
    assert "您2026年12月1日年满16周岁" in verdict.next_steps[0].detail.zh
    assert "1 December 2026" in verdict.next_steps[0].detail.en


def test_the_window_of_a_day() -> None:
    """On 23 November it is the one of December, until the 19th; over the turn of the year both years are named."""
    steps = judge(somebody()).next_steps
    assert "本期申报缴费期为2026年11月21日至12月19日" in steps[-1].detail.zh
    assert steps[-1].due == date(2026, 12, 19)
    assert "2027年1月1日至1月19日" in judge(somebody(on=TODAY + timedelta(days=35))).next_steps[-1].detail.zh
