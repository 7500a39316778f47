"""Next steps: for refusals, for notices, and after enrolling."""

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
from tests.schemes.flexible_employment.cases import CASES, TODAY, eligible_case, paid, registered

OWN = replace(paid(), employer=False)
DECLARE = "向税务机关申报缴费"
NEEDS_ID_CARD = ("持本人居民身份证", "户籍地")


def titles(case: Case) -> list[str]:
    """Return the titles of the next steps."""
    return [step.title.zh for step in judge(case).next_steps]


def text_of_steps(case: Case) -> str:
    """Return the text of all next steps."""
    return " ".join(step.title.zh + step.detail.zh for step in judge(case).next_steps)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (eligible_case(), ["阅读须知并登记", DECLARE]),
        (eligible_case(works_in_city=None), ["阅读须知并登记", DECLARE]),
        (eligible_case(works_in_city=False), ["在外地灵活就业的，到当地参保"]),
        (eligible_case(channel=Channel.APP), ["办理参保登记", DECLARE]),
        (eligible_case(id_type="08"), ["外国人由用人单位办理参保"]),
        (eligible_case(id_type="06"), ["先申领港澳台居民居住证"]),
        (eligible_case(id_type="99"), ["改用居民身份证办理"]),
        (eligible_case(id_type="77"), ["向社保经办机构咨询"]),
        (eligible_case(birth_date=date(2010, 12, 1)), ["2026年12月1日起可以办理"]),
        (eligible_case(birth_date=date(2010, 12, 1), participations=()), ["年满16周岁后办理"]),
        (
            eligible_case(on=date(2019, 6, 1), participations=(paid(status="3", ended_on=date(2018, 1, 31)),)),
            ["2020年11月1日起可以办理", "向社保经办机构咨询"],
        ),
        (eligible_case(birth_date=date(1960, 1, 1)), ["办理领取养老待遇", "缴费年限不足的，可以继续缴费"]),
        (eligible_case(birth_date=date(1960, 1, 1), drawing_pension=True), ["咨询养老待遇"]),
        (eligible_case(registrations=(registered(),)), ["查看已有的参保登记", DECLARE]),
        (eligible_case(registrations=(registered(),), id_type="08"), ["查看已有的参保登记", DECLARE]),
        (eligible_case(participations=(OWN,)), ["无需登记，继续申报缴费", "变更参保区县", DECLARE]),
        (
            eligible_case(participations=(replace(OWN, status="2"),)),
            ["无需登记，恢复申报缴费", "变更参保区县", DECLARE],
        ),
        (eligible_case(participations=(paid(),)), ["单位正在为您缴费，目前无需自行登记"]),
        (eligible_case(participations=(paid(ended_on=date(2026, 11, 30)),)), ["2026年12月1日起可以办理"]),
        (
            eligible_case(participations=(paid(ended_on=date(2026, 11, 30)),), works_in_city=False),
            ["在外地灵活就业的，到当地参保", "单位为您缴费至2026年11月30日"],
        ),
        (eligible_case(participations=()), ["请用手机APP办理", "到经办机构或街镇党群服务中心办理"]),
        (eligible_case(participations=(), id_type="16"), ["请用手机APP办理", "到居住地经办机构或街镇党群服务中心办理"]),
        (eligible_case(participations=(), id_type="08"), ["外国人由用人单位办理参保"]),
        (
            eligible_case(district="120101", subsidies=(Subsidy("120105", date(2026, 1, 1), None),)),
            ["改选补贴区县：河北区"],
        ),
        # Self-paying and also insured by an employer: the step says so and does not advise paying.
        (
            eligible_case(participations=(OWN, paid("310"))),
            ["无需登记", "变更参保区县", "单位正在为您缴费，无需自行缴费"],
        ),
        # The subsidy's district is open: the steps name the district and the day from which it is possible.
        (
            eligible_case(
                district="120101",
                subsidies=(Subsidy("120105", date(2026, 1, 1), None),),
                participations=(paid(ended_on=date(2026, 11, 30)),),
            ),
            ["2026年12月1日起可以办理", "改选补贴区县：河北区"],
        ),
        (eligible_case(participations=(), works_in_city=False), ["在外地灵活就业的，到当地参保"]),
        (eligible_case(district="120107"), ["选择参保区县"]),
        (eligible_case(birth_date=None), ["到经办机构核对个人信息"]),
        (eligible_case(sex=None, birth_date=date(1967, 5, 20)), ["到经办机构核对个人信息"]),
        (
            eligible_case(sex="2", birth_date=date(1974, 3, 15), position_nature=PositionNature.PRODUCTION),
            ["阅读须知并登记", "核实何时领取养老待遇", DECLARE],
        ),
        (
            eligible_case(participations=(*eligible_case().participations, paid("390"))),
            ["阅读须知并登记", "办理城乡居民保险衔接", DECLARE],
        ),
        (eligible_case(participations=(paid("390"),)), ["请用手机APP办理", "到经办机构或街镇党群服务中心办理"]),
        (
            eligible_case(birth_date=date(1966, 6, 24)),
            ["阅读须知并登记", "可办理至2026年11月23日（含当日）", "您将于2026年11月24日达到法定退休年龄"],
        ),
    ],
)  # fmt: skip
def test_next_steps_of_verdict(case: Case, expected: list[str]) -> None:
    """Each verdict lists its next steps once, and only those that apply to the person."""
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
def test_eligible_steps_name_requested_channel(channel: Channel, words: str) -> None:
    """The first step names the requested channel and no other."""
    first = judge(eligible_case(channel=channel)).next_steps[0]
    assert words in first.detail.zh


@given(CASES)
def test_every_verdict_has_distinct_steps(case: Case) -> None:
    """Every verdict has at least one next step; steps are distinct and have both languages."""
    verdict = judge(case)
    assert verdict.next_steps
    assert len(verdict.next_steps) == len(set(verdict.next_steps))
    assert all(text.zh and text.en for step in verdict.next_steps for text in (step.title, step.detail))


# Limited to another district by an open-ended subsidy, while the channel opens later.
BOUND_ELSEWHERE = eligible_case(
    on=date(2024, 11, 1), district="120101", subsidies=(Subsidy("120105", date(2024, 11, 1), None),)
)


@given(CASES)
@example(BOUND_ELSEWHERE)
def test_step_names_first_eligible_day(case: Case) -> None:
    """The named day is the first eligible one, in the chosen or subsidised district; none if only that fails."""
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
        eligible_case(),
        eligible_case(participations=()),
        eligible_case(birth_date=None),
        eligible_case(sex=None, birth_date=date(1967, 5, 20)),
        eligible_case(birth_date=date(1960, 1, 1)),
        eligible_case(birth_date=date(2010, 12, 1)),
        eligible_case(birth_date=date(2010, 12, 1), participations=()),
        eligible_case(drawing_pension=True),
        eligible_case(works_in_city=False),
        eligible_case(registrations=(registered(),)),
        eligible_case(participations=(OWN,)),
        eligible_case(participations=(replace(OWN, status="2"),)),
        eligible_case(participations=(paid(),)),
        eligible_case(participations=(paid(ended_on=date(2026, 11, 30)),)),
        eligible_case(district="120107"),
        eligible_case(district="120101", subsidies=(Subsidy("120105", date(2026, 1, 1), None),)),
    ],
    ids=range(16),
)
def test_steps_are_possible_for_reader(case: Case, channel: Channel, document: str) -> None:
    """For each rule, document and channel, a step names only documents, places and channels that the person can use."""
    request = replace(case, channel=channel, id_type=document)
    verdict, text = judge(request), text_of_steps(request)
    failed = {found.rule.code for found in verdict.results if found.outcome == "FAIL"}
    if document != "01":
        assert "持本人居民身份证，到" not in text
    if document in {"04", "05", "06", "07", "08", "11", "12", "13", "14", "15", "16"}:
        assert not any(words in text for words in NEEDS_ID_CARD)
    if document not in {"01", "16"} or failed & {RuleCode.RETIREMENT_AGE, RuleCode.NOT_DRAWING_PENSION}:
        assert "手机APP办理" not in text
    if RuleCode.MINIMUM_AGE in failed:
        assert "请用手机APP办理" not in titles(request)
        assert DECLARE not in titles(request)
    if verdict.outcome is EligibilityOutcome.ELIGIBLE:
        assert channel in verdict.eligible_by
    else:
        assert channel not in verdict.eligible_by
        assert "阅读须知并登记" not in titles(request)
    if "请用手机APP办理" in titles(request):
        assert Channel.APP in verdict.eligible_by
    if "减员" in text:
        assert any(period.employer and period.ended_on is None for period in request.participations)


@given(CASES)
def test_declaration_step_needs_payable_month(case: Case) -> None:
    """The declaration step is shown only for a month before retirement and without an employer's payment."""
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


def test_refused_person_gets_no_overlap_step() -> None:
    """A person who cannot enrol gets no step to settle an overlap of insurances."""
    verdict = judge(eligible_case(participations=(paid("390"),)))
    assert verdict.outcome is EligibilityOutcome.NOT_ELIGIBLE
    assert any(result.reason and result.outcome == "PASS" for result in verdict.results)
    assert "办理城乡居民保险衔接" not in [step.title.zh for step in verdict.next_steps]


@given(st.dates())
def test_steps_after_enrolling(on: date) -> None:
    """After enrolling: declare in this or the next window, and the guide's channels; near retirement a warning."""
    steps = next_steps_after_registration(eligible_case(on=on, participations=()), LAW.on(on))
    window = declaration_window(on)
    if any("达到法定退休年龄" in step.title.zh for step in steps):
        assert DECLARE not in [step.title.zh for step in steps]
        return
    assert steps[-len(CHANNELS) :] == CHANNELS
    assert len(steps) == len(CHANNELS) + (window is not None)
    if window is not None:
        assert (steps[0].title.zh, steps[0].due) == (DECLARE, window.closes_on)


AFTERWARDS = [
    # Registered a few days before retirement: no month is left to declare.
    (eligible_case(birth_date=date(1966, 6, 24)), False, ["您将于2026年11月24日达到法定退休年龄"]),
    # An employer pays now or from next month on: there is nothing to declare.
    (eligible_case(participations=(paid(),)), False, ["单位正在为您缴费，无需自行缴费"]),
    (eligible_case(participations=(paid(started_on=date(2026, 12, 1)),)), False, ["2026年12月1日起由单位为您缴费"]),
    (eligible_case(participations=(paid(),)), True, ["单位正在为您缴费，无需自行缴费"]),
    # The employer's payment ends this month: the person declares from the next month on.
    (eligible_case(participations=(paid(ended_on=date(2026, 11, 30)),)), False, [DECLARE]),
]


@pytest.mark.parametrize(("case", "suspended", "expected"), AFTERWARDS)
def test_steps_after_enrolling_follow_record(case: Case, expected: list[str], *, suspended: bool) -> None:
    """After enrolling, the steps follow the current record: no advice to pay for months that cannot be declared."""
    steps = next_steps_after_registration(case, LAW.on(case.on), suspended=suspended)
    assert [step.title.zh for step in steps if step not in CHANNELS] == expected
    assert (steps[-1] in CHANNELS) is (expected == [DECLARE])


def test_notices_become_steps_after_enrolling() -> None:
    """Notices of the verdict (overlap, start of the pension) stay as next steps after enrolling."""
    cautions = (RuleCode.RETIREMENT_AGE, RuleCode.NOT_ENROLLED)
    steps = [step.title.zh for step in next_steps_after_registration(eligible_case(), LAW.on(TODAY), cautions)]
    assert steps[:3] == [DECLARE, "核实何时领取养老待遇", "办理城乡居民保险衔接"]
    suspended = [
        step.title.zh for step in next_steps_after_registration(eligible_case(), LAW.on(TODAY), suspended=True)
    ]
    assert suspended[:2] == ["无需登记，恢复申报缴费", DECLARE]


def test_step_names_16th_birthday() -> None:
    """The step names the 16th birthday even if another rule leaves `becomesEligibleOn` empty."""
    verdict = judge(eligible_case(birth_date=date(2010, 12, 1), participations=()))
    assert verdict.becomes_eligible_on is None
    assert "您2026年12月1日年满16周岁" in verdict.next_steps[0].detail.zh
    assert "1 December 2026" in verdict.next_steps[0].detail.en


def test_declaration_step_names_window() -> None:
    """On 23 November the step names the window until 19 December; a window in the next year names both years."""
    steps = judge(eligible_case()).next_steps
    assert "本期申报缴费期为2026年11月21日至12月19日" in steps[-1].detail.zh
    assert steps[-1].due == date(2026, 12, 19)
    assert "2027年1月1日至1月19日" in judge(eligible_case(on=TODAY + timedelta(days=35))).next_steps[-1].detail.zh
