"""Verdicts in GraphQL: results of the rules, their facts, and next steps."""

from collections.abc import Sequence
from datetime import date
from enum import Enum

import strawberry

from api.codes.schema import name_of
from api.codes.tables import CodeTableName
from api.graphql.types import In, described, instead
from api.law import rule as ruling
from api.people import masks
from api.schemes.schema import Rule
from api.text.i18n import Language, Text


class FactOrigin(Enum):
    """Where a fact is from."""

    RECORD = ruling.RECORD
    REQUEST = ruling.REQUEST
    CALENDAR = ruling.CALENDAR
    DECLARED = ruling.DECLARED


described(
    FactOrigin,
    "事实的来源。Where a fact is from.",
    RECORD="档案。The record.",
    REQUEST="本次填写。What was filled in.",
    CALENDAR="日历。The calendar.",
    DECLARED="本人声明。A declaration of the person.",
)


@strawberry.type(description="判断所依据的事实。A fact that the rule looked at.")
class Fact:
    """A fact that a rule used."""

    fact: strawberry.Private[ruling.Fact]

    @strawberry.field(description="事实名称。What it is. Example: 出生日期.")
    def label(self, language: In = Language.ZH) -> str:
        return self.fact.label.say(language)

    @strawberry.field(
        description="事实的值；代码显示其名称，出生日期及可推知出生日期的日期脱敏。What it says: a code by its name; the day of birth, and "
        "days that tell it, masked. Example: 2010-**-**."
    )
    def value(self, language: In = Language.ZH) -> str:
        if self.fact.personal:
            return masks.written_day(self.fact.value)
        if self.fact.codes is None:
            return self.fact.value
        return name_of(CodeTableName(self.fact.codes), self.fact.value, language)

    @strawberry.field(description="来源。Where it is from. Example: RECORD.")
    def origin(self) -> FactOrigin:
        return FactOrigin(self.fact.source)

    @strawberry.field(
        description="来源：record 档案、request 本次填写、calendar 日历、declared 本人声明。Where it is from: record, request, "
        "calendar, or declared by the person. Example: record.",
        deprecation_reason=instead("Fact.origin"),
    )
    def source(self) -> str:
        return self.fact.source


HOLDS = Text("符合：{}。", "Met: {}.")


@strawberry.type(description="一条规则的判断结果。What one rule answered, why, and from which facts.")
class RuleResult:
    """The result of one rule in a verdict."""

    result: strawberry.Private[ruling.RuleResult]

    @strawberry.field(description="规则。The rule.")
    def rule(self) -> Rule:
        return Rule(view=self.result.rule)

    @strawberry.field(description="结论。What it answers.")
    def outcome(self) -> ruling.RuleOutcome:
        return self.result.outcome

    @strawberry.field(
        description="结论的标题：规则名称，或不通过、缺少的是什么。What it answers in a few words. Example: 网厅不受理首次参保."
    )
    def title(self, language: In = Language.ZH) -> str:
        return (self.result.title or self.result.rule.title).say(language)

    @strawberry.field(
        description="是否只待本人在登记表上声明：此时 outcome 为 UNKNOWN，但不影响总的结论。Whether it only waits for what the person "
        "declares on the form: `outcome` is UNKNOWN then, and the verdict as a whole is not kept back."
    )
    def declared(self) -> bool:
        return self.result.declared

    @strawberry.field(
        description="结论的理由。Why: what does not hold or is missing; beside PASS that it holds, or what to mind."
    )
    def reason(self, language: In = Language.ZH) -> str:
        if self.result.reason is not None:
            return self.result.reason.say(language)
        return HOLDS.say(language).format(self.result.rule.title.say(language))

    @strawberry.field(
        description="符合时仍须注意的事项；没有时为空。Beside PASS, what to mind all the same; null without."
    )
    def notice(self, language: In = Language.ZH) -> str | None:
        if self.result.outcome is not ruling.RuleOutcome.PASS or self.result.reason is None:
            return None
        return self.result.reason.say(language)

    @strawberry.field(description="依据的事实。The facts it looked at.")
    def facts(self) -> list[Fact]:
        return [Fact(fact=fact) for fact in self.result.facts]


@strawberry.type(description="下一步。Something to do next.")
class NextStep:
    """One piece of advice."""

    step: strawberry.Private[ruling.NextStep]

    @strawberry.field(description="做什么。What to do.")
    def title(self, language: In = Language.ZH) -> str:
        return self.step.title.say(language)

    @strawberry.field(description="怎么做。How.")
    def detail(self, language: In = Language.ZH) -> str:
        return self.step.detail.say(language)

    @strawberry.field(description="截止日期；没有期限时为空。By which day; null where there is none.")
    def due(self) -> date | None:
        return self.step.due

    @strawberry.field(description="网址；没有时为空。Where on the web; null where nowhere.")
    def url(self) -> str | None:
        return self.step.url

    @strawberry.field(description="咨询电话；没有时为空。Whom to call; null where none is known. Example: 12333.")
    def phone(self) -> str | None:
        return self.step.phone


def steps_of(steps: Sequence[ruling.NextStep]) -> list[NextStep]:
    """Return the GraphQL steps."""
    return [NextStep(step=step) for step in steps]


@strawberry.type(
    description="参保资格：结论、理由、会改变的日期、下一步。The verdict with its reasons, the days it changes, what to do."
)
class Eligibility:
    """A verdict."""

    verdict: strawberry.Private[ruling.Verdict]

    @strawberry.field(description="结论。What all rules together answer.")
    def outcome(self) -> ruling.EligibilityOutcome:
        return self.verdict.outcome

    @strawberry.field(description="判断的日期。The day it was judged for.")
    def on(self) -> date:
        return self.verdict.on

    @strawberry.field(description="规则版本。The version of the rules, derived from their content.")
    def rules_version(self) -> str:
        return self.verdict.rules_version

    @strawberry.field(description="每条规则的结果，按指南顺序。What each rule answered, in the guide's order.")
    def results(self) -> list[RuleResult]:
        return [RuleResult(result=result) for result in self.verdict.results]

    @strawberry.field(
        description="将来符合条件的第一天；不会或已经符合时为空。The first later day on which it becomes ELIGIBLE, or null."
    )
    def becomes_eligible_on(self) -> date | None:
        return self.verdict.becomes_eligible_on

    @strawberry.field(
        description="不再符合条件的第一天；不会时为空。The first later day on which it stops being ELIGIBLE, or null."
    )
    def ceases_eligible_on(self) -> date | None:
        return self.verdict.ceases_eligible_on

    @strawberry.field(
        description="当日可以办理的渠道，可换用。The channels through which this person can enrol on that day."
    )
    def eligible_by(self) -> list[ruling.Channel]:
        return list(self.verdict.eligible_by)

    @strawberry.field(description="下一步。What to do next.")
    def next_steps(self) -> list[NextStep]:
        return steps_of(self.verdict.next_steps)
