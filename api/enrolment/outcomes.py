"""The results of enrolling and withdrawing: one frozen type each."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.enrolment.form import FieldProblem
from api.enrolment.models import StoredEnrolment
from api.enrolment.receipt import Line
from api.enrolment.status import Standing
from api.law.notice import Notice
from api.law.rule import Verdict


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The request has no signed-in account, or one without a record of its own."""

    signed_in: bool


@dataclass(frozen=True, slots=True)
class NotFound:
    """The enrolment does not exist, or the principal may not see it."""


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

    enrolment: StoredEnrolment


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

    enrolment: StoredEnrolment
    replayed: bool
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class NotWithdrawn:
    """The enrolment cannot be withdrawn any more."""

    enrolment: StoredEnrolment


Registered = Done | Preview | NotQualified | Enrolled | Invalid | Outdated | Conflicting | Forbidden
Withdrawn = Done | NotWithdrawn | Invalid | Conflicting | Forbidden | NotFound
