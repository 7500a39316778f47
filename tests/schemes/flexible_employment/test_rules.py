"""Each condition alone, against an independent restatement of the guide."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from api.enrolment.participation import Participation
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
    paid,
    somebody,
)

PASS, FAIL, UNKNOWN = RuleOutcome.PASS, RuleOutcome.FAIL, RuleOutcome.UNKNOWN
SINCE_THE_GUIDE = date(2020, 11, 1)


def result(case: Case, code: RuleCode) -> RuleResult:
    """Return what one rule answers."""
    return next(found for found in judge(case).results if found.rule.code is code)


def outcome(case: Case, code: RuleCode) -> RuleOutcome:
    """Return how one rule answers."""
    return result(case, code).outcome


def values(found: RuleResult) -> dict[str, str]:
    """Return the facts of a result by their names."""
    return {fact.label.zh: fact.value for fact in found.facts}


def test_the_rules_stand_in_the_order_of_the_schema() -> None:
    """Every verdict lists every rule, in the order of RuleCode."""
    assert [rule.code for rule in RULES] == list(RuleCode)


@given(CASES)
def test_every_answer_says_why(case: Case) -> None:
    """No case of any day makes a rule fail; each no and each question has its reason, and every result its facts."""
    verdict = judge(case)
    assert [found.rule.code for found in verdict.results] == list(RuleCode)
    for found in verdict.results:
        assert (found.outcome is PASS) or found.reason is not None
        assert all(fact.source in {"record", "request", "calendar", "declared"} and fact.value for fact in found.facts)
        assert (found.title is not None) is (found.outcome is not PASS)
        assert found.facts
        assert found.reason is None or "{" not in found.reason.zh + found.reason.en


@given(CASES, st.sampled_from(["01", "16", "02", "07", "08", "17", "99", "", "1"]))
def test_the_identity_document(case: Case, document: str) -> None:
    """可持二代居民身份证, since 2020 also 港澳台居民居住证; nothing else about the person matters."""
    assume(case.on >= date(2011, 7, 1))
    admitted = {"01", "16"} if case.on >= date(2020, 1, 1) else {"01"}
    found = result(replace(case, id_type=document), RuleCode.IDENTITY_DOCUMENT)
    assert found.outcome is (PASS if document in admitted else FAIL)
    assert values(found) == {"证件类型": document or "未登记"}


@given(CASES, st.dates(date(1, 1, 1), date(9900, 12, 31)))
def test_the_minimum_age(case: Case, born: date) -> None:
    """From the 16th birthday on, that day included; who was born on 29 February has it on the 28th in other years."""
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
def test_the_retirement_date_of_men(case: Case, born: date) -> None:
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
def test_the_retirement_date_of_women(case: Case, born: date, position: PositionNature | None) -> None:
    """By the annex of 55, whatever the position; in production she is told when that of 50 is behind her."""
    assume(case.on >= date(2025, 1, 1))
    late, early = (
        retirement("2", born, position, on=born, employment=None) for position in (None, PositionNature.PRODUCTION)
    )
    found = result(replace(case, sex="2", birth_date=born, position_nature=position), RuleCode.RETIREMENT_AGE)
    if late is None or early is None:
        assert found.outcome is UNKNOWN or late is not None
        return
    assert found.outcome is (FAIL if case.on >= late.date else PASS)
    told = position is PositionNature.PRODUCTION and early.date <= case.on < late.date
    assert (found.outcome is PASS and found.reason is not None) is told
    assert values(found)["法定退休日期（女，原55周岁）"] == late.date.isoformat()
    assert ("法定退休日期（女，原50周岁）" in values(found)) is (position is PositionNature.PRODUCTION)


@given(CASES, BIRTHS, st.sampled_from([None, "0", "9"]), st.sampled_from([None, *PositionNature]))
def test_a_sex_that_is_not_known(case: Case, born: date, sex: str | None, position: PositionNature | None) -> None:
    """It matters only where a man would be answered otherwise than a woman."""
    assume(case.on >= date(2025, 1, 1))
    person = replace(case, birth_date=born, position_nature=position)
    man, woman = (outcome(replace(person, sex=known), RuleCode.RETIREMENT_AGE) for known in ("1", "2"))
    assert outcome(replace(person, sex=sex), RuleCode.RETIREMENT_AGE) is (man if man is woman else UNKNOWN)


@given(CASES)
def test_a_birth_date_that_is_not_known(case: Case) -> None:
    """It leaves both ages open, and nothing else."""
    unborn = judge(replace(case, birth_date=None))
    known = judge(case)
    for one, other in zip(unborn.results, known.results, strict=True):
        if one.rule.code in {RuleCode.MINIMUM_AGE, RuleCode.RETIREMENT_AGE}:
            assert one.outcome is UNKNOWN
        else:
            assert one == other


@given(CASES)
def test_a_pension_is_the_end(case: Case) -> None:
    """A person who draws one cannot enrol, on any day; this rule hinders nobody else."""
    found = result(case, RuleCode.NOT_DRAWING_PENSION)
    assert found.outcome is (FAIL if case.drawing_pension else PASS)
    assert values(found) == {"领取养老待遇": "是" if case.drawing_pension else "否"}


@given(CASES, st.sampled_from(Channel))
def test_the_channels_of_the_guide(case: Case, channel: Channel) -> None:
    """首次参保: app and counter. 单位停缴: every channel. Flexible employment of before is no first time."""
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
def test_the_districts(case: Case, district: str | None) -> None:
    """One of the sixteen; while a subsidy is active only its own; while none is chosen, none is refused."""
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


def test_a_subsidy_of_what_is_no_district_any_more_binds_nobody() -> None:
    """塘沽区 became part of 滨海新区; a subsidy under its old code closes no district."""
    case = somebody(subsidies=(Subsidy("120107", date(2006, 1, 1), None),), district="120116")
    assert outcome(case, RuleCode.DISTRICT_OPEN) is PASS


@given(CASES)
def test_a_day_without_law_decides_nothing(case: Case) -> None:
    """Before the first of its figures a rule cannot answer, and shows the day that was asked about."""
    early = replace(case, on=date(1, 1, 1))
    for found in judge(early).results:
        if found.rule.code in {RuleCode.NOT_DRAWING_PENSION, RuleCode.WORKS_IN_CITY}:
            continue
        assert found.outcome is UNKNOWN
        assert values(found) == {"判断日期": "0001-01-01"}
        assert found.rule.parameters == ()


OWN = Participation("110", "1", "120103", employer=False, started_on=date(2020, 7, 1), ended_on=None)


def test_coded_facts_name_their_table() -> None:
    """Every coded fact has its code table."""
    case = somebody(
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


def test_what_is_missing_is_said() -> None:
    """A fact that the record lacks reads 未登记, a choice not made 尚未选择."""
    missing = somebody(birth_date=None, sex=None)
    assert values(result(missing, RuleCode.RETIREMENT_AGE)) == {
        "性别": "未登记",
        "出生日期": "未登记",
        "岗位性质": "未登记",
    }
    assert values(result(missing, RuleCode.MINIMUM_AGE)) == {"出生日期": "未登记"}
    assert values(result(missing, RuleCode.DISTRICT_OPEN)) == {"参保区县": "尚未选择"}


def test_each_rule_shows_its_figures() -> None:
    """The figures in force stand beside each rule; the title speaks them."""
    views = {found.rule.code: found.rule for found in judge(somebody()).results}
    assert views[RuleCode.MINIMUM_AGE].title.zh == "年满16周岁"
    assert views[RuleCode.MINIMUM_AGE].title.en == "At least 16 years old"
    assert [figure.value for figure in views[RuleCode.IDENTITY_DOCUMENT].parameters] == ["01 16"]
    shown = {figure.key: figure.value for figure in views[RuleCode.RETIREMENT_AGE].parameters}
    assert (shown["retirement_age_men"], shown["retirement_delay_step_men"]) == ("60", "4")
    assert all(LAW.on(TODAY)[key].value == value for key, value in shown.items())
    assert views[RuleCode.NOT_DRAWING_PENSION].parameters == ()
    assert all(view.legal_basis and view.clause.text for view in views.values())
