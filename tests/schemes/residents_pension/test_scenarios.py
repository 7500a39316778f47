"""scenarios.toml of the residents' pension: every situation comes out as written, and the table covers the rules."""

from api.law.rule import EligibilityOutcome, RuleOutcome
from api.schemes.residents_pension.codes import RuleCode
from api.schemes.residents_pension.scenarios import read_scenarios

SCENARIOS = read_scenarios()


def test_the_table_covers_each_rule() -> None:
    """At least 60 situations: each rule fails in one, and each that can lack a fact lacks it in one."""
    assert len(SCENARIOS) >= 60
    outcomes = {(code, outcome) for scenario in SCENARIOS for code, outcome in scenario.outcomes.items()}
    assert {code for code, outcome in outcomes if outcome is RuleOutcome.FAIL} == set(RuleCode)
    assert {code for code, outcome in outcomes if outcome is RuleOutcome.UNKNOWN} >= {
        RuleCode.MINIMUM_AGE, RuleCode.NOT_IN_SCHOOL, RuleCode.HOUSEHOLD_IN_CITY, RuleCode.BENEFIT_AGE
    }  # fmt: skip
    assert {scenario.verdict for scenario in SCENARIOS} == set(EligibilityOutcome)
