"""What rules answer: outcomes with their reasons and facts, and verdicts.

All of it is frozen data, so that a verdict can say a year later what it said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from api.language import Text
from api.schemes.clause import Clause
from api.schemes.parameter import Confidence, Parameter


class RuleCode(StrEnum):
    """The conditions, by the names of the schema."""

    IDENTITY_DOCUMENT = "IDENTITY_DOCUMENT"
    MINIMUM_AGE = "MINIMUM_AGE"
    RETIREMENT_AGE = "RETIREMENT_AGE"
    NOT_DRAWING_PENSION = "NOT_DRAWING_PENSION"
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
    """A rule and what it answered."""

    rule: RuleView
    outcome: RuleOutcome
    reason: Text | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A situation in the words of those who know the law, on a day, and what one rule answers."""

    situation: str
    on: date
    outcome: RuleOutcome


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do next, by when, and where on the web."""

    title: Text
    detail: Text
    due: date | None = None
    url: str | None = None


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
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the verdict that `to_data` kept."""
        return cls(
            EligibilityOutcome(data["outcome"]),
            date.fromisoformat(data["on"]),
            data["rulesVersion"],
            tuple(_result(result) for result in data["results"]),
            _day(data["becomesEligibleOn"]),
            _day(data["ceasesEligibleOn"]),
            tuple(_step(step) for step in data["nextSteps"]),
        )


def together(outcomes: Sequence[RuleOutcome]) -> EligibilityOutcome:
    """Return what the answers of all rules come to: one FAIL says no, one UNKNOWN asks, else yes."""
    if RuleOutcome.FAIL in outcomes:
        return EligibilityOutcome.NOT_ELIGIBLE
    if RuleOutcome.UNKNOWN in outcomes:
        return EligibilityOutcome.NEEDS_INFORMATION
    return EligibilityOutcome.ELIGIBLE


def _day_data(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text_data(text: Text | None) -> list[str] | None:
    return None if text is None else [text.zh, text.en]


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
    reason = None if data["reason"] is None else Text(*data["reason"])
    return RuleResult(shown, RuleOutcome(data["outcome"]), reason, facts)


def _step_data(step: NextStep) -> list[Any]:
    return [_text_data(step.title), _text_data(step.detail), _day_data(step.due), step.url]


def _step(data: Sequence[Any]) -> NextStep:
    title, detail, due, url = data
    return NextStep(Text(*title), Text(*detail), _day(due), url)
