"""The figures on which contributions rest, in GraphQL."""

from datetime import date

import strawberry

from api.graphql.types import In
from api.law.parameter import Confidence, Parameter
from api.schemes.flexible_employment.contributions.figures import TITLES, format_value
from api.text.i18n import Language


@strawberry.type(description="测算所依据的数据及其有效期、来源。A figure on which the answer rests, with its source.")
class ContributionFigure:
    """A dated figure."""

    figure: strawberry.Private[Parameter]

    @strawberry.field(description="参数名。Its key. Example: medical_rate.")
    def key(self) -> str:
        return self.figure.key

    @strawberry.field(description="名称。What it is called. Example: 缴费基数下限.")
    def title(self, language: In = Language.ZH) -> str:
        return TITLES[self.figure.key][0].say(language)

    @strawberry.field(description="取值，带单位。Its value with the unit. Example: 5,180元/月.")
    def value(self, language: In = Language.ZH) -> str:
        return format_value(self.figure.key, self.figure.value).say(language)

    @strawberry.field(name="from", description="自哪一天起。The first day on which it holds.")
    def from_(self) -> date:
        return self.figure.from_

    @strawberry.field(description="至哪一天止；仍有效时为空。The last day; null while no end is set.")
    def until(self) -> date | None:
        return self.figure.until

    @strawberry.field(description="依据。The legal basis, in Chinese.")
    def legal_basis(self) -> str:
        return self.figure.legal_basis

    @strawberry.field(description="来源。Where it was found, in Chinese.")
    def source(self) -> str:
        return self.figure.source

    @strawberry.field(description="可靠程度。How sure it is.")
    def confidence(self) -> Confidence:
        return self.figure.confidence
