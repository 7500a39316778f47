"""All conditions of a scheme: verdicts, and the days on which they change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Generic, TypeVar

from api.law.case import DatedCase
from api.law.condition import Rule
from api.law.parameter import Law, Parameter, Parameters
from api.law.rule import (
    Channel,
    EligibilityOutcome,
    NextStep,
    RuleOutcome,
    RuleResult,
    RuleView,
    Verdict,
    overall_outcome,
)

Case = TypeVar("Case", bound=DatedCase)
CACHE_SIZE = 2000


@dataclass(frozen=True, slots=True)
class Decided(Generic[Case]):
    """A verdict without its advice: what the advice depends on."""

    case: Case
    law: Law
    parameters: Parameters
    results: tuple[RuleResult, ...]
    outcome: EligibilityOutcome
    becomes: date | None
    ceases: date | None
    eligible_by: tuple[Channel, ...]

    @property
    def failed(self) -> set[str]:
        """The codes of the conditions that do not hold."""
        return {result.rule.code for result in self.results if result.outcome is RuleOutcome.FAIL}

    @property
    def cautions(self) -> tuple[str, ...]:
        """The codes of the conditions that hold with a notice."""
        return tuple(
            result.rule.code for result in self.results if result.outcome is RuleOutcome.PASS and result.reason
        )


@dataclass(frozen=True, eq=False)
class Rulebook(Generic[Case]):
    """The conditions of a scheme in the guide's order, and the version of the files that decide.

    `channel_rule` is the code of the condition that depends on the channel; without one, every channel of `channels` is
    open to a person whom the other conditions admit.
    """

    scheme: str
    rules: tuple[Rule[Case], ...]
    version: str
    channel_rule: str | None = None
    channels: tuple[Channel, ...] = tuple(Channel)

    def judge(
        self, case: Case, parameters: Parameters, advise: Callable[[Decided[Case]], Sequence[NextStep]]
    ) -> Verdict:
        """Return the verdict on a case by the law of its day, with the days on which it changes, and with advice."""
        decided = self.decide(case, parameters)
        return Verdict(
            decided.outcome,
            case.on,
            self.version,
            decided.results,
            decided.becomes,
            decided.ceases,
            tuple(advise(decided)),
            decided.eligible_by,
        )

    def decide(self, case: Case, parameters: Parameters) -> Decided[Case]:
        """Return the results of all conditions on a case, and the days on which they change."""
        law = parameters.on(case.on)
        views = _views(self, law)
        results = tuple(_interned(rule.result(case, law, view)) for rule, view in zip(self.rules, views, strict=True))
        outcome = overall_outcome(results)
        becomes, ceases = self.changes(case, parameters, eligible=outcome is EligibilityOutcome.ELIGIBLE)
        channels = self._open_channels(case, law, results)
        return Decided(case, law, parameters, results, outcome, becomes, ceases, channels)

    def is_eligible(self, case: Case, law: Law) -> bool:
        """Return whether every condition holds, possibly with a notice or a declaration."""
        return all(rule.holds(rule.finding(case, law)) for rule in self.rules)

    def first_failing(self, case: Case, law: Law) -> str | None:
        """Return the code of the first condition that does not hold; None if all hold."""
        return next((rule.code for rule in self.rules if not rule.holds(rule.finding(case, law))), None)

    def changes(self, case: Case, parameters: Parameters, *, eligible: bool) -> tuple[date | None, date | None]:
        """Return the first later day of becoming ELIGIBLE, and the first after that of ceasing to be.

        `eligible` is whether the case is eligible on its own day.
        """
        becomes = None
        for day, law in self.change_days(case, parameters):
            if self.is_eligible(replace(case, on=day), law) is eligible:
                continue
            if eligible:
                return becomes, day
            becomes, eligible = day, True
        return becomes, None

    def change_days(self, case: Case, parameters: Parameters) -> Iterator[tuple[date, Law]]:
        """Yield the days after `case.on` on which a result may change, in order, each with its law.

        These are the first day of each law, and the days that the rules name while it is in force.
        """
        laws = parameters.since(case.on)
        for count, law in enumerate(laws):
            end = laws[count + 1].starts_on if count + 1 < len(laws) else None
            named = sorted({law.starts_on, *self._named_days(case, law)})
            yield from ((day, law) for day in named if case.on < day >= law.starts_on and (end is None or day < end))

    def views(self, law: Law) -> tuple[RuleView, ...]:
        """Return the conditions with the figures of a law, for display."""
        return _views(self, law)

    def history_of(self, code: str, parameters: Parameters) -> tuple[Parameter, ...]:
        """Return all periods of each figure of a condition, figure by figure, oldest first."""
        by_start = sorted(parameters.periods, key=lambda period: period.from_)
        keys = [key for rule in self.rules if rule.code == code for key in (*rule.reads, *rule.reads_if_any)]
        return tuple(period for key in keys for period in by_start if period.key == key)

    def _open_channels(self, case: Case, law: Law, results: Sequence[RuleResult]) -> tuple[Channel, ...]:
        """Return the channels through which the person may enrol on the day."""
        others = (result for result in results if result.rule.code != self.channel_rule)
        if not all(result.outcome is RuleOutcome.PASS or result.declared for result in others):
            return ()
        rule = self._rule_of_channel
        if rule is None:
            return self.channels
        return tuple(
            channel for channel in self.channels if rule.holds(rule.finding(replace(case, channel=channel), law))
        )

    @cached_property
    def _rule_of_channel(self) -> Rule[Case] | None:
        return next((rule for rule in self.rules if rule.code == self.channel_rule), None)

    def _named_days(self, case: Case, law: Law) -> Iterator[date]:
        for rule in self.rules:
            yield from (day for day in rule.change_days(case, law) if day is not None)


@lru_cache(maxsize=CACHE_SIZE)
def _interned(result: RuleResult) -> RuleResult:
    """Return one shared object for equal results: most results are the same for many people."""
    return result


@lru_cache(maxsize=256)
def _views(rulebook: Rulebook[Case], law: Law) -> tuple[RuleView, ...]:
    return tuple(rule.view(law, rulebook.scheme) for rule in rulebook.rules)


def version_of(texts: Iterable[str]) -> str:
    """Return the version of the rules in these texts: the first 12 characters of their digest."""
    return sha256("\0".join(texts).encode()).hexdigest()[:12]
