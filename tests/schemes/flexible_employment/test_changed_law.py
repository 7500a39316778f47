"""A future parameter change affects verdicts from its effective date on, and none before, without a code change."""

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
from tests.schemes.flexible_employment.cases import CASES, TODAY, eligible_case, paid

CHANGE = date(2027, 7, 1)
EVE = CHANGE - timedelta(days=1)
BETWEEN = {"sex": "2", "birth_date": date(1974, 3, 15)}
PRODUCTION, MANAGEMENT = PositionNature.PRODUCTION, PositionNature.MANAGEMENT


def law_with(key: str, value: str | None, since: date = CHANGE) -> Parameters:
    """Return the law with one parameter replaced, or ended, from a day on."""
    assert value is None or key not in KINDS or KINDS[key](value) is None
    kept = [period for period in LAW.periods if period.key != key]
    before = [period for period in LAW.periods if period.key == key and period.from_ < since]
    before[-1] = replace(before[-1], until=since - timedelta(days=1))
    new = [] if value is None else [Parameter(key, value, since, None, "新规定", "新公报")]
    return Parameters([*kept, *before, *new])


def outcome(verdict: Verdict, code: RuleCode) -> RuleOutcome:
    """Return the outcome of one rule."""
    return next(result.outcome for result in verdict.results if result.rule.code is code)


def test_higher_minimum_age_applies_from_effective_date() -> None:
    """A person of 17 is eligible until the eve of the change; today's verdict names the day of the change."""
    law = law_with("minimum_age", "18")
    person = eligible_case(birth_date=date(2010, 2, 10))
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
def test_future_change_does_not_affect_earlier_days(case: Case) -> None:
    """A future parameter change leaves the results for earlier days unchanged."""
    for key, value in [
        ("minimum_age", "18"),
        ("districts", "120101"),
        ("retirement_age_men", "65"),
        ("women_schedule", None),
    ]:
        law = law_with(key, value, date(2029, 1, 1))
        if case.on < date(2029, 1, 1):
            now, then = judge(case), judge(case, law)
            assert [(r.outcome, r.reason, r.facts) for r in now.results] == [
                (r.outcome, r.reason, r.facts) for r in then.results
            ]


@given(CASES)
def test_named_days_hold_under_changing_law(case: Case) -> None:
    """The outcome differs between the named day and the day before, also if a parameter change causes it."""
    law = law_with("minimum_age", "18") if case.sex == "1" else law_with("admitted_id_types", "01")
    verdict = judge(case, law)
    for day, is_eligible in ((verdict.becomes_eligible_on, True), (verdict.ceases_eligible_on, False)):
        if day is not None:
            eve = judge(replace(case, on=day - timedelta(days=1)), law)
            assert (eve.outcome == "ELIGIBLE") is not is_eligible
            assert (judge(replace(case, on=day), law).outcome == "ELIGIBLE") is is_eligible


@pytest.mark.parametrize(
    ("policy", "position", "expected", "noticed"),
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
def test_policy_for_women_between_schedules(
    policy: str, position: PositionNature | None, expected: str, *, noticed: bool
) -> None:
    """The policy decides: accept with a notice, refuse, or accept; refusal without a position asks for it."""
    law = law_with("women_between_schedules", policy, date(2026, 1, 1))
    verdict = judge(eligible_case(**BETWEEN, position_nature=position), law)
    found = next(result for result in verdict.results if result.rule.code == RuleCode.RETIREMENT_AGE)
    assert found.outcome == expected
    assert (found.reason is not None) is noticed
    asked = [step.title.zh for step in verdict.next_steps if "岗位性质" in step.title.zh]
    assert asked == (["填写岗位性质"] if expected == "UNKNOWN" else [])
    if expected == "UNKNOWN":
        assert verdict.outcome == "NEEDS_INFORMATION"
        assert len(verdict.next_steps) == 1


def test_position_is_requested_only_if_it_decides() -> None:
    """Before both dates, after both, and for a man, the outcome does not depend on the position."""
    law = law_with("women_between_schedules", "refuse", date(2026, 1, 1))
    young, old = eligible_case(sex="2"), eligible_case(sex="2", birth_date=date(1968, 1, 1))
    assert outcome(judge(young, law), RuleCode.RETIREMENT_AGE) is RuleOutcome.PASS
    assert outcome(judge(old, law), RuleCode.RETIREMENT_AGE) is RuleOutcome.FAIL
    assert outcome(judge(eligible_case(birth_date=date(1974, 3, 15)), law), RuleCode.RETIREMENT_AGE) is RuleOutcome.PASS
    shown = {fact.label.zh for result in judge(young, law).results for fact in result.facts}
    assert {"法定退休日期（女，原55周岁）", "法定退休日期（女，原50周岁）"} <= shown


def test_refusal_policy_names_earlier_date() -> None:
    """A woman in production gets the date of annex 50; without a stated position she gets the earlier date."""
    law = law_with("women_between_schedules", "refuse", date(2026, 1, 1))
    ceases = {PRODUCTION: date(2034, 12, 20), None: date(2034, 12, 20), MANAGEMENT: date(2039, 7, 20)}
    for position, day in ceases.items():
        woman = eligible_case(sex="2", birth_date=date(1981, 8, 20), position_nature=position)
        assert judge(woman, law).ceases_eligible_on == day


def test_unknown_sex_is_corrected_before_position() -> None:
    """A person of unknown sex is advised to correct the record, and is not asked for the position."""
    law = law_with("women_between_schedules", "refuse", date(2026, 1, 1))
    verdict = judge(eligible_case(sex=None, birth_date=date(1974, 3, 15)), law)
    assert outcome(verdict, RuleCode.RETIREMENT_AGE) is RuleOutcome.UNKNOWN
    assert [step.title.zh for step in verdict.next_steps] == ["到经办机构核对个人信息"]


def test_schedule_of_women_is_a_parameter() -> None:
    """With `women_schedule` set to women_50, women in flexible employment use annex 50, and management annex 55."""
    law = law_with("women_schedule", "women_50", date(2026, 1, 1))
    assert outcome(judge(eligible_case(**BETWEEN), law), RuleCode.RETIREMENT_AGE) is RuleOutcome.FAIL
    assert (
        outcome(judge(eligible_case(**BETWEEN, position_nature=MANAGEMENT), law), RuleCode.RETIREMENT_AGE)
        is RuleOutcome.PASS
    )


def test_closed_channel_has_its_own_reason() -> None:
    """If a channel closes after an employer stopped paying, the reason does not name a first participation."""
    law = law_with("employer_stopped_channels", "APP COUNTER")
    verdict = judge(eligible_case(on=CHANGE), law)
    found = next(result for result in verdict.results if result.rule.code == RuleCode.CHANNEL_OPEN)
    assert found.outcome is RuleOutcome.FAIL
    assert found.reason is not None
    assert found.reason.zh == "该渠道暂不办理灵活就业参保登记。"
    assert judge(eligible_case(), law).ceases_eligible_on == CHANGE
    assert judge(eligible_case(on=CHANGE, channel=Channel.APP), law).outcome == "ELIGIBLE"


def test_opened_channel_makes_first_time_participant_eligible() -> None:
    """`becomesEligibleOn` is the day on which the web channel opens to first-time participants."""
    law = law_with("first_time_channels", "APP COUNTER WEB_HALL")
    verdict = judge(eligible_case(participations=()), law)
    assert (verdict.outcome, verdict.becomes_eligible_on) == ("NOT_ELIGIBLE", CHANGE)
    assert judge(eligible_case(participations=(), on=CHANGE), law).outcome == "ELIGIBLE"


def test_ended_parameter_makes_rule_unknown() -> None:
    """From the day on which a parameter ends without a successor, the rule is UNKNOWN."""
    law = law_with("admitted_id_types", None)
    assert judge(eligible_case(), law).ceases_eligible_on == CHANGE
    verdict = judge(eligible_case(on=CHANGE), law)
    assert verdict.outcome == "NEEDS_INFORMATION"
    assert [result.rule.code for result in verdict.results if result.outcome is RuleOutcome.UNKNOWN] == [
        RuleCode.IDENTITY_DOCUMENT
    ]


def test_dissolved_district_fails() -> None:
    """A dissolved district fails DISTRICT_OPEN from its effective date on."""
    law = law_with("districts", "120101 120102")
    chosen = eligible_case(district="120119")
    assert judge(chosen, law).ceases_eligible_on == CHANGE
    assert outcome(judge(replace(chosen, on=CHANGE), law), RuleCode.DISTRICT_OPEN) is RuleOutcome.FAIL


def test_added_employee_insurance_fails() -> None:
    """An insurance added to those that employers pay fails EMPLOYER_STOPPED_PAYING from its effective date on."""
    law = law_with("employee_insurances", "110 120 210 310 330 410 510 610")
    person = eligible_case(participations=(*eligible_case().participations, paid("610")))
    assert judge(person, law).ceases_eligible_on == CHANGE
    assert outcome(judge(replace(person, on=CHANGE), law), RuleCode.EMPLOYER_STOPPED_PAYING) is RuleOutcome.FAIL
    assert judge(person).outcome == judge(replace(person, on=TODAY), law).outcome == "ELIGIBLE"
