"""The verdict: all rules on one case, and the days on which it changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.findings import ONLY_SUBSIDISED
from api.schemes.flexible_employment.law import LAW, RULES_VERSION
from api.schemes.flexible_employment.next_steps import Answers, next_steps, next_steps_after_registration
from api.schemes.flexible_employment.rules import RULES
from api.schemes.parameter import Law, Parameters
from api.schemes.rule import (
    Channel,
    EligibilityOutcome,
    RuleCode,
    RuleOutcome,
    RuleResult,
    RuleView,
    Verdict,
    overall_outcome,
)
from api.text.i18n import Text

__all__ = ["RULES_VERSION", "DistrictChoice", "district_options", "judge", "next_steps_after_registration", "rules_on"]

CACHE_SIZE = 2000
CHANNEL_RULE = next(rule for rule in RULES if rule.code is RuleCode.CHANNEL_OPEN)


@dataclass(frozen=True, slots=True)
class DistrictChoice:
    """A district of the form, and whether and why it can be chosen."""

    code: str
    selectable: bool
    preselected: bool
    reason: Text | None


@lru_cache(maxsize=CACHE_SIZE)
def judge(case: Case, parameters: Parameters = LAW) -> Verdict:
    """Return the verdict on a case by the rules of its day, with the days on which it changes.

    Cached, because each page of the enrolment requests it.
    """
    law = parameters.on(case.on)
    results = tuple(_interned(rule.result(case, law, view)) for rule, view in zip(RULES, _views(law), strict=True))
    outcome = overall_outcome(results)
    becomes, ceases = _changes(case, parameters, eligible=outcome is EligibilityOutcome.ELIGIBLE)
    eligible_by = _channels(case, law, results)
    waits_until, ends_by = _eligible_if_chosen(case, law, parameters, becomes), _ends_by(case, parameters, ceases)
    steps = next_steps(Answers(results, case, law, becomes, waits_until, ceases, ends_by, eligible_by))
    return Verdict(outcome, case.on, RULES_VERSION, results, becomes, ceases, steps, eligible_by)


def _eligible_if_chosen(case: Case, law: Law, parameters: Parameters, becomes: date | None) -> date | None:
    """Return the first day of qualifying with a district that can be chosen: with a subsidy, its own."""
    subsidised = case.subsidised_districts(law.words("districts")) if "districts" in law else ()
    if case.district is None or not subsidised or case.district in subsidised:
        return becomes
    there = replace(case, district=subsidised[0])
    return None if _is_eligible(there, law) else _changes(there, parameters, eligible=False)[0]


def _ends_by(case: Case, parameters: Parameters, ceases: date | None) -> RuleCode | None:
    """Return the first condition that fails on the day `ceases`."""
    if ceases is None:
        return None
    then, law = replace(case, on=ceases), parameters.on(ceases)
    return next((rule.code for rule in RULES if not rule.holds(rule.finding(then, law))), None)


def _channels(case: Case, law: Law, results: Sequence[RuleResult]) -> tuple[Channel, ...]:
    """Return the channels through which the person may enrol on the day; only CHANNEL_OPEN depends on the channel."""
    others = (result for result in results if result.rule.code is not RuleCode.CHANNEL_OPEN)
    if not all(result.outcome is RuleOutcome.PASS or result.declared for result in others):
        return ()
    return tuple(
        channel for channel in Channel if CHANNEL_RULE.holds(CHANNEL_RULE.finding(replace(case, channel=channel), law))
    )


@lru_cache(maxsize=CACHE_SIZE)
def _interned(result: RuleResult) -> RuleResult:
    """Return one shared object for equal results: most results are the same for many people."""
    return result


def _changes(case: Case, parameters: Parameters, *, eligible: bool) -> tuple[date | None, date | None]:
    """Return the first later day on which the case becomes ELIGIBLE, and the first after that on which it ceases."""
    becomes = None
    for day, law in change_days(case, parameters):
        if _is_eligible(replace(case, on=day), law) is eligible:
            continue
        if eligible:
            return becomes, day
        becomes, eligible = day, True
    return becomes, None


def change_days(case: Case, parameters: Parameters = LAW) -> Iterator[tuple[date, Law]]:
    """Yield the days after `case.on` on which a result may change, in order, each with its law.

    These are the first day of each law, and the days that the rules name while it is in force.
    """
    laws = parameters.since(case.on)
    for count, law in enumerate(laws):
        end = laws[count + 1].starts_on if count + 1 < len(laws) else None
        named = sorted({law.starts_on, *_rule_change_days(case, law)})
        yield from ((day, law) for day in named if case.on < day >= law.starts_on and (end is None or day < end))


def _rule_change_days(case: Case, law: Law) -> Iterator[date]:
    for rule in RULES:
        yield from (day for day in rule.change_days(case, law) if day is not None)


def _is_eligible(case: Case, law: Law) -> bool:
    return all(rule.holds(rule.finding(case, law)) for rule in RULES)


def district_options(case: Case) -> tuple[DistrictChoice, ...]:
    """Return the districts of the day in the guide's order; while a subsidy is active, only its own is selectable."""
    law = LAW.on(case.on)
    if "districts" not in law:
        return ()
    return _choices(law, case.subsidised_districts(law.words("districts")))


@lru_cache(maxsize=64)
def _choices(law: Law, subsidised: tuple[str, ...]) -> tuple[DistrictChoice, ...]:
    """Return the choices under a law. Cached: equal choices share objects, which are serialized once."""
    return tuple(
        DistrictChoice(
            code,
            selectable=not subsidised or code in subsidised,
            preselected=subsidised == (code,),
            reason=ONLY_SUBSIDISED if subsidised and code not in subsidised else None,
        )
        for code in law.words("districts")
    )


def rules_on(day: date) -> tuple[RuleView, ...]:
    """Return the rules of a day in the guide's order."""
    return _views(LAW.on(day))


@lru_cache(maxsize=64)
def _views(law: Law) -> tuple[RuleView, ...]:
    return tuple(rule.view(law) for rule in RULES)
