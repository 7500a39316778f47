"""Explanations of the rules: the history of each figure, and example situations."""

from functools import cache

from api.schemes.flexible_employment.law import CLASS, LAW, NOTICE, REFUSE
from api.schemes.flexible_employment.rules import RULES
from api.schemes.flexible_employment.scenarios import read_scenarios
from api.schemes.parameter import Parameter
from api.schemes.rule import Channel, Example, RuleCode, RuleOutcome
from api.schemes.shared.retirement import Schedule
from api.text.i18n import Text

CODES = {
    "admitted_id_types": "ID_TYPE",
    "employee_insurances": "INSURANCE_TYPE",
    "employer_only_insurances": "INSURANCE_TYPE",
    "self_paid_insurances": "INSURANCE_TYPE",
    "resident_insurances": "INSURANCE_TYPE",
    "districts": "DISTRICT",
}
"""The code tables of the parameters whose values are codes."""

WORDS = {
    Channel.WEB_HALL: Text("网厅", "web hall"),
    Channel.APP: Text("手机APP", "mobile app"),
    Channel.KIOSK: Text("自助机", "kiosk"),
    Channel.COUNTER: Text("窗口", "counter"),
    Schedule.WOMEN_55: Text("女职工（原55周岁）对照表", "the table of women (originally 55)"),
    Schedule.WOMEN_50: Text("女职工（原50周岁）对照表", "the table of women (originally 50)"),
    NOTICE: Text("受理并提示", "accepted, with a notice"),
    REFUSE: Text("不受理", "refused"),
    CLASS: Text("受理，不提示", "accepted"),
}
"""The meanings of the values of other parameters."""


@cache
def history_of(code: RuleCode) -> tuple[Parameter, ...]:
    """Return all periods of each parameter of a rule, parameter by parameter, oldest first."""
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
