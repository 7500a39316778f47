"""A scheme as one object: everything that the rest of the Hall asks about a scheme."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any, ClassVar

from api.codes.tables import CodeTableName, table
from api.enrolment.case import DistrictChoice
from api.enrolment.form import FieldProblem, Form, FormField, Value
from api.enrolment.models import (
    SchemeEnrolment,
    SchemeEnrolmentChange,
    StoredChange,
    StoredEnrolment,
)
from api.enrolment.scenarios import Scenario
from api.enrolment.status import Coverage
from api.enrolment.store import EnrolmentStore
from api.law import notice
from api.law.clause import Guide
from api.law.notice import Notice
from api.law.parameter import Parameter, Parameters
from api.law.rule import Channel, Example, NextStep, RuleOutcome, RuleView, Verdict
from api.law.rulebook import Rulebook
from api.people.models import Participation, Person, Subsidy
from api.text.i18n import Text


@dataclass(frozen=True, slots=True)
class Record:
    """What is stored of a person, as far as the rules of any scheme may look at it; enrolments newest first."""

    person: Person
    participations: Sequence[Participation]
    subsidies: Sequence[Subsidy]
    enrolments: Sequence[StoredEnrolment]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chooses beside the record: the day, the channel, the district, and the fields of the form."""

    on: date
    channel: Channel = Channel.WEB_HALL
    district: str | None = None
    values: Mapping[str, Value] | None = None

    def value(self, name: str) -> Value:
        """Return a field of the form; None where it was not given."""
        return None if self.values is None else self.values.get(name)


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which two schemes differ: what it is, what it is here, and what it is in the other scheme."""

    label: Text
    here: Text
    there: Text


class Scheme(ABC):
    """A scheme that people can enrol in. A folder of `api/schemes/` has one, as `SCHEME` of its `scheme.py`.

    `name` and `person_field` are its names in the schema and in the access log, `id_prefix` begins the public ids of
    its enrolments, `form_title` and `notice_title` stand above form and notice, `notice_summary` is the notice in two
    sentences, which do not bind, and `payment` says when to pay.
    `rule_codes` describes each condition, Chinese first. `idempotency_names` name enrolling and withdrawing in
    idempotency records. `calculator` is the client's page that computes what to pay. `codes` and `words` are the
    meanings of figures: the code tables, and the texts of other words.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    form_title: ClassVar[Text]
    notice_title: ClassVar[Text]
    notice_summary: ClassVar[Text | None] = None
    payment: ClassVar[Text]
    person_field: ClassVar[str]
    id_prefix: ClassVar[str]
    guide: ClassVar[Guide]
    notices: ClassVar[tuple[Notice, ...]]
    rulebook: ClassVar[Rulebook[Any]]
    parameters: ClassVar[Parameters]
    rule_codes: ClassVar[Mapping[str, str]]
    fields: ClassVar[tuple[FormField, ...]]
    idempotency_names: ClassVar[tuple[str, str]]
    calculator: ClassVar[str | None] = None
    codes: ClassVar[Mapping[str, CodeTableName]] = {}
    words: ClassVar[Mapping[str, Text]] = {}
    enrolments: ClassVar[type[StoredEnrolment]] = SchemeEnrolment
    changes: ClassVar[type[StoredChange]] = SchemeEnrolmentChange

    @abstractmethod
    def coverage(self, on: date) -> Coverage | None:
        """Return the insurances that carry an enrolment, by the law of a day; None where that law lacks them."""

    @abstractmethod
    def case(self, record: Record, choices: Choices) -> Any:
        """Return the case of a record and of what the person chose; the choices have precedence."""

    @abstractmethod
    def judge(self, case: Any) -> Verdict:
        """Return the verdict on a case of this scheme."""

    def scenarios(self) -> Sequence[Scenario]:
        """Return the situations of the scheme's scenarios.toml."""
        return ()

    def rules_on(self, day: date) -> tuple[RuleView, ...]:
        """Return the conditions of a day in the guide's order."""
        return self.rulebook.views(self.parameters.on(day))

    @cache  # noqa: B019 - there is one object for each scheme
    def history_of(self, code: str) -> tuple[Parameter, ...]:
        """Return all periods of each figure of a condition, figure by figure, oldest first."""
        return self.rulebook.history_of(code, self.parameters)

    @cache  # noqa: B019 - there is one object for each scheme
    def examples_of(self, code: str) -> tuple[Example, ...]:
        """Return the situations in which a condition refuses, lacks a fact or gives a notice."""
        return tuple(
            Example(scenario.name, scenario.case.on, scenario.outcomes[code])
            for scenario in self.scenarios()
            if code in scenario.outcomes
            if scenario.outcomes[code] is not RuleOutcome.PASS or code in scenario.notices
        )

    def districts(self, case: Any) -> Sequence[DistrictChoice]:
        """Return the districts that a form offers, and which can be chosen: by default all of them."""
        _ = case
        entries = table(CodeTableName.DISTRICT).entries
        return [DistrictChoice(each.code, True, False, None) for each in entries if each.selectable]

    def cost(self, on: date) -> Text | None:
        """Return what the scheme costs a person at least; None where no figure exists for the day."""
        _ = on
        return None

    def differences(self, other: "Scheme", record: Record, on: date) -> Sequence[Difference]:
        """Return how this scheme differs from another one that the person may join; empty if they are not compared."""
        _ = other, record, on
        return ()

    def next_steps(self, case: Any, cautions: Sequence[str], *, suspended: bool) -> Sequence[NextStep]:
        """Return the advice after enrolling; `cautions` are the conditions that held with a notice at that time."""
        _ = case, cautions, suspended
        return ()

    def contradictions(self, form: Form, person: Person) -> Sequence[FieldProblem]:
        """Return what in the form contradicts the account's document."""
        _ = form, person
        return ()

    def notice_on(self, day: date) -> Notice | None:
        """Return the notice in force on a day."""
        return notice.in_force(self.notices, day)

    def notice_version(self, version: str) -> Notice | None:
        """Return the notice of a version, whether in force or not; None for unknown versions."""
        return next((found for found in self.notices if found.version == version), None)

    @property
    def withdrawal(self) -> Text:
        """What the access log calls a withdrawal."""
        return Text(f"撤回{self.title.zh}", f"Withdrawal: {self.title.en}")

    @cached_property
    def store(self) -> EnrolmentStore:
        """The enrolments as stored."""
        shared = {"scheme": self.name} if self.enrolments is SchemeEnrolment else {}
        return EnrolmentStore(self.enrolments, self.changes, shared, self.coverage)
