"""Clauses, rules and their parameters in GraphQL."""

from datetime import date
from typing import Annotated

import strawberry

from api.codes.schema import name_of
from api.enrolment.scheme import Scheme as AnyScheme
from api.graphql.types import In
from api.law import clause as clauses
from api.law import rule as ruling
from api.law.parameter import Parameter
from api.schemes.enums import RuleCode, SchemeName
from api.schemes.registry import SCHEMES
from api.text.i18n import Language, Text

SchemeArgument = Annotated[SchemeName | None, strawberry.argument(description="业务，默认灵活就业。The scheme.")]
On = Annotated[
    date | None,
    strawberry.argument(
        description="哪一天，默认今天（北京时间）。The day, today in Asia/Shanghai by default. Example: 2026-12-20."
    ),
]


@strawberry.type(description="官方原文的一条，逐字引用。The official text, word for word.")
class Clause:
    """One clause of a guide."""

    id: strawberry.ID = strawberry.field(
        description="条款编号，如 FE-5；由本厅所加，供引用。Its number, given by this Hall to cite it by. Example: FE-5."
    )
    text: str = strawberry.field(
        description="原文，含官方的编号。The text, in Chinese as published, with its official number."
    )
    form: clauses.ClauseForm = strawberry.field(
        description="是正文、标题、小标题还是列项。A paragraph, a heading, a subheading or an item. Example: HEADING."
    )


def clause_of(found: clauses.Clause) -> Clause:
    """Return the GraphQL clause."""
    return Clause(id=strawberry.ID(found.id), text=found.text, form=found.form)


@strawberry.type(description="规则的参数及其有效期。A parameter of a rule, and when it holds.")
class RuleParameter:
    """A dated figure."""

    parameter: strawberry.Private[Parameter]
    scheme: strawberry.Private[str]

    @strawberry.field(description="参数名。Its name. Example: minimum_age.")
    def key(self) -> str:
        return self.parameter.key

    @strawberry.field(description="参数值。Its value. Example: 16.")
    def value(self) -> str:
        return self.parameter.value

    @strawberry.field(
        description="取值的含义：代码显示其名称。What the value means: codes by their names. Example: 居民身份证（户口簿）."
    )
    def meaning(self, language: In = Language.ZH) -> str:
        return COMMA.say(language).join(
            _meaning(SCHEMES[self.scheme], self.parameter.key, word, language) for word in self.parameter.value.split()
        )

    @strawberry.field(name="from", description="自哪一天起。The first day on which it holds.")
    def from_(self) -> date:
        return self.parameter.from_

    @strawberry.field(description="至哪一天止；仍有效时为空。The last day; null while no end is set.")
    def until(self) -> date | None:
        return self.parameter.until

    @strawberry.field(
        description="这一取值的法律依据，中文。The legal basis of this value in this period, in Chinese as it is published."
    )
    def legal_basis(self) -> str:
        return self.parameter.legal_basis

    @strawberry.field(
        description="取值的出处，中文。Where the value is published, in Chinese. Example: 附件1 男职工延迟法定退休年龄对照表."
    )
    def source(self) -> str:
        return self.parameter.source


COMMA = Text("、", ", ")


def _meaning(scheme: AnyScheme, key: str, word: str, language: Language | None) -> str:
    if key in scheme.codes:
        return name_of(scheme.codes[key], word, language)
    return scheme.words[word].say(language) if word in scheme.words else word


@strawberry.type(description="一种情形及某条规则的结论。A situation, and what one rule answers.")
class RuleExample:
    """An example."""

    situation: str = strawberry.field(description="情形，中文。The situation, in Chinese as it was written.")
    on: date = strawberry.field(description="判断的日期。The day it was judged for.")
    outcome: ruling.RuleOutcome = strawberry.field(description="结论。What the rule answers.")


@strawberry.type(
    description="一条参保规则：条件、原文条款、法律依据、参数。A condition with its clause, legal basis and figures."
)
class Rule:
    """A rule with its history and examples."""

    view: strawberry.Private[ruling.RuleView]

    @strawberry.field(description="规则代码。Which rule.")
    def code(self) -> RuleCode:
        return RuleCode(self.view.code)

    @strawberry.field(description="规则名称。Its title. Example: 年满16周岁.")
    def title(self, language: In = Language.ZH) -> str:
        return self.view.title.say(language)

    @strawberry.field(description="所依据的办事指南条款。The clause of the guide that it carries out.")
    def clause(self) -> Clause:
        return clause_of(self.view.clause)

    @strawberry.field(description="法律依据。The legal basis.")
    def legal_basis(self) -> str:
        return self.view.legal_basis

    @strawberry.field(description="当日有效的参数。The parameters in force on the day.")
    def parameters(self) -> list[RuleParameter]:
        return [RuleParameter(parameter=each, scheme=self.view.scheme) for each in self.view.parameters]

    @strawberry.field(
        description="各参数的历次取值，按时间。Every period of every parameter, oldest first: the rule through time."
    )
    def history(self) -> list[RuleParameter]:
        scheme = self.view.scheme
        return [RuleParameter(parameter=each, scheme=scheme) for each in SCHEMES[scheme].history_of(self.view.code)]

    @strawberry.field(
        description="说明这条规则的情形，由业务人员编写、逐条核对。Situations in which the rule refuses, lacks a fact or gives a notice; "
        "each is checked against the rules."
    )
    def examples(self) -> list[RuleExample]:
        return [
            RuleExample(situation=example.situation, on=example.on, outcome=example.outcome)
            for example in SCHEMES[self.view.scheme].examples_of(self.view.code)
        ]
