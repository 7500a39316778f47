"""Contributions in GraphQL: for the public, and with the subsidy of one's own record."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import strawberry

from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.graphql.scalars import Month
from api.graphql.types import In, MonthSpan, instead
from api.law.parameter import Confidence
from api.people.context import Context, Info
from api.schemes.field_problems import InvalidInput, invalid_input
from api.schemes.flexible_employment.contributions import calculation, form
from api.schemes.flexible_employment.contributions.arguments import (
    Amount,
    Base,
    Codes,
    FirstMonth,
    Period,
    Subsidised,
)
from api.schemes.flexible_employment.contributions.calculation import ContributionBase
from api.schemes.flexible_employment.contributions.figures import MEDICAL
from api.schemes.flexible_employment.contributions.figures_schema import ContributionFigure
from api.schemes.flexible_employment.contributions.notes import notes_of
from api.schemes.shared.declaration_window import DeclarationKind
from api.text.i18n import Language, Text

FEN = calculation.FEN
REFERENCE = Text(
    "参考，以税务部门核定为准。", "For reference only: the amount that the tax authority assesses is what counts."
)
SERIOUS_ILLNESS = Text("大额医疗救助", "Serious-illness medical aid")
LONG_TERM_CARE = Text("长期护理保险", "Long-term care insurance")


def _confidence(*, is_reference: bool) -> Confidence:
    return Confidence.SECONDARY if is_reference else Confidence.OFFICIAL


@strawberry.type(
    description="一个险种的缴费额。金额单位：分。What one insurance costs. Amounts are in fen (1/100 yuan)."
)
class ContributionLine:
    """One insurance."""

    line: strawberry.Private[calculation.Line]

    @strawberry.field(description="险种。The insurance. Example: 110.")
    def insurance(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.INSURANCE_TYPE, code=self.line.insurance.code)

    @strawberry.field(
        description="费率；没有查到或各月不同时为空。The rate; null where none was found, or months differ. Example: 8.5%."
    )
    def rate(self) -> str | None:
        return None if self.line.rate is None else f"{self.line.rate}%"

    @strawberry.field(description="计入几个月。For how many months it is counted.")
    def months(self) -> int:
        return len(self.line.paid)

    @strawberry.field(
        description="因没有查到数据而未计入的月份，如 2026-01。Months that are not counted, as a figure was not found. Example: 2026-01."
    )
    def missing_months(self) -> list[str]:
        missing = {*self.line.without_base, *self.line.without_rate}
        return [_named(month) for month in sorted(missing)]

    @strawberry.field(
        description="每月金额（分）；没有查到或各月不同时为空。A month in fen; null where none was found, or months differ."
    )
    def monthly_amount(self) -> int | None:
        return self.line.monthly

    @strawberry.field(
        description="合计（分）；没有查到时为空。All counted months in fen; null where none is. Example: 103600."
    )
    def amount(self) -> int | None:
        return self.line.amount

    @strawberry.field(
        description="其中记入个人账户（分）；没有查到标准时为空。Of it to the own account, in fen; null where no figure says so."
    )
    def own_account(self) -> int | None:
        return self.line.own_account

    @strawberry.field(description="社保补贴（分）。What a subsidy gives back, in fen; 0 without one.")
    def subsidy(self) -> int:
        return self.line.subsidy

    @strawberry.field(description="可靠程度。How sure the figures are of which the amount is made.")
    def confidence(self) -> Confidence:
        return _confidence(is_reference=self.line.is_reference)


@strawberry.type(description="另外还要缴的项目。Something that is paid on top, and is in no amount here.")
class ContributionOnTop:
    """A contribution on top of the insurances."""

    name: strawberry.Private[Text]
    yearly_amount: int | None = strawberry.field(
        description="每年金额（分）；没有查到时为空。A year in fen; null where it was not found."
    )
    confidence: Confidence | None = strawberry.field(
        description="可靠程度；没有金额时为空。How sure the amount is; null without one."
    )

    @strawberry.field(description="名称。What it is called. Example: 大额医疗救助.")
    def title(self, language: In = Language.ZH) -> str:
        return self.name.say(language)


@strawberry.type(
    description="灵活就业缴费测算。金额单位：分。What flexible employment pays. Amounts are in fen (1/100 yuan), rounded half up "
    "month by month."
)
class Contributions:
    """The result of the calculation."""

    result: strawberry.Private[calculation.Contributions]

    @strawberry.field(description="按月、按季或按年。A month, a quarter or a year.")
    def period(self) -> DeclarationKind:
        return self.result.request.kind

    @strawberry.field(description="所算的月份。The months that are calculated.")
    def span(self) -> MonthSpan:
        months = self.result.request.months
        return MonthSpan(from_=Month(_named(months[0])), until=Month(_named(months[-1])))

    @strawberry.field(
        description="起始月份。The first month. Example: 2026-04.", deprecation_reason=instead("Contributions.span")
    )
    def first_month(self) -> str:
        return _named(self.result.request.months[0])

    @strawberry.field(
        description="截止月份。The last month. Example: 2026-06.", deprecation_reason=instead("Contributions.span")
    )
    def last_month(self) -> str:
        return _named(self.result.request.months[-1])

    @strawberry.field(description="共几个月。How many months that is.")
    def months(self) -> int:
        return len(self.result.request.months)

    @strawberry.field(
        description="每月缴费基数（分）；各月不同时为空。The base a month in fen; null where months differ. Example: 518000."
    )
    def base(self) -> int | None:
        return self.result.base

    @strawberry.field(
        description="缴费基数下限（分）；没有查到时为空。The lowest base a month, in fen; null where it was not found."
    )
    def lowest_base(self) -> int | None:
        return None if self.result.limits is None else self.result.limits.lowest

    @strawberry.field(
        description="缴费基数上限（分）；没有查到时为空。The highest base a month, in fen; null where it was not found."
    )
    def highest_base(self) -> int | None:
        return None if self.result.limits is None else self.result.limits.highest

    @strawberry.field(description="各险种的金额。Each insurance that was asked about.")
    def lines(self) -> list[ContributionLine]:
        return [ContributionLine(line=line) for line in self.result.lines]

    @strawberry.field(
        description="合计（分），不含没有查到的部分；全部没有查到时为空。All together in fen, without what was not found; null where nothing "
        "was. Example: 147630."
    )
    def amount(self) -> int | None:
        return self.result.amount

    @strawberry.field(description="每个险种每个月是否都已计入。Whether every insurance is counted for every month.")
    def complete(self) -> bool:
        return all(line.paid == self.result.request.months for line in self.result.lines)

    @strawberry.field(
        description="其中记入个人账户（分）；没有查到标准时为空。Of it to the own accounts, in fen; null where no figure says so."
    )
    def own_account(self) -> int | None:
        return self.result.own_account

    @strawberry.field(description="社保补贴（分）。What a subsidy gives back, in fen; 0 without one.")
    def subsidy(self) -> int:
        return self.result.subsidy

    @strawberry.field(
        description="合计减去补贴（分）；没有合计时为空。All together less the subsidy, in fen; null without an amount."
    )
    def amount_after_subsidy(self) -> int | None:
        return None if self.result.amount is None else self.result.amount - self.result.subsidy

    @strawberry.field(description="可靠程度。How sure the figures are of which the amount is made.")
    def confidence(self) -> Confidence:
        return _confidence(is_reference=self.result.is_reference)

    @strawberry.field(
        description="只供参考时须同时显示的话；否则为空。What is shown beside amounts that are for reference only; null otherwise."
    )
    def caution(self, language: In = Language.ZH) -> str | None:
        return REFERENCE.say(language) if self.result.is_reference else None

    @strawberry.field(description="另外还要缴、不在合计之内的项目。What is paid on top, and is in no amount here.")
    def on_top(self) -> list[ContributionOnTop]:
        if MEDICAL not in self.result.request.insurances:
            return []
        aid = self.result.serious_illness
        return [
            ContributionOnTop(
                name=SERIOUS_ILLNESS,
                yearly_amount=None if aid is None else int(aid.value) * FEN,
                confidence=None if aid is None else aid.confidence,
            ),
            ContributionOnTop(name=LONG_TERM_CARE, yearly_amount=None, confidence=None),
        ]

    @strawberry.field(description="说明：缺少什么、怎样舍入等。What is missing, how it was rounded, and the like.")
    def notes(self, language: In = Language.ZH) -> list[str]:
        return [note.say(language) for note in notes_of(self.result)]

    @strawberry.field(description="所依据的数据。The figures on which all this rests.")
    def figures(self) -> list[ContributionFigure]:
        return [ContributionFigure(figure=figure) for figure in self.result.figures]


ContributionsResult = Annotated[
    Contributions | InvalidInput,
    strawberry.union("ContributionsResult", description="缴费测算的结果。What came of asking about contributions."),
]


def contributions_result(
    arguments: form.ContributionForm, context: Context, is_subsidised: Callable[[date], bool]
) -> Contributions | InvalidInput:
    """Return the contributions, or the problems of the form. `is_subsidised` is called for each month."""
    request, problems = form.read_contribution_form(arguments, form.declared_month(context.today))
    if request is None:
        return invalid_input(problems, context)
    return Contributions(result=calculation.contributions(form.with_subsidy(request, is_subsidised)))


def _named(month: date) -> str:
    return f"{month.year:04}-{month.month:02}"


@strawberry.type
class ContributionsQuery:
    """The part of Query about contributions, which anyone may ask."""

    @strawberry.field(
        description="灵活就业要缴多少，公开。本人享受补贴的情况见 `FlexibleEmployment.contributions`。What flexible employment pays. "
        "Public; with the subsidy of one's own record, see `FlexibleEmployment.contributions`."
    )
    def contributions(
        self,
        info: Info,
        first_month: FirstMonth = None,
        period: Period = DeclarationKind.MONTH,
        base: Base = ContributionBase.LOWEST,
        amount: Amount = None,
        insurances: Codes = None,
        subsidised: Subsidised = False,
    ) -> ContributionsResult | None:
        request = form.ContributionForm(first_month, period, base, amount, insurances)
        return contributions_result(request, info.context, lambda _: bool(subsidised))
