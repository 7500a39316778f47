"""Each rule alone, against an independent restatement of the guide."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from api.enrolment.insurance_period import InsurancePeriod
from api.law.rule import Channel, RuleOutcome, RuleResult
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.law import LAW
from api.schemes.flexible_employment.rules import RULES
from api.schemes.flexible_employment.verdict import judge
from api.schemes.shared.retirement import PositionNature, retirement
from tests.schemes.flexible_employment.cases import (
    BIRTHS,
    CASES,
    DISTRICTS,
    EMPLOYEES,
    TODAY,
    eligible_case,
    paid,
)

PASS, FAIL, UNKNOWN = RuleOutcome.PASS, RuleOutcome.FAIL, RuleOutcome.UNKNOWN
SINCE_THE_GUIDE = date(2020, 11, 1)


def result(case: Case, code: RuleCode) -> RuleResult:
    """Return the result of one rule."""
    return next(found for found in judge(case).results if found.rule.code is code)


def outcome(case: Case, code: RuleCode) -> RuleOutcome:
    """Return the outcome of one rule."""
    return result(case, code).outcome


def values(found: RuleResult) -> dict[str, str]:
    """Return the values of a result's facts by label."""
    return {fact.label.zh: fact.value for fact in found.facts}


def test_rules_follow_order_of_schema() -> None:
    """Every verdict lists all rules in the order of RuleCode."""
    assert [rule.code for rule in RULES] == list(RuleCode)


@given(CASES)
def test_results_have_reasons_and_facts(case: Case) -> None:
    """No case raises; every FAIL and UNKNOWN has a reason, and every result has facts."""
    verdict = judge(case)
    assert [found.rule.code for found in verdict.results] == list(RuleCode)
    for found in verdict.results:
        assert (found.outcome is PASS) or found.reason is not None
        assert all(fact.source in {"record", "request", "calendar", "declared"} and fact.value for fact in found.facts)
        assert (found.title is not None) is (found.outcome is not PASS)
        assert found.facts
        assert found.reason is None or "{" not in found.reason.zh + found.reason.en


@given(CASES, st.sampled_from(["01", "16", "02", "07", "08", "17", "99", "", "1"]))
def test_identity_document(case: Case, document: str) -> None:
    """可持二代居民身份证, since 2020 also 港澳台居民居住证; the outcome depends on nothing else."""
    assume(case.on >= date(2011, 7, 1))
    admitted = {"01", "16"} if case.on >= date(2020, 1, 1) else {"01"}
    found = result(replace(case, id_type=document), RuleCode.IDENTITY_DOCUMENT)
    assert found.outcome is (PASS if document in admitted else FAIL)
    assert values(found) == {"证件类型": document or "未登记"}


@given(CASES, st.dates(date(1, 1, 1), date(9900, 12, 31)))
def test_minimum_age(case: Case, born: date) -> None:
    """The rule passes from the 16th birthday on; a birthday on 29 February falls on 28 February in other years."""
    assume(case.on >= date(1995, 1, 1))
    years = case.on.year - born.year
    reached = (case.on.month, case.on.day) >= (born.month, born.day)
    last_of_february = (born.month, born.day) == (2, 29) and (case.on + timedelta(days=1)).month == 3
    old_enough = years > 16 or (years == 16 and (reached or (last_of_february and case.on.month == 2)))
    found = result(replace(case, birth_date=born), RuleCode.MINIMUM_AGE)
    assert found.outcome is (PASS if old_enough else FAIL)
    assert values(found)["出生日期"] == born.isoformat()
    assert values(found)["年满16周岁之日"] == (date(born.year + 16, 3, 1) - timedelta(days=1)).isoformat() or (
        born.month,
        born.day,
    ) != (2, 29)


@given(CASES, BIRTHS)
def test_retirement_date_of_men(case: Case, born: date) -> None:
    """A man may enrol until the day before his statutory retirement date; his position does not matter."""
    assume(case.on >= date(2025, 1, 1))
    at = retirement("1", born, None, on=born, employment=None)
    man = replace(case, sex="1", birth_date=born)
    expected = UNKNOWN if at is None else FAIL if case.on >= at.date else PASS
    found = result(man, RuleCode.RETIREMENT_AGE)
    assert found.outcome is expected
    assert (found.reason is None) is (expected is PASS)
    assert values(found).get("法定退休日期（男）") == (None if at is None else at.date.isoformat())
    assert "岗位性质" not in values(found)


@given(CASES, BIRTHS, st.sampled_from([None, *PositionNature]))
def test_retirement_date_of_women(case: Case, born: date, position: PositionNature | None) -> None:
    """Annex 55 decides for every position; in production a notice appears after the date of annex 50."""
    assume(case.on >= date(2025, 1, 1))
    late, early = (
        retirement("2", born, position, on=born, employment=None) for position in (None, PositionNature.PRODUCTION)
    )
    found = result(replace(case, sex="2", birth_date=born, position_nature=position), RuleCode.RETIREMENT_AGE)
    if late is None or early is None:
        assert found.outcome is UNKNOWN or late is not None
        return
    assert found.outcome is (FAIL if case.on >= late.date else PASS)
    has_notice = position is PositionNature.PRODUCTION and early.date <= case.on < late.date
    assert (found.outcome is PASS and found.reason is not None) is has_notice
    assert values(found)["法定退休日期（女，原55周岁）"] == late.date.isoformat()
    assert ("法定退休日期（女，原50周岁）" in values(found)) is (position is PositionNature.PRODUCTION)


@given(CASES, BIRTHS, st.sampled_from([None, "0", "9"]), st.sampled_from([None, *PositionNature]))
def test_unknown_sex(case: Case, born: date, sex: str | None, position: PositionNature | None) -> None:
    """An unknown sex makes the rule UNKNOWN only if the outcomes for a man and a woman differ."""
    assume(case.on >= date(2025, 1, 1))
    person = replace(case, birth_date=born, position_nature=position)
    man, woman = (outcome(replace(person, sex=known), RuleCode.RETIREMENT_AGE) for known in ("1", "2"))
    assert outcome(replace(person, sex=sex), RuleCode.RETIREMENT_AGE) is (man if man is woman else UNKNOWN)


@given(CASES)
def test_unknown_birth_date(case: Case) -> None:
    """An unknown birth date makes both age rules UNKNOWN and changes no other result."""
    unborn = judge(replace(case, birth_date=None))
    known = judge(case)
    for one, other in zip(unborn.results, known.results, strict=True):
        if one.rule.code in {RuleCode.MINIMUM_AGE, RuleCode.RETIREMENT_AGE}:
            assert one.outcome is UNKNOWN
        else:
            assert one == other


@given(CASES)
def test_drawing_pension_fails(case: Case) -> None:
    """A person who draws a pension fails on any day; for others the rule passes."""
    found = result(case, RuleCode.NOT_DRAWING_PENSION)
    assert found.outcome is (FAIL if case.drawing_pension else PASS)
    assert values(found) == {"领取养老待遇": "是" if case.drawing_pension else "否"}


@given(CASES, st.sampled_from(Channel))
def test_channels_of_guide(case: Case, channel: Channel) -> None:
    """首次参保: app and counter. 单位停缴: every channel. Earlier flexible employment is no first participation."""
    assume(case.on >= SINCE_THE_GUIDE)
    joined = [
        one
        for one in case.participations
        if one.type in EMPLOYEES and one.status != "0" and (one.started_on is None or one.started_on <= case.on)
    ]
    standing = {"REGISTERED", "ACTIVE", "SUSPENDED"}
    registered = any(one.registered_on <= case.on and one.status in standing for one in case.registrations)
    first_time = not joined and not registered
    found = result(replace(case, channel=channel), RuleCode.CHANNEL_OPEN)
    refused = first_time and channel in {Channel.WEB_HALL, Channel.KIOSK}
    assert found.outcome is (FAIL if refused else PASS)
    assert values(found)["首次参保"] == ("是" if first_time else "否")
    assert any(fact.source == "request" for fact in found.facts)


@given(CASES, st.sampled_from([None, *DISTRICTS, "120107", "110101", ""]))
def test_districts(case: Case, district: str | None) -> None:
    """One of sixteen districts passes; active subsidies limit the choice to their districts; no choice passes."""
    assume(case.on >= SINCE_THE_GUIDE)
    active = {
        one.district
        for one in case.subsidies
        if one.starts_on <= case.on and (one.ends_on is None or case.on <= one.ends_on) and one.district in DISTRICTS
    }
    found = result(replace(case, district=district), RuleCode.DISTRICT_OPEN)
    is_open = district is None or (district in DISTRICTS and (not active or district in active))
    assert found.outcome is (PASS if is_open else FAIL)
    if not is_open:
        assert found.reason is not None
        assert ("社保补贴" in found.reason.zh) is (district in DISTRICTS)
    assert {fact.value for fact in found.facts if fact.label.zh == "社保补贴区县"} == active
    assert values(found)["参保区县"] == ("尚未选择" if district is None else district or "未登记")


def test_subsidy_of_retired_district_limits_nothing() -> None:
    """塘沽区 became part of 滨海新区; a subsidy under its old code closes no district."""
    case = eligible_case(subsidies=(Subsidy("120107", date(2006, 1, 1), None),), district="120116")
    assert outcome(case, RuleCode.DISTRICT_OPEN) is PASS


@given(CASES)
def test_day_before_first_parameter_is_unknown(case: Case) -> None:
    """Before the first period of its parameters a rule is UNKNOWN and shows the requested day."""
    early = replace(case, on=date(1, 1, 1))
    for found in judge(early).results:
        if found.rule.code in {RuleCode.NOT_DRAWING_PENSION, RuleCode.WORKS_IN_CITY}:
            continue
        assert found.outcome is UNKNOWN
        assert values(found) == {"判断日期": "0001-01-01"}
        assert found.rule.parameters == ()


OWN = InsurancePeriod("110", "1", "120103", employer=False, started_on=date(2020, 7, 1), ended_on=None)


def test_coded_facts_name_code_table() -> None:
    """Every coded fact names its code table."""
    case = eligible_case(
        sex="2",
        position_nature=PositionNature.PRODUCTION,
        participations=(paid(), replace(paid("390"), employer=False), OWN),
        subsidies=(Subsidy("120105", date(2026, 1, 1), None),),
        district="120101",
    )
    tables = {fact.label.zh: fact.codes for found in judge(case).results for fact in found.facts if fact.codes}
    assert tables == {
        "证件类型": "ID_TYPE",
        "性别": "SEX",
        "岗位性质": "POSITION_NATURE",
        "本人缴纳的险种": "INSURANCE_TYPE",
        "该险种参保状态": "PARTICIPATION_STATUS",
        "该险种参保区县": "DISTRICT",
        "在保的城乡居民险种": "INSURANCE_TYPE",
        "单位在缴险种": "INSURANCE_TYPE",
        "社保补贴区县": "DISTRICT",
        "参保区县": "DISTRICT",
    }


def test_missing_facts_have_placeholders() -> None:
    """A fact that the record lacks reads 未登记; a choice not made reads 尚未选择."""
    missing = eligible_case(birth_date=None, sex=None)
    assert values(result(missing, RuleCode.RETIREMENT_AGE)) == {
        "性别": "未登记",
        "出生日期": "未登记",
        "岗位性质": "未登记",
    }
    assert values(result(missing, RuleCode.MINIMUM_AGE)) == {"出生日期": "未登记"}
    assert values(result(missing, RuleCode.DISTRICT_OPEN)) == {"参保区县": "尚未选择"}


def test_rules_show_parameters_in_force() -> None:
    """Each rule lists the parameters in force, and its title contains their values."""
    views = {found.rule.code: found.rule for found in judge(eligible_case()).results}
    assert views[RuleCode.MINIMUM_AGE].title.zh == "年满16周岁"
    assert views[RuleCode.MINIMUM_AGE].title.en == "At least 16 years old"
    assert [figure.value for figure in views[RuleCode.IDENTITY_DOCUMENT].parameters] == ["01 16"]
    shown = {figure.key: figure.value for figure in views[RuleCode.RETIREMENT_AGE].parameters}
    assert (shown["retirement_age_men"], shown["retirement_delay_step_men"]) == ("60", "4")
    assert all(LAW.on(TODAY)[key].value == value for key, value in shown.items())
    assert views[RuleCode.NOT_DRAWING_PENSION].parameters == ()
    assert all(view.legal_basis and view.clause.text for view in views.values())
