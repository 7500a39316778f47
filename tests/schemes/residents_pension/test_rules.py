"""The conditions of the residents' pension as pure functions: properties for any person, any record, any day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.enrolment.insurance_period import InsurancePeriod
from api.law.parameter import MalformedParameters
from api.law.rule import Channel, EligibilityOutcome, RuleOutcome
from api.schemes.residents_pension.case import Case
from api.schemes.residents_pension.household import is_registered_in_city
from api.schemes.residents_pension.law import LAW, NOTICES, RULES_VERSION
from api.schemes.residents_pension.scheme import SCHEME
from api.schemes.residents_pension.tiers import read_tiers, tiers_on
from tests.schemes.flexible_employment.cases import BIRTHS, DAYS, PARTICIPATIONS, REGISTRATIONS, ordered_registrations

TODAY = date(2026, 11, 23)
CASES = st.builds(
    Case,
    on=DAYS,
    channel=st.sampled_from(Channel),
    id_type=st.sampled_from(["01", "16", "08"]),
    birth_date=st.none() | BIRTHS,
    sex=st.sampled_from([None, "1", "2"]),
    drawing_pension=st.booleans(),
    registrations=st.lists(REGISTRATIONS, max_size=2).map(ordered_registrations),
    participations=st.lists(PARTICIPATIONS, max_size=3).map(tuple),
    district=st.sampled_from([None, "120101"]),
    registered_here=st.sampled_from([True, True, False, None]),
    public_sector=st.booleans(),
    not_in_school=st.sampled_from([True, True, False, None]),
)


@given(CASES)
def test_a_verdict_holds_until_the_day_that_it_names(case: Case) -> None:
    """On the day before `becomes` or `ceases` the verdict is as today, and on the day itself it is the other."""
    verdict = SCHEME.judge(case)
    eligible = verdict.outcome is EligibilityOutcome.ELIGIBLE
    day = verdict.ceases_eligible_on if eligible else verdict.becomes_eligible_on
    if day is not None:
        then = SCHEME.judge(replace(case, on=day))
        assert (then.outcome is EligibilityOutcome.ELIGIBLE) is not eligible
    assert all(result.reason or result.outcome is RuleOutcome.PASS for result in verdict.results)
    assert verdict.rules_version == RULES_VERSION
    assert bool(verdict.eligible_by) or not eligible


@given(CASES)
def test_no_one_is_in_two_pensions(case: Case) -> None:
    """A person for whom the employees' or the public-sector pension is paid on the day is never ELIGIBLE."""
    paid = {period.type for period in case.participations if period.is_paid_on(case.on)}
    if paid & {"110", "120", "170"}:
        assert SCHEME.judge(case).outcome is not EligibilityOutcome.ELIGIBLE


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("21", None, True), ("11", "天津市和平区南京路1号", True), ("12", "天津市和平区南京路1号", True),
        ("51", "河北省石家庄市长安区1号", False), ("22", None, False), (None, "北京市东城区1号", False),
        (None, "内蒙古自治区包头市1号", False), (None, None, None), ("10", "和平区南京路1号", None),
        ("50", None, None), ("31", None, False), ("41", "柏林", False),
    ],
)  # fmt: skip
def test_the_household_is_where_the_record_says(kind: str | None, address: str | None, expected: bool | None) -> None:  # noqa: FBT001 - a row of the table
    """The address names the place; without one the type does; without either it is not known."""
    assert is_registered_in_city(kind, address) is expected


def test_tiers_are_asked_once_the_city_has_published_them(tmp_path: Path) -> None:
    """The shipped file has none; a filled one has them from its day on; a wrong one is refused with its line."""
    assert tiers_on(TODAY) == ()
    path = tmp_path / "tiers.toml"
    table = '[[contribution_tiers]]\nvalue = "300 600 900"\nfrom = 2027-01-01\nlegal_basis = "x"\nsource = "y"\n'
    path.write_text(table, encoding="utf-8")
    published = read_tiers(path)
    assert tiers_on(date(2026, 12, 31), published) == ()
    assert tiers_on(date(2027, 1, 1), published) == ("300", "600", "900")
    for wrong in ("900 300", "300 300", "0", "300.5"):
        path.write_text(table.replace("300 600 900", wrong), encoding="utf-8")
        with pytest.raises(MalformedParameters, match=r"tiers\.toml:1"):
            read_tiers(path)


def test_nothing_is_decided_before_the_law() -> None:
    """Before 2014-02-21 no figure holds: what needs one is UNKNOWN."""
    [case] = [each.case for each in SCHEME.scenarios() if each.name == "意见印发之前：没有当日适用的规定"]
    assert SCHEME.judge(case).outcome is EligibilityOutcome.NEEDS_INFORMATION
    assert LAW.on(date(2014, 2, 20)).in_force == frozenset()
    assert [each.version for each in NOTICES] == ["2026-11-30"]


def test_a_paid_period_carries_the_enrolment() -> None:
    """Residents' insurance that is paid after registering makes it ACTIVE; the employees' pension takes it over."""
    coverage = SCHEME.coverage(TODAY)
    assert coverage is not None
    assert (coverage.paid, coverage.taken_over_by) == (("170",), ("110", "120"))
    assert SCHEME.coverage(date(2000, 1, 1)) is None
    assert InsurancePeriod("170", "1", None, employer=False, started_on=None, ended_on=None).is_paid_on(TODAY)
