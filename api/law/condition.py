"""A condition of a scheme: a pure function of a case and the law of its day, beside the clause that it implements.

Its result is PASS, FAIL or UNKNOWN, with the reason, the facts that it used, and the days on which it may change.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from api.law.case import DatedCase
from api.law.clause import Clause
from api.law.parameter import Law
from api.law.rule import Fact, RuleOutcome, RuleResult, RuleView
from api.text.i18n import Text

Case = TypeVar("Case", bound=DatedCase)


@dataclass(frozen=True, slots=True)
class Caution:
    """The condition holds, with a notice to the person."""

    text: Text


@dataclass(frozen=True, slots=True)
class MissingFact:
    """The condition cannot be decided; `text` asks for the missing fact, `title` names it."""

    text: Text
    title: Text


@dataclass(frozen=True, slots=True)
class OtherReason:
    """The condition does not hold, for another reason than the rule's default one."""

    text: Text
    title: Text


Finding = bool | Caution | MissingFact | OtherReason
"""True and False give the rule's default texts."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Case]):
    """A condition beside its clause. See `rule` for the fields."""

    code: str
    title: Text
    clause: Clause
    legal_basis: str
    refusal: Text
    refusal_title: Text
    declared: bool
    reads: tuple[str, ...]
    needs: frozenset[str]
    reads_if_any: tuple[str, ...]
    facts: tuple[Callable[[Case, Law], Iterable[Fact]], ...]
    changes_on: Callable[[Case, Law], Iterable[date | None]]
    check: Callable[[Case, Law], Finding]

    def is_in_force(self, law: Law) -> bool:
        """Return whether the law of the day has all parameters that the condition needs."""
        return self.needs <= law.in_force

    def finding(self, case: Case, law: Law) -> Finding:
        """Return the result for a case; NO_LAW if the law of the day lacks a parameter."""
        return self.check(case, law) if self.is_in_force(law) else NO_LAW

    def change_days(self, case: Case, law: Law) -> Iterable[date | None]:
        """Return the days on which the finding may change while this law is in force."""
        return self.changes_on(case, law) if self.is_in_force(law) else ()

    def view(self, law: Law, scheme: str) -> RuleView:
        """Return the rule of a scheme for display, with the parameters in force."""
        shown = tuple(law[key] for key in (*self.reads, *self.reads_if_any) if key in law)
        return RuleView(self.code, fill_in(self.title, law), self.clause, self.legal_basis, shown, scheme)

    def result(self, case: Case, law: Law, view: RuleView) -> RuleResult:
        """Return the rule's outcome with its reason and facts."""
        finding = self.finding(case, law)
        facts = (
            (Fact(DAY, case.on.isoformat(), "request"),)
            if finding is NO_LAW
            else tuple(fact for facts in self.facts for fact in facts(case, law))
        )
        if finding is True:
            return RuleResult(view, RuleOutcome.PASS, None, facts)
        if finding is False:
            return RuleResult(
                view, RuleOutcome.FAIL, fill_in(self.refusal, law), facts, fill_in(self.refusal_title, law)
            )
        if isinstance(finding, Caution):
            return RuleResult(view, RuleOutcome.PASS, finding.text, facts)
        outcome = RuleOutcome.UNKNOWN if isinstance(finding, MissingFact) else RuleOutcome.FAIL
        return RuleResult(view, outcome, finding.text, facts, finding.title, self.is_declared(finding))

    def is_declared(self, finding: Finding) -> bool:
        """Return whether a finding depends only on the person's declaration on the form."""
        return self.declared and isinstance(finding, MissingFact) and finding is not NO_LAW

    def holds(self, finding: Finding) -> bool:
        """Return whether a finding allows the enrolment, possibly with a notice or a declaration."""
        return finding is True or isinstance(finding, Caution) or self.is_declared(finding)


DAY = Text("判断日期", "Day judged")
NO_LAW = MissingFact(
    Text(
        "没有当日适用的规定，不能判断，请向社保经办机构咨询。",
        "No rule is recorded for that day. Ask at the social insurance office.",
    ),
    Text("没有当日适用的规定", "No rule for that day"),
)


def fill_in(text: Text, law: Law) -> Text:
    """Replace `{parameter}` in a text by its value."""
    if "{" not in text.zh:
        return text
    values = {key: parameter.value for key, parameter in law.items()}
    return Text(text.zh.format_map(_Named(values)), text.en.format_map(_Named(values)))


class _Named(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def no_days(_case: object, _law: Law) -> tuple[date, ...]:
    """Return no day, for a condition that does not depend on time."""
    return ()


def rule(  # noqa: PLR0913 - the fields of a rule
    clause: Clause,
    *,
    code: str,
    title: Text,
    refusal: Text,
    refusal_title: Text,
    legal_basis: str,
    facts: Sequence[Callable[[Case, Law], Iterable[Fact]]],
    changes_on: Callable[[Case, Law], Iterable[date | None]] = no_days,
    reads: Sequence[str] = (),
    reads_if_any: Sequence[str] = (),
    declared: bool = False,
) -> Callable[[Callable[[Case, Law], Finding]], Rule[Case]]:
    """Make a rule of the decorated function: the condition that `clause` lays down.

    `refusal` is the reason of a FAIL, with `{parameter}` for a figure, and `refusal_title` its short form. `reads`
    names the required parameters, `reads_if_any` the optional ones; `changes_on` returns the days on which the result
    may change. A `declared` condition is decided by the person's declaration on the form, not by the record.
    """
    needs = frozenset(reads)

    def decorate(check: Callable[[Case, Law], Finding]) -> Rule[Case]:
        return Rule(
            code=code,
            title=title,
            clause=clause,
            legal_basis=legal_basis,
            refusal=refusal,
            refusal_title=refusal_title,
            declared=declared,
            reads=tuple(reads),
            needs=needs,
            reads_if_any=tuple(reads_if_any),
            facts=tuple(facts),
            changes_on=changes_on,
            check=check,
        )

    return decorate
