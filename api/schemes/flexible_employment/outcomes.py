"""The results of enrolling and withdrawing: one frozen type each."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.enrolment.receipt import Line
from api.schemes.flexible_employment.enrolment_status import Standing
from api.schemes.flexible_employment.form import FieldProblem
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.notice import Notice
from api.schemes.rule import Verdict


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The request has no signed-in account, or one without a record of its own."""

    signed_in: bool


@dataclass(frozen=True, slots=True)
class NotFound:
    """The enrolment does not exist, or the asker may not see it."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The form has problems."""

    problems: Sequence[FieldProblem]


@dataclass(frozen=True, slots=True)
class Outdated:
    """The accepted notice is not the one in force."""

    current: Notice


@dataclass(frozen=True, slots=True)
class Conflicting:
    """The key was used with other content."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The person is enrolled already."""

    enrolment: FlexibleEmploymentEnrolment


@dataclass(frozen=True, slots=True)
class NotQualified:
    """The rules say no, or lack a fact."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Preview:
    """The result of a dry run."""

    lines: tuple[Line, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Done:
    """The current enrolment; `replayed` marks the stored result of an earlier request.

    `standing` is its status by the record, if the caller has read it already.
    """

    enrolment: FlexibleEmploymentEnrolment
    replayed: bool
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class NotWithdrawn:
    """The enrolment cannot be withdrawn any more."""

    enrolment: FlexibleEmploymentEnrolment


Registered = Done | Preview | NotQualified | Enrolled | Invalid | Outdated | Conflicting | Forbidden
Withdrawn = Done | NotWithdrawn | Invalid | Conflicting | Forbidden | NotFound
