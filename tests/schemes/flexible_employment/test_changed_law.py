"""A figure that changes next year changes verdicts from that day on, and nothing before, without touching code."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from api.law.parameter import Parameter, Parameters
from api.law.rule import Channel, RuleOutcome, Verdict
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.law import KINDS, LAW
from api.schemes.flexible_employment.verdict import judge
from api.schemes.shared.retirement import PositionNature
from tests.schemes.flexible_employment.cases import CASES, TODAY, paid, somebody

CHANGE = date(2027, 7, 1)
EVE = CHANGE - timedelta(days=1)
BETWEEN = {"sex": "2", "birth_date": date(1974, 3, 15)}
PRODUCTION, MANAGEMENT = PositionNature.PRODUCTION, PositionNature.MANAGEMENT


def changed(key: str, value: str | None, since: date = CHANGE) -> Parameters:
    """Return the law with one figure that is another, or none, from a day on."""
    assert value is None or key not in KINDS or KINDS[key](value) is None
    kept = [period for period in LAW.periods if period.key != key]
    before = [period for period in LAW.periods if period.key == key and period.from_ < since]
    before[-1] = replace(before[-1], until=since - timedelta(days=1))
    new = [] if value is None else [Parameter(key, value, since, None, "新规定", "新公报")]
    return Parameters([*kept, *before, *new])


def outcome(verdict: Verdict, code: RuleCode) -> RuleOutcome:
    """Return how one rule answered."""
    return next(result.outcome for result in verdict.results if result.rule.code is code)


def test_a_higher_minimum_age_holds_from_its_day_on() -> None:
    """Seventeen in 2027: eligible until the eve, not on the day, and the verdict of today says so."""
    law = changed("minimum_age", "18")
    person = somebody(birth_date=date(2010, 2, 10))
    today = judge(person, law)
    assert (today.outcome, today.ceases_eligible_on) == ("ELIGIBLE", CHANGE)
    assert judge(replace(person, on=EVE), law).outcome == "ELIGIBLE"
    after = judge(replace(person, on=CHANGE), law)
    assert outcome(after, RuleCode.MINIMUM_AGE) is RuleOutcome.FAIL
    assert (after.becomes_eligible_on, after.ceases_eligible_on) == (date(2028, 2, 10), date(2073, 2, 10))
    refused = next(result for result in after.results if result.rule.code == RuleCode.MINIMUM_AGE)
    assert refused.reason is not None
    assert refused.reason.zh == "未满18周岁，不能办理灵活就业参保登记。"
    assert refused.rule.title.zh == "年满18周岁"
    assert refused.rule.parameters[0].legal_basis == "新规定"


@given(CASES)
def test_before_its_day_no_change_is_felt(case: Case) -> None:
    """Future changes of the law do not change the results for earlier days."""
    for key, value in [
        ("minimum_age", "18"),
        ("districts", "120101"),
        ("retirement_age_men", "65"),
        ("women_schedule", None),
    ]:
        law = changed(key, value, date(2029, 1, 1))
        if case.on < date(2029, 1, 1):
            now, then = judge(case), judge(case, law)
            assert [(r.outcome, r.reason, r.facts) for r in now.results] == [
                (r.outcome, r.reason, r.facts) for r in then.results
            ]


@given(CASES)
def test_the_days_are_true_under_a_law_that_changes(case: Case) -> None:
    """The day before and the day itself differ as stated, also where it is the law that makes the difference."""
    law = changed("minimum_age", "18") if case.sex == "1" else changed("admitted_id_types", "01")
    verdict = judge(case, law)
    for day, is_eligible in ((verdict.becomes_eligible_on, True), (verdict.ceases_eligible_on, False)):
        if day is not None:
            eve = judge(replace(case, on=day - timedelta(days=1)), law)
            assert (eve.outcome == "ELIGIBLE") is not is_eligible
            assert (judge(replace(case, on=day), law).outcome == "ELIGIBLE") is is_eligible


@pytest.mark.parametrize(
    ("policy", "position", "expected", "told"),
    [
        ("notice", PRODUCTION, "PASS", True),
        ("notice", None, "PASS", False),
        ("notice", MANAGEMENT, "PASS", False),
        ("refuse", PRODUCTION, "FAIL", True),
        ("refuse", None, "UNKNOWN", True),
        ("refuse", MANAGEMENT, "PASS", False),
        ("class", PRODUCTION, "PASS", False),
        ("class", None, "PASS", False),
        ("class", MANAGEMENT, "PASS", False),
    ],
)
def test_the_policy_for_women_between_the_schedules(
    policy: str, position: PositionNature | None, expected: str, *, told: bool
) -> None:
    """Accepted with a notice, refused, or accepted; under refusal a missing position is the one question to ask."""
    law = changed("women_between_schedules", policy, date(2026, 1, 1))
    verdict = judge(somebody(**BETWEEN, position_nature=position), law)
    found = next(result for result in verdict.results if result.rule.code == RuleCode.RETIREMENT_AGE)
    assert found.outcome == expected
    assert (found.reason is not None) is told
    asked = [step.title.zh for step in verdict.next_steps if "岗位性质" in step.title.zh]
    assert asked == (["填写岗位性质"] if expected == "UNKNOWN" else [])
    if expected == "UNKNOWN":
        assert verdict.outcome == "NEEDS_INFORMATION"
        assert len(verdict.next_steps) == 1


def test_under_refusal_the_position_is_asked_for_only_where_it_decides() -> None:
    """Before both dates and after both, and for a man, no fact is missing."""
    law = changed("women_between_schedules", "refuse", date(2026, 1, 1))
    young, old = somebody(sex="2"), somebody(sex="2", birth_date=date(1968, 1, 1))
    assert outcome(judge(young, law), RuleCode.RETIREMENT_AGE) is RuleOutcome.PASS
    assert outcome(judge(old, law), RuleCode.RETIREMENT_AGE) is RuleOutcome.FAIL
    assert outcome(judge(somebody(birth_date=date(1974, 3, 15)), law), RuleCode.RETIREMENT_AGE) is RuleOutcome.PASS
    shown = {fact.label.zh for result in judge(young, law).results for fact in result.facts}
    assert {"法定退休日期（女，原55周岁）", "法定退休日期（女，原50周岁）"} <= shown


def test_under_refusal_the_days_of_production_are_named() -> None:
    """A woman in production is told the date of her own annex, and one who has not said it the first of the two."""
    law = changed("women_between_schedules", "refuse", date(2026, 1, 1))
    ceases = {PRODUCTION: date(2034, 12, 20), None: date(2034, 12, 20), MANAGEMENT: date(2039, 7, 20)}
    for position, day in ceases.items():
        woman = somebody(sex="2", birth_date=date(1981, 8, 20), position_nature=position)
        assert judge(woman, law).ceases_eligible_on == day


def test_a_sex_that_is_not_known_is_asked_before_the_position() -> None:
    """A person of unknown sex is advised to have the record corrected, and not asked for a position."""
    law = changed("women_between_schedules", "refuse", date(2026, 1, 1))
    verdict = judge(somebody(sex=None, birth_date=date(1974, 3, 15)), law)
    assert outcome(verdict, RuleCode.RETIREMENT_AGE) is RuleOutcome.UNKNOWN
    assert [step.title.zh for step in verdict.next_steps] == ["到经办机构核对个人信息"]


def test_another_annex_for_women() -> None:
    """If flexible employment went by the annex of 50, a woman would be judged by it, management still by that of 55."""
    law = changed("women_schedule", "women_50", date(2026, 1, 1))
    assert outcome(judge(somebody(**BETWEEN), law), RuleCode.RETIREMENT_AGE) is RuleOutcome.FAIL
    assert (
        outcome(judge(somebody(**BETWEEN, position_nature=MANAGEMENT), law), RuleCode.RETIREMENT_AGE)
        is RuleOutcome.PASS
    )


def test_a_channel_that_closes_says_so() -> None:
    """Where the web hall no longer serves those whose employer stopped, the refusal does not call them first-time."""
    law = changed("employer_stopped_channels", "APP COUNTER")
    verdict = judge(somebody(on=CHANGE), law)
    found = next(result for result in verdict.results if result.rule.code == RuleCode.CHANNEL_OPEN)
    assert found.outcome is RuleOutcome.FAIL
    assert found.reason is not None
    assert found.reason.zh == "该渠道暂不办理灵活就业参保登记。"
    assert judge(somebody(), law).ceases_eligible_on == CHANGE
    assert judge(somebody(on=CHANGE, channel=Channel.APP), law).outcome == "ELIGIBLE"


def test_a_channel_that_opens_makes_a_first_time_participant_eligible() -> None:
    """The day on which the web opens to first-time participants is the day that their verdict names."""
    law = changed("first_time_channels", "APP COUNTER WEB_HALL")
    verdict = judge(somebody(participations=()), law)
    assert (verdict.outcome, verdict.becomes_eligible_on) == ("NOT_ELIGIBLE", CHANGE)
    assert judge(somebody(participations=(), on=CHANGE), law).outcome == "ELIGIBLE"


def test_a_figure_that_ends_leaves_the_question_open() -> None:
    """Where a figure runs out and none follows, the rule is UNKNOWN from that day on: the Hall does not guess."""
    law = changed("admitted_id_types", None)
    assert judge(somebody(), law).ceases_eligible_on == CHANGE
    verdict = judge(somebody(on=CHANGE), law)
    assert verdict.outcome == "NEEDS_INFORMATION"
    assert [result.rule.code for result in verdict.results if result.outcome is RuleOutcome.UNKNOWN] == [
        RuleCode.IDENTITY_DOCUMENT
    ]


def test_fewer_districts() -> None:
    """A district that is dissolved can no longer be chosen from that day on."""
    law = changed("districts", "120101 120102")
    chosen = somebody(district="120119")
    assert judge(chosen, law).ceases_eligible_on == CHANGE
    assert outcome(judge(replace(chosen, on=CHANGE), law), RuleCode.DISTRICT_OPEN) is RuleOutcome.FAIL


def test_another_insurance_that_an_employer_pays() -> None:
    """An insurance that comes to be paid by employers stands against it from that day on."""
    law = changed("employee_insurances", "110 120 210 310 330 410 510 610")
    person = somebody(participations=(*somebody().participations, paid("610")))
    assert judge(person, law).ceases_eligible_on == CHANGE
    assert outcome(judge(replace(person, on=CHANGE), law), RuleCode.EMPLOYER_STOPPED_PAYING) is RuleOutcome.FAIL
    assert judge(person).outcome == judge(replace(person, on=TODAY), law).outcome == "ELIGIBLE"
