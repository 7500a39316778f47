"""The rules explained to anyone: each figure through time, and situations that show what a rule decides."""

from functools import cache

from api.schemes.flexible_employment.law import LAW
from api.schemes.flexible_employment.rules import RULES
from api.schemes.flexible_employment.scenarios import read_scenarios
from api.schemes.parameter import Parameter
from api.schemes.rule import Example, RuleCode, RuleOutcome


@cache
def history_of(code: RuleCode) -> tuple[Parameter, ...]:
    """Return every period of every figure that a rule reads, figure by figure, oldest first."""
    keys = [key for rule in RULES if rule.code is code for key in (*rule.reads, *rule.reads_if_any)]
    return tuple(
        period for key in keys for period in sorted(LAW.periods, key=lambda period: period.from_) if period.key == key
    )


@cache
def examples_of(code: RuleCode) -> tuple[Example, ...]:
    """Return the situations of scenarios.toml in which a rule refuses, lacks a fact or gives a notice."""
    return tuple(
        Example(scenario.name, scenario.case.on, scenario.outcomes[code])
        for scenario in read_scenarios()
        if scenario.outcomes[code] is not RuleOutcome.PASS or code in scenario.notices
    )
