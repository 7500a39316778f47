"""What can come of enrolling and of withdrawing: one frozen value for each answer."""

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
    """Nobody is signed in, or somebody who has no record of their own."""

    signed_in: bool


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no such enrolment, or none that the asker may see."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The form has problems."""

    problems: Sequence[FieldProblem]


@dataclass(frozen=True, slots=True)
class Outdated:
    """The notice that was accepted is not the one in force."""

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
    """What would be stored, had it not been a dry run."""

    lines: tuple[Line, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Done:
    """An enrolment as it stands now; `replayed` where an earlier answer is given again.

    `standing` is where it stands by the record, where that has been read already.
    """

    enrolment: FlexibleEmploymentEnrolment
    replayed: bool
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class NotWithdrawn:
    """The enrolment is past withdrawing."""

    enrolment: FlexibleEmploymentEnrolment


Registered = Done | Preview | NotQualified | Enrolled | Invalid | Outdated | Conflicting | Forbidden
Withdrawn = Done | NotWithdrawn | Invalid | Conflicting | Forbidden | NotFound
