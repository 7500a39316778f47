"""A condition of a scheme: a pure function of a case and the law of its day, beside the clause that it carries out.

It finds PASS, FAIL or UNKNOWN, says why, shows the facts it looked at, and names the days on which it may find other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from api.schemes.clause import Clause
from api.schemes.parameter import Law
from api.schemes.rule import Fact, RuleCode, RuleOutcome, RuleResult, RuleView
from api.text.i18n import Text


class DatedCase(Protocol):
    """Whatever is judged is judged for a day."""

    @property
    def on(self) -> date:
        """The day."""


Case = TypeVar("Case", bound=DatedCase)


@dataclass(frozen=True, slots=True)
class Caution:
    """The condition holds, and there is something to mind."""

    text: Text


@dataclass(frozen=True, slots=True)
class MissingFact:
    """The condition cannot be decided: this is what has to be known, and in a few words what is missing."""

    text: Text
    title: Text


@dataclass(frozen=True, slots=True)
class OtherReason:
    """The condition does not hold, for another reason than the one that the rule gives; in a few words, which."""

    text: Text
    title: Text


Finding = bool | Caution | MissingFact | OtherReason
"""What a rule finds: True or False, or where there is more to say, one of the others."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Case]):
    """A condition beside its clause: a pure function, what it reads, what it shows, and on which days it may change."""

    code: RuleCode
    title: Text
    clause: Clause
    legal_basis: str
    because: Text
    against: Text
    declared: bool
    reads: tuple[str, ...]
    needs: frozenset[str]
    reads_if_any: tuple[str, ...]
    facts: tuple[Callable[[Case, Law], Iterable[Fact]], ...]
    turns: Callable[[Case, Law], Iterable[date | None]]
    finds: Callable[[Case, Law], Finding]

    def is_laid_down(self, law: Law) -> bool:
        """Return whether the law of the day has all that the condition needs."""
        return self.needs <= law.in_force

    def finding(self, case: Case, law: Law) -> Finding:
        """Return what the condition finds of a case; a question where the law of the day says nothing."""
        return self.finds(case, law) if self.is_laid_down(law) else NO_LAW

    def turning_days(self, case: Case, law: Law) -> Iterable[date | None]:
        """Return the days on which the finding may change while this law is in force."""
        return self.turns(case, law) if self.is_laid_down(law) else ()

    def view(self, law: Law) -> RuleView:
        """Return the rule as it is shown, with the parameters in force."""
        shown = tuple(law[key] for key in (*self.reads, *self.reads_if_any) if key in law)
        return RuleView(self.code, worded(self.title, law), self.clause, self.legal_basis, shown)

    def result(self, case: Case, law: Law, view: RuleView) -> RuleResult:
        """Return what the rule answers, why, and from which facts."""
        finding = self.finding(case, law)
        facts = (
            (Fact(DAY, case.on.isoformat(), "request"),)
            if finding is NO_LAW
            else tuple(fact for facts in self.facts for fact in facts(case, law))
        )
        if finding is True:
            return RuleResult(view, RuleOutcome.PASS, None, facts)
        if finding is False:
            return RuleResult(view, RuleOutcome.FAIL, worded(self.because, law), facts, worded(self.against, law))
        if isinstance(finding, Caution):
            return RuleResult(view, RuleOutcome.PASS, finding.text, facts)
        outcome = RuleOutcome.UNKNOWN if isinstance(finding, MissingFact) else RuleOutcome.FAIL
        return RuleResult(view, outcome, finding.text, facts, finding.title, self.is_declared(finding))

    def is_declared(self, finding: Finding) -> bool:
        """Return whether a finding only waits for what the person declares on the form."""
        return self.declared and isinstance(finding, MissingFact) and finding is not NO_LAW

    def holds(self, finding: Finding) -> bool:
        """Return whether a finding lets the person enrol, with or without something to mind or to declare."""
        return finding is True or isinstance(finding, Caution) or self.is_declared(finding)


DAY = Text("判断日期", "Day judged")
NO_LAW = MissingFact(
    Text(
        "没有当日适用的规定，不能判断，请向社保经办机构咨询。",
        "No rule is recorded for that day. Ask at the social insurance office.",
    ),
    Text("没有当日适用的规定", "No rule for that day"),
)


def worded(text: Text, law: Law) -> Text:
    """Return a text in which parameters in braces stand for their values."""
    if "{" not in text.zh:
        return text
    values = {key: parameter.value for key, parameter in law.items()}
    return Text(text.zh.format_map(_Named(values)), text.en.format_map(_Named(values)))


class _Named(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def never(_case: object, _law: Law) -> tuple[date, ...]:
    """Return no day: time alone does not change the answer."""
    return ()


def rule(  # noqa: PLR0913 - a rule says all of this about itself
    clause: Clause,
    *,
    code: RuleCode,
    title: Text,
    because: Text,
    against: Text,
    legal_basis: str,
    facts: Sequence[Callable[[Case, Law], Iterable[Fact]]],
    turns: Callable[[Case, Law], Iterable[date | None]] = never,
    reads: Sequence[str] = (),
    reads_if_any: Sequence[str] = (),
    declared: bool = False,
) -> Callable[[Callable[[Case, Law], Finding]], Rule[Case]]:
    """Make a rule of the function below: the condition that `clause` lays down.

    `because` says why not, with `{parameter}` for a figure, and `against` the same in a few words. `reads` names the
    parameters without which nothing can be decided, `reads_if_any` those that may be lacking; `turns` gives the days on
    which the answer may change. A `declared` condition is answered by the person on the form, not by the record.
    """
    needs = frozenset(reads)

    def made(finds: Callable[[Case, Law], Finding]) -> Rule[Case]:
        return Rule(
            code=code,
            title=title,
            clause=clause,
            legal_basis=legal_basis,
            because=because,
            against=against,
            declared=declared,
            reads=tuple(reads),
            needs=needs,
            reads_if_any=tuple(reads_if_any),
            facts=tuple(facts),
            turns=turns,
            finds=finds,
        )

    return made
