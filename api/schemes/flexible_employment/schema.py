"""灵活就业参保 of one person in GraphQL: what it has beside every scheme."""

from datetime import date
from typing import Annotated

import strawberry

from api.codes.schema import CodedValue, coded
from api.codes.tables import CodeTableName
from api.enrolment.form import Value
from api.enrolment.participation import Participation
from api.enrolment.store import period_of
from api.law.rule import Channel
from api.offices.schema import Office, offices_in
from api.people import service as people
from api.people.context import Info
from api.schemes.eligibility import Eligibility
from api.schemes.flexible_employment.case import Subsidy, self_paid_on, self_suspended_on
from api.schemes.flexible_employment.contributions import arguments as paying
from api.schemes.flexible_employment.contributions.calculation import ContributionBase
from api.schemes.flexible_employment.contributions.form import ContributionForm
from api.schemes.flexible_employment.contributions.schema import ContributionsResult, contributions_result
from api.schemes.flexible_employment.enrolment_schema import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.form import POSITION_NATURE, WORKS_IN_CITY
from api.schemes.flexible_employment.law import LAW, SCHEME
from api.schemes.person_schema import PERSON_TYPES, ChannelArgument, District, PersonScheme, Values
from api.schemes.schema import On
from api.schemes.shared.declaration_window import DeclarationKind
from api.schemes.shared.retirement import PositionNature


@strawberry.type(
    description="本人缴纳的职工养老或医疗参保。An insurance of flexible employment that the person pays, or has suspended."
)
class SelfPaidInsurance:
    """One self-paid period."""

    period: strawberry.Private[Participation]

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


@strawberry.type(description="灵活就业参保：参保登记页所需的一切。Everything the enrolment page needs, in one query.")
class FlexibleEmployment(PersonScheme):
    """One person and this scheme."""

    @strawberry.field(
        description="能否参保登记及理由；`on` 可为过去或将来，按当日规则判断。The verdict with its reasons, by the rules of the day."
    )
    async def eligibility(
        self,
        info: Info,
        on: On = None,
        district: District = None,
        position_nature: Annotated[
            PositionNature | None,
            strawberry.argument(
                description="岗位性质，未给出时取档案。The position; the record's where none is given."
            ),
        ] = None,
        channel: ChannelArgument = Channel.WEB_HALL,
        works_in_city: Annotated[
            bool | None,
            strawberry.argument(
                description="本人声明是否在本市灵活就业；未声明时该项为 UNKNOWN。Whether the person declares flexible employment in this city; "
                "without it that condition is UNKNOWN."
            ),
        ] = None,
        values: Values = None,
    ) -> Eligibility:
        chosen: dict[str, Value] = {POSITION_NATURE: position_nature, WORKS_IN_CITY: works_in_city}
        given = self.read(info, values)
        given.update({name: value for name, value in chosen.items() if value is not None})
        return await self.judged(info, on, district, channel, given)

    @strawberry.field(description="现有的参保登记；没有时为空。The enrolment that stands now; null without one.")
    async def current(self, info: Info) -> FlexibleEmploymentEnrolment | None:
        found: FlexibleEmploymentEnrolment | None = await self.standing_enrolment(info)
        return found

    @strawberry.field(description="全部参保登记，最新的在前。All enrolments, newest first.")
    async def enrolments(self, info: Info) -> list[FlexibleEmploymentEnrolment]:
        return await self.all_enrolments(info)

    @strawberry.field(
        description="本人正在缴纳或暂停缴纳的职工养老、医疗：有则已参保，无需登记。The insurances that the person pays without an employer, or "
        "has suspended: with any of them, the person is enrolled already, in the Hall or elsewhere."
    )
    async def self_paid(self, info: Info) -> list[SelfPaidInsurance]:
        today, law = info.context.today, LAW.on(info.context.today)
        periods = [period_of(row) for row in await info.context.load(people.participations, self.person.id)]
        found = self_paid_on(periods, today, law) or self_suspended_on(periods, today, law)
        return [SelfPaidInsurance(period=each) for each in found]

    @strawberry.field(
        description="要缴多少；按档案中的社保补贴计算。What contributions come to, with the subsidy that the record has for each month."
    )
    async def contributions(
        self,
        info: Info,
        first_month: paying.FirstMonth = None,
        period: paying.Period = DeclarationKind.MONTH,
        base: paying.Base = ContributionBase.LOWEST,
        amount: paying.Amount = None,
        insurances: paying.Codes = None,
    ) -> ContributionsResult:
        rows = await info.context.load(people.subsidies, self.person.id)
        subsidies = [Subsidy(row.district, row.starts_on, row.ends_on) for row in rows]
        form = ContributionForm(first_month, period, base, amount, insurances)
        # A subsidy starts in the month after its approval: it counts for months on whose first day it is active.
        return contributions_result(
            form, info.context, lambda month: any(each.is_active_on(month) for each in subsidies)
        )

    @strawberry.field(
        description="本人参保区县的社保经办机构；没有公布的为空表。The social insurance offices of the person's district; empty where none "
        "was published."
    )
    def offices(self, info: Info) -> list[Office]:
        district = self.person.insured_district
        return [] if district is None else offices_in(district, info.context.today)


PERSON_TYPES[SCHEME] = FlexibleEmployment
