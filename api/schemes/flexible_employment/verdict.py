"""The verdict: all rules on one case, and the days on which it changes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from api.language import Text
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.law import LAW, RULES_VERSION
from api.schemes.flexible_employment.rules import ONLY_SUBSIDISED, RULES, figures
from api.schemes.flexible_employment.steps import next_steps, next_steps_after_registration
from api.schemes.parameter import Parameter
from api.schemes.rule import EligibilityOutcome, Rule, RuleCode, RuleResult, RuleView, Verdict, together
from api.schemes.shared.days import add_years, next_day
from api.schemes.shared.law import LAW as SHARED_LAW
from api.schemes.shared.retirement import Schedule, retirement_by

__all__ = ["RULES_VERSION", "DistrictChoice", "district_options", "judge", "next_steps_after_registration", "rules_on"]

ELIGIBLE = EligibilityOutcome.ELIGIBLE
LAW_CHANGES = tuple(sorted({*LAW.changes(), *SHARED_LAW.changes()}))
SCHEDULES = tuple(schedule.value for schedule in Schedule)


@dataclass(frozen=True, slots=True)
class DistrictChoice:
    """A district, whether it can be chosen, whether a form chooses it, and why not."""

    code: str
    selectable: bool
    preselected: bool
    reason: Text | None


def judge(case: Case) -> Verdict:
    """Return the verdict on a case by the rules of its day, with the days on which it changes."""
    results = tuple(_result(rule, case) for rule in RULES)
    outcome = together([result.outcome for result in results])
    becomes, ceases = _changes(case, outcome)
    return Verdict(outcome, case.on, RULES_VERSION, results, becomes, ceases, next_steps(results, case.on, becomes))


def _result(rule: Rule[Case], case: Case) -> RuleResult:
    answer = rule.judge(case)
    return RuleResult(view(rule.code, case.on), answer.outcome, answer.reason, answer.facts)


def _changes(case: Case, outcome: EligibilityOutcome) -> tuple[date | None, date | None]:
    """Return the first later day on which the case becomes ELIGIBLE, and the first after that on which it ceases."""
    becomes = None
    eligible = outcome is ELIGIBLE
    for day in turning_days(case):
        now = _outcome(replace(case, on=day)) is ELIGIBLE
        if now and not eligible:
            becomes, eligible = day, True
        elif eligible and not now:
            return becomes, day
    return becomes, None


def _outcome(case: Case) -> EligibilityOutcome:
    return together([rule.judge(case).outcome for rule in RULES])


def turning_days(case: Case) -> list[date]:
    """Return the days after `case.on` on which some rule may answer otherwise, in order: nothing changes in between."""
    return sorted(day for day in set(_turning_days(case)) if day is not None and day > case.on)


def _turning_days(case: Case) -> Iterator[date | None]:
    yield from LAW_CHANGES
    for period in case.participations:
        yield period.started_on
        yield next_day(period.ended_on) if period.ended_on else None
    for subsidy in case.subsidies:
        yield subsidy.starts_on
        yield next_day(subsidy.ends_on) if subsidy.ends_on else None
    if case.birth_date is not None:
        yield from _turning_days_of_a_life(case.birth_date)


@lru_cache(maxsize=4096)
def _turning_days_of_a_life(birth_date: date) -> tuple[date | None, ...]:
    birthdays = (add_years(birth_date, int(age.value)) for age in LAW["minimum_age"])
    retirements = (
        retirement_by(schedule, birth_date, figure.from_) for schedule in Schedule for figure in SHARED_LAW[schedule]
    )
    return (*birthdays, *(at.date for at in retirements if at is not None))


def district_options(case: Case) -> tuple[DistrictChoice, ...]:
    """Return the districts of the day in the guide's order: all, or while a subsidy is active only its own."""
    subsidised = case.subsidised_districts()
    return tuple(
        DistrictChoice(
            code,
            selectable=not subsidised or code in subsidised,
            preselected=len(subsidised) == 1 and code in subsidised,
            reason=ONLY_SUBSIDISED if subsidised and code not in subsidised else None,
        )
        for code in sorted(figures("districts", case.on))
    )


def rules_on(day: date) -> tuple[RuleView, ...]:
    """Return the rules as they are on a day, in the guide's order."""
    return tuple(view(rule.code, day) for rule in RULES)


@lru_cache(maxsize=4096)
def view(code: RuleCode, day: date) -> RuleView:
    """Return a rule as it is shown, with the parameters in force on a day."""
    rule = next(rule for rule in RULES if rule.code is code)
    return RuleView(rule.code, rule.title, rule.clause, rule.legal_basis, tuple(_parameters(rule, day)))


def _parameters(rule: Rule[Case], day: date) -> Iterator[Parameter]:
    found = [LAW.on(key, day) for key in rule.reads]
    if rule.code is RuleCode.RETIREMENT_AGE:
        found += [SHARED_LAW.on(key, day) for key in SCHEDULES]
    return (parameter for parameter in found if parameter is not None)
