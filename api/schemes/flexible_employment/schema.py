"""灵活就业参保 of one person in GraphQL: what it has beside every scheme."""

from typing import Annotated

import strawberry

from api.enrolment.form import Value
from api.graphql.types import instead
from api.law.rule import Channel
from api.people import service as people
from api.people.context import Info
from api.schemes.eligibility import Eligibility
from api.schemes.enrolment_schema import MAX_LISTED
from api.schemes.flexible_employment.case import Subsidy
from api.schemes.flexible_employment.contributions import arguments as paying
from api.schemes.flexible_employment.contributions.calculation import ContributionBase
from api.schemes.flexible_employment.contributions.form import ContributionForm
from api.schemes.flexible_employment.contributions.schema import ContributionsResult, contributions_result
from api.schemes.flexible_employment.enrolment_schema import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.form import POSITION_NATURE, WORKS_IN_CITY
from api.schemes.flexible_employment.law import SCHEME
from api.schemes.person_schema import PERSON_TYPES, ChannelArgument, District, PersonScheme, Values
from api.schemes.schema import On
from api.schemes.shared.declaration_window import DeclarationKind
from api.schemes.shared.retirement import PositionNature


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

    @strawberry.field(
        description=f"参保登记，最新的在前，最多{MAX_LISTED}次。The enrolments, newest first, at most {MAX_LISTED}.",
        deprecation_reason=instead("FlexibleEmployment.enrolmentConnection"),
    )
    async def enrolments(self, info: Info) -> list[FlexibleEmploymentEnrolment]:
        return await self.all_enrolments(info)

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


PERSON_TYPES[SCHEME] = FlexibleEmployment
