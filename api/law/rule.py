"""Results of rules: outcomes with reasons and facts, and verdicts.

All of it is frozen, serializable data, so that a stored verdict stays readable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from api.law.clause import Clause
from api.law.parameter import Confidence, Parameter
from api.text.i18n import Text


class RuleOutcome(StrEnum):
    """The outcome of one rule."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class EligibilityOutcome(StrEnum):
    """The overall outcome."""

    ELIGIBLE = "ELIGIBLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NEEDS_INFORMATION = "NEEDS_INFORMATION"


class Channel(StrEnum):
    """The channel of an enrolment."""

    WEB_HALL = "WEB_HALL"
    APP = "APP"
    KIOSK = "KIOSK"
    COUNTER = "COUNTER"


RECORD, REQUEST, CALENDAR, DECLARED = "record", "request", "calendar", "declared"
"""The sources of facts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a rule used; `source` is record, request, calendar or declared, `codes` the table of a coded value.

    A fact that reveals the date of birth is `personal`: it is stored in full with the verdict and displayed masked.
    """

    label: Text
    value: str
    source: str
    codes: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of a scheme for display, with the parameters in force on a day; `code` is unique within the scheme."""

    code: str
    title: Text
    clause: Clause
    legal_basis: str
    parameters: tuple[Parameter, ...]
    scheme: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule and its outcome.

    `title` is the short form of a refusal or a missing fact; None means the rule's own title. `declared` marks an
    outcome that only depends on the person's declaration on the form.
    """

    rule: RuleView
    outcome: RuleOutcome
    reason: Text | None
    facts: tuple[Fact, ...]
    title: Text | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A situation on a day, described by domain experts, and the outcome of one rule."""

    situation: str
    on: date
    outcome: RuleOutcome


@dataclass(frozen=True, slots=True)
class NextStep:
    """A piece of advice with its deadline, web address and telephone number."""

    title: Text
    detail: Text
    due: date | None = None
    url: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The overall outcome for one case on one day, with everything that it is based on."""

    outcome: EligibilityOutcome
    on: date
    rules_version: str
    results: tuple[RuleResult, ...]
    becomes_eligible_on: date | None
    ceases_eligible_on: date | None
    next_steps: tuple[NextStep, ...]
    # The channels through which this person may enrol on that day.
    eligible_by: tuple[Channel, ...] = ()

    @property
    def cautions(self) -> tuple[str, ...]:
        """The conditions that hold with a notice."""
        return tuple(
            result.rule.code for result in self.results if result.outcome is RuleOutcome.PASS and result.reason
        )

    def to_data(self) -> dict[str, Any]:
        """Return the verdict as JSON data."""
        return {
            "outcome": self.outcome.value,
            "on": self.on.isoformat(),
            "rulesVersion": self.rules_version,
            "results": [_result_to_data(result) for result in self.results],
            "becomesEligibleOn": _day_to_data(self.becomes_eligible_on),
            "ceasesEligibleOn": _day_to_data(self.ceases_eligible_on),
            "nextSteps": [_step_to_data(step) for step in self.next_steps],
            "eligibleBy": [channel.value for channel in self.eligible_by],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any], scheme: str) -> Self:
        """Return the verdict of `to_data` on a scheme; fields that earlier releases did not store are empty."""
        return cls(
            EligibilityOutcome(data["outcome"]),
            date.fromisoformat(data["on"]),
            data["rulesVersion"],
            tuple(_result_from_data(result, scheme) for result in data["results"]),
            _day_from_data(data["becomesEligibleOn"]),
            _day_from_data(data["ceasesEligibleOn"]),
            tuple(_step_from_data(step) for step in data["nextSteps"]),
            tuple(Channel(channel) for channel in data.get("eligibleBy", ())),
        )


def overall_outcome(results: Sequence[RuleResult]) -> EligibilityOutcome:
    """Return NOT_ELIGIBLE for any FAIL, else NEEDS_INFORMATION for any UNKNOWN, else ELIGIBLE.

    A pending declaration does not count as UNKNOWN: the form asks for it.
    """
    if any(result.outcome is RuleOutcome.FAIL for result in results):
        return EligibilityOutcome.NOT_ELIGIBLE
    if any(result.outcome is RuleOutcome.UNKNOWN and not result.declared for result in results):
        return EligibilityOutcome.NEEDS_INFORMATION
    return EligibilityOutcome.ELIGIBLE


def _day_to_data(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_from_data(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text_to_data(text: Text | None) -> list[str] | None:
    return None if text is None else [text.zh, text.en]


def _text_from_data(data: Sequence[str] | None) -> Text | None:
    return None if data is None else Text(*data)


def _result_to_data(result: RuleResult) -> dict[str, Any]:
    shown = result.rule
    return {
        "code": str(shown.code),
        "title": _text_to_data(shown.title),
        "clause": [shown.clause.id, shown.clause.text, shown.clause.binding, shown.clause.place],
        "legalBasis": shown.legal_basis,
        "parameters": [_parameter_to_data(figure) for figure in shown.parameters],
        "outcome": result.outcome.value,
        "reason": _text_to_data(result.reason),
        "answer": _text_to_data(result.title),
        "declared": result.declared,
        "facts": [
            [fact.label.zh, fact.label.en, fact.value, fact.source, fact.codes, fact.personal] for fact in result.facts
        ],
    }


def _parameter_to_data(figure: Parameter) -> list[Any]:
    """Return a figure in the stored format; `confidence` was added later and is omitted if official."""
    data = [
        figure.key,
        figure.value,
        figure.from_.isoformat(),
        _day_to_data(figure.until),
        figure.legal_basis,
        figure.source,
    ]
    return data if figure.confidence is Confidence.OFFICIAL else [*data, figure.confidence.value]


def _parameter_from_data(data: Sequence[Any]) -> Parameter:
    key, value, from_, until, basis, source, *confidence = data
    return Parameter(
        key, value, date.fromisoformat(from_), _day_from_data(until), basis, source, *map(Confidence, confidence)
    )


def _result_from_data(data: Mapping[str, Any], scheme: str) -> RuleResult:
    shown = RuleView(
        data["code"],
        Text(*data["title"]),
        Clause(*data["clause"]),
        data["legalBasis"],
        tuple(_parameter_from_data(figure) for figure in data["parameters"]),
        scheme,
    )
    facts = tuple(Fact(Text(zh, en), *others) for zh, en, *others in data["facts"])
    return RuleResult(
        shown,
        RuleOutcome(data["outcome"]),
        _text_from_data(data["reason"]),
        facts,
        _text_from_data(data.get("answer")),
        data.get("declared", False),
    )


def _step_to_data(step: NextStep) -> list[Any]:
    return [_text_to_data(step.title), _text_to_data(step.detail), _day_to_data(step.due), step.url, step.phone]


def _step_from_data(data: Sequence[Any]) -> NextStep:
    title, detail, due, *where = data
    return NextStep(Text(*title), Text(*detail), _day_from_data(due), *where)
