"""What rules answer: outcomes with their reasons and facts, and verdicts.

All of it is frozen data, so that a verdict can say a year later what it said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from api.schemes.clause import Clause
from api.schemes.parameter import Confidence, Parameter
from api.text.i18n import Text


class RuleCode(StrEnum):
    """The conditions, by the names of the schema."""

    IDENTITY_DOCUMENT = "IDENTITY_DOCUMENT"
    MINIMUM_AGE = "MINIMUM_AGE"
    RETIREMENT_AGE = "RETIREMENT_AGE"
    NOT_DRAWING_PENSION = "NOT_DRAWING_PENSION"
    WORKS_IN_CITY = "WORKS_IN_CITY"
    NOT_ENROLLED = "NOT_ENROLLED"
    EMPLOYER_STOPPED_PAYING = "EMPLOYER_STOPPED_PAYING"
    CHANNEL_OPEN = "CHANNEL_OPEN"
    DISTRICT_OPEN = "DISTRICT_OPEN"


class RuleOutcome(StrEnum):
    """What one rule answers."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class EligibilityOutcome(StrEnum):
    """What all rules together answer."""

    ELIGIBLE = "ELIGIBLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NEEDS_INFORMATION = "NEEDS_INFORMATION"


class Channel(StrEnum):
    """Through which door somebody enrols."""

    WEB_HALL = "WEB_HALL"
    APP = "APP"
    KIOSK = "KIOSK"
    COUNTER = "COUNTER"


class PositionNature(StrEnum):
    """岗位性质."""

    MANAGEMENT = "MANAGEMENT"
    PRODUCTION = "PRODUCTION"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule looked at; `source` is record, request or calendar, `codes` the table that names a coded value.

    A fact that tells the day of birth is `personal`: it is kept whole with the verdict and shown masked.
    """

    label: Text
    value: str
    source: str
    codes: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as it is shown: with the parameters in force on a day."""

    code: RuleCode
    title: Text
    clause: Clause
    legal_basis: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule and what it answered.

    `title` says the answer in a few words where the rule's own title does not: what stands against it, or is missing.
    An answer is `declared` where the record cannot give it: the person gives it on the form.
    """

    rule: RuleView
    outcome: RuleOutcome
    reason: Text | None
    facts: tuple[Fact, ...]
    title: Text | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A situation in the words of those who know the law, on a day, and what one rule answers."""

    situation: str
    on: date
    outcome: RuleOutcome


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do next, by when, where on the web, and under which telephone number."""

    title: Text
    detail: Text
    due: date | None = None
    url: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one case on one day, with everything it rests on."""

    outcome: EligibilityOutcome
    on: date
    rules_version: str
    results: tuple[RuleResult, ...]
    becomes_eligible_on: date | None
    ceases_eligible_on: date | None
    next_steps: tuple[NextStep, ...]
    # The channels through which the same person may enrol on that day.
    eligible_by: tuple[Channel, ...] = ()

    @property
    def minded(self) -> tuple[RuleCode, ...]:
        """The conditions that hold with something to mind."""
        return tuple(
            result.rule.code for result in self.results if result.outcome is RuleOutcome.PASS and result.reason
        )

    def to_data(self) -> dict[str, Any]:
        """Return the verdict as JSON keeps it."""
        return {
            "outcome": self.outcome.value,
            "on": self.on.isoformat(),
            "rulesVersion": self.rules_version,
            "results": [_result_data(result) for result in self.results],
            "becomesEligibleOn": _day_data(self.becomes_eligible_on),
            "ceasesEligibleOn": _day_data(self.ceases_eligible_on),
            "nextSteps": [_step_data(step) for step in self.next_steps],
            "eligibleBy": [channel.value for channel in self.eligible_by],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the verdict that `to_data` kept; what an earlier release did not keep is empty."""
        return cls(
            EligibilityOutcome(data["outcome"]),
            date.fromisoformat(data["on"]),
            data["rulesVersion"],
            tuple(_result(result) for result in data["results"]),
            _day(data["becomesEligibleOn"]),
            _day(data["ceasesEligibleOn"]),
            tuple(_step(step) for step in data["nextSteps"]),
            tuple(Channel(channel) for channel in data.get("eligibleBy", ())),
        )


def overall_outcome(results: Sequence[RuleResult]) -> EligibilityOutcome:
    """Return what the answers of all rules come to: one FAIL says no, one UNKNOWN asks, else yes.

    What the person has yet to declare does not keep the record's answer back: the form asks for it.
    """
    if any(result.outcome is RuleOutcome.FAIL for result in results):
        return EligibilityOutcome.NOT_ELIGIBLE
    if any(result.outcome is RuleOutcome.UNKNOWN and not result.declared for result in results):
        return EligibilityOutcome.NEEDS_INFORMATION
    return EligibilityOutcome.ELIGIBLE


def _day_data(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text_data(text: Text | None) -> list[str] | None:
    return None if text is None else [text.zh, text.en]


def _text(kept: Sequence[str] | None) -> Text | None:
    return None if kept is None else Text(*kept)


def _result_data(result: RuleResult) -> dict[str, Any]:
    shown = result.rule
    return {
        "code": shown.code.value,
        "title": _text_data(shown.title),
        "clause": [shown.clause.id, shown.clause.text, shown.clause.binding, shown.clause.place],
        "legalBasis": shown.legal_basis,
        "parameters": [_figure_data(figure) for figure in shown.parameters],
        "outcome": result.outcome.value,
        "reason": _text_data(result.reason),
        "answer": _text_data(result.title),
        "declared": result.declared,
        "facts": [
            [fact.label.zh, fact.label.en, fact.value, fact.source, fact.codes, fact.personal] for fact in result.facts
        ],
    }


def _figure_data(figure: Parameter) -> list[Any]:
    """Return a figure as rows have kept it since there were any; only a figure that is not official says more."""
    data = [
        figure.key,
        figure.value,
        figure.from_.isoformat(),
        _day_data(figure.until),
        figure.legal_basis,
        figure.source,
    ]
    return data if figure.confidence is Confidence.OFFICIAL else [*data, figure.confidence.value]


def _figure(data: Sequence[Any]) -> Parameter:
    key, value, from_, until, basis, source, *confidence = data
    return Parameter(key, value, date.fromisoformat(from_), _day(until), basis, source, *map(Confidence, confidence))


def _result(data: Mapping[str, Any]) -> RuleResult:
    shown = RuleView(
        RuleCode(data["code"]),
        Text(*data["title"]),
        Clause(*data["clause"]),
        data["legalBasis"],
        tuple(_figure(figure) for figure in data["parameters"]),
    )
    facts = tuple(Fact(Text(zh, en), *seen) for zh, en, *seen in data["facts"])
    return RuleResult(
        shown,
        RuleOutcome(data["outcome"]),
        _text(data["reason"]),
        facts,
        _text(data.get("answer")),
        data.get("declared", False),
    )


def _step_data(step: NextStep) -> list[Any]:
    return [_text_data(step.title), _text_data(step.detail), _day_data(step.due), step.url, step.phone]


def _step(data: Sequence[Any]) -> NextStep:
    title, detail, due, *where = data
    return NextStep(Text(*title), Text(*detail), _day(due), *where)
