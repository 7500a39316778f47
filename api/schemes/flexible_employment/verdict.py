"""The verdict: all rules on one case with the advice that follows, and the districts that can be chosen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from api.enrolment.case import DistrictChoice
from api.law.parameter import Law, Parameters
from api.law.rule import NextStep, Verdict
from api.law.rulebook import CACHE_SIZE, Decided, Rulebook
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.findings import ONLY_SUBSIDISED
from api.schemes.flexible_employment.law import LAW, RULES_VERSION, SCHEME
from api.schemes.flexible_employment.next_steps import AdviceInput, next_steps
from api.schemes.flexible_employment.rules import RULES

RULEBOOK = Rulebook(SCHEME, RULES, RULES_VERSION, channel_rule=RuleCode.CHANNEL_OPEN)


@lru_cache(maxsize=CACHE_SIZE)
def judge(case: Case, parameters: Parameters = LAW) -> Verdict:
    """Return the verdict on a case by the rules of its day, with the days on which it changes.

    Cached, because each page of the enrolment requests it.
    """
    return RULEBOOK.judge(case, parameters, _advise)


def _advise(decided: Decided[Case]) -> Sequence[NextStep]:
    case, law, parameters = decided.case, decided.law, decided.parameters
    waits_until = _eligible_if_chosen(case, law, parameters, decided.becomes)
    ends_by = _ends_by(case, parameters, decided.ceases)
    becomes, ceases, eligible_by = decided.becomes, decided.ceases, decided.eligible_by
    return next_steps(AdviceInput(decided.results, case, law, becomes, waits_until, ceases, ends_by, eligible_by))


def _eligible_if_chosen(case: Case, law: Law, parameters: Parameters, becomes: date | None) -> date | None:
    """Return the first day of qualifying with a district that can be chosen: with a subsidy, its own."""
    subsidised = case.subsidised_districts(law.words("districts")) if "districts" in law else ()
    if case.district is None or not subsidised or case.district in subsidised:
        return becomes
    there = replace(case, district=subsidised[0])
    return None if RULEBOOK.is_eligible(there, law) else RULEBOOK.changes(there, parameters, eligible=False)[0]


def _ends_by(case: Case, parameters: Parameters, ceases: date | None) -> str | None:
    """Return the first condition that fails on the day `ceases`."""
    return None if ceases is None else RULEBOOK.first_failing(replace(case, on=ceases), parameters.on(ceases))


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
