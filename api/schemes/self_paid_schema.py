"""An insurance that a person pays without an employer, in GraphQL."""

from datetime import date

import strawberry

from api.codes.schema import CodedValue, coded
from api.codes.tables import CodeTableName
from api.enrolment.insurance_period import InsurancePeriod


@strawberry.type(
    description="本人缴纳的本业务险种。An insurance of the scheme that the person pays without an employer, or has suspended."
)
class SelfPaidInsurance:
    """One self-paid period."""

    period: strawberry.Private[InsurancePeriod]

    @strawberry.field(description="险种 AAE140。The insurance. Example: 110.")
    def type(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.INSURANCE_TYPE, code=self.period.type)

    @strawberry.field(description="参保状态 AAC031。Its state. Example: 1.")
    def status(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.PARTICIPATION_STATUS, code=self.period.status)

    @strawberry.field(
        description="参保区县；未登记时为空。The district; null where it is not recorded. Example: 120101."
    )
    def district(self) -> CodedValue | None:
        return coded(CodeTableName.DISTRICT, self.period.district)

    @strawberry.field(description="本次参保开始日期；未登记时为空。Since when; null where it is not recorded.")
    def since(self) -> date | None:
        return self.period.started_on
