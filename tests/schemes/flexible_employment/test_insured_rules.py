"""The rules on existing insurance: registered in the Hall, paid by the person, or paid by an employer."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.enrolment.insurance_period import InsurancePeriod
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.verdict import judge
from tests.schemes.flexible_employment.cases import CASES, EMPLOYEES, RESIDENTS, eligible_case, paid
from tests.schemes.flexible_employment.test_rules import FAIL, OWN, PASS, UNKNOWN, outcome, result, values


def pays(period: InsurancePeriod, day: date) -> bool:
    """Return whether contributions are paid for a day according to the record."""
    begun = period.started_on is None or day >= period.started_on
    if period.status == "1":
        return begun and not (period.ended_on is not None and day > period.ended_on)
    return begun and period.status in {"2", "3"} and period.ended_on is not None and day < period.ended_on


@given(case=CASES, declared=st.sampled_from([True, False, None]))
def test_works_in_city_is_declared(case: Case, *, declared: bool | None) -> None:
    """在本市从事各类灵活就业的人员: the declaration decides; without one the rule is UNKNOWN and does not block."""
    found = result(replace(case, works_in_city=declared), RuleCode.WORKS_IN_CITY)
    assert found.outcome is {True: PASS, False: FAIL, None: UNKNOWN}[declared]
    assert found.declared is (declared is None)
    said, unsaid = judge(replace(case, works_in_city=True)), judge(replace(case, works_in_city=None))
    assert (said.outcome, said.becomes_eligible_on) == (unsaid.outcome, unsaid.becomes_eligible_on)


@given(CASES)
def test_enrolled_person_need_not_enrol_again(case: Case) -> None:
    """已参保灵活就业人员无需重复登记: fails if registered or self-paying; residents' insurance only causes a notice."""
    assume(case.on >= date(2011, 7, 1))
    found = result(case, RuleCode.NOT_ENROLLED)
    own = [one for one in case.participations if not one.employer and one.type in {"110", "310"}]
    paying = any(pays(one, case.on) for one in own)
    overlap = any(period.type in RESIDENTS and pays(period, case.on) for period in case.participations)
    registered = values(found)["灵活就业参保"] == "是"
    assert found.outcome is FAIL or not (paying or registered)
    assert found.outcome is PASS or registered or own
    assert (found.reason is not None) is (found.outcome is FAIL or overlap)
    assert ("在保的城乡居民险种" in values(found)) is overlap
    assert not registered or any(one.registered_on <= case.on for one in case.registrations)


@given(CASES)
def test_terminated_insurance_passes(case: Case) -> None:
    """An insurance terminated (终止) in the past is neither paid nor suspended, so both rules pass."""
    assume(case.on >= date(2011, 7, 1))
    ended = tuple(replace(one, status="3", ended_on=date(2000, 1, 1), started_on=None) for one in case.participations)
    over = replace(case, participations=ended, registrations=())
    assert outcome(over, RuleCode.NOT_ENROLLED) is PASS
    assert outcome(over, RuleCode.EMPLOYER_STOPPED_PAYING) is PASS


@given(CASES)
def test_employer_payment_fails(case: Case) -> None:
    """Any employees' insurance that an employer pays on the day fails EMPLOYER_STOPPED_PAYING."""
    assume(case.on >= date(2011, 7, 1))
    paying = [
        one
        for one in case.participations
        if (one.employer or one.type == "120") and one.type in EMPLOYEES and pays(one, case.on)
    ]
    found = result(case, RuleCode.EMPLOYER_STOPPED_PAYING)
    assert found.outcome is (FAIL if paying else PASS)
    shown = {fact.value for fact in found.facts if fact.label.zh == "单位在缴险种"}
    assert shown == ({one.type for one in paying} or {"无"})


@pytest.mark.parametrize(
    ("periods", "until"),
    [
        ((), None),
        ((paid(ended_on=date(2026, 12, 31)),), "2026-12-31"),
        ((paid(),), None),
        ((paid(status="2", ended_on=date(2026, 10, 31)),), "2026-10-31"),
        ((paid(status="2", ended_on=date(2026, 3, 31)), paid("310", status="3", ended_on=date(2026, 5, 31))),
         "2026-05-31"),
        ((paid(status="3", ended_on=date(2020, 1, 31)), paid(ended_on=date(2026, 12, 31))), "2026-12-31"),
        ((paid(status="3", ended_on=date(2020, 1, 31)), paid()), None),
        ((paid("390", ended_on=date(2026, 12, 31)),), None),
        ((replace(paid(ended_on=date(2026, 12, 31)), employer=False),), None),
    ],
)  # fmt: skip
def test_facts_name_last_day_paid_by_employer(periods: tuple[InsurancePeriod, ...], until: str | None) -> None:
    """The facts name the last day that the employer pays for, if the record has it."""
    found = result(eligible_case(participations=periods), RuleCode.EMPLOYER_STOPPED_PAYING)
    assert values(found).get("单位缴费截至") == until


def test_facts_of_enrolment_elsewhere() -> None:
    """For a person who pays elsewhere, the facts name insurance, status, district and start date."""
    found = result(eligible_case(participations=(OWN,)), RuleCode.NOT_ENROLLED)
    assert values(found) == {
        "灵活就业参保": "否",
        "本人缴纳的险种": "110",
        "该险种参保状态": "1",
        "该险种参保区县": "120103",
        "该险种本次参保起始日期": "2020-07-01",
    }
    assert found.title is not None
    assert found.title.zh == "您已参加灵活就业参保"
