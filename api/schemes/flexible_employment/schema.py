"""灵活就业参保 of one person in GraphQL: verdict, districts, enrolments."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import strawberry

from api.codes.schema import CodedValue, coded
from api.codes.tables import CodeTableName
from api.graphql.types import In
from api.offices.schema import Office, offices_in
from api.people import service as people
from api.people.context import Info
from api.people.models import Person
from api.schemes.eligibility import Eligibility
from api.schemes.flexible_employment import enrolment_queries, service
from api.schemes.flexible_employment.case import Case, Subsidy, self_paid_on, self_suspended_on
from api.schemes.flexible_employment.contributions import arguments as paying
from api.schemes.flexible_employment.contributions.calculation import ContributionBase
from api.schemes.flexible_employment.contributions.form import ContributionForm
from api.schemes.flexible_employment.contributions.schema import ContributionsResult, contributions_result
from api.schemes.flexible_employment.enrolment_schema import FlexibleEmploymentEnrolment, enrolment_of
from api.schemes.flexible_employment.law import LAW
from api.schemes.flexible_employment.participation import Participation
from api.schemes.flexible_employment.verdict import DistrictChoice, district_options, judge
from api.schemes.rule import Channel, PositionNature
from api.schemes.schema import On
from api.schemes.shared.declaration_window import DeclarationKind
from api.text.i18n import Language


@strawberry.type(description="可选的参保区县（统筹区）。A district, whether it can be chosen, and why not.")
class DistrictOption:
    """One line of the district drop-down."""

    choice: strawberry.Private[DistrictChoice]

    @strawberry.field(description="区县。The district.")
    def district(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.DISTRICT, code=self.choice.code)

    @strawberry.field(description="可否选择。Whether it can be chosen.")
    def selectable(self) -> bool:
        return self.choice.selectable

    @strawberry.field(description="是否默认选中。Whether a form chooses it from the start.")
    def preselected(self) -> bool:
        return self.choice.preselected

    @strawberry.field(description="不可选择的原因。Why it cannot be chosen; null when it can.")
    def reason(self, language: In = Language.ZH) -> str | None:
        return None if self.choice.reason is None else self.choice.reason.say(language)


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


@dataclass(frozen=True, slots=True)
class EligibilityQuestion:
    """The arguments of a verdict that are not in the record."""

    on: date
    channel: Channel = Channel.WEB_HALL
    district: str | None = None
    position_nature: PositionNature | None = None
    works_in_city: bool | None = None


@strawberry.type(description="灵活就业参保：参保登记页所需的一切。Everything the enrolment page needs, in one query.")
class FlexibleEmployment:
    """One person and this scheme."""

    person: strawberry.Private[Person]
    # Cached, because the verdict and the districts usually need the same case.
    cases: strawberry.Private[dict[EligibilityQuestion, Case]] = field(default_factory=dict)

    @strawberry.field(
        description="能否参保登记及理由；`on` 可为过去或将来，按当日规则判断。The verdict with its reasons, by the rules of the day."
    )
    async def eligibility(
        self,
        info: Info,
        on: On = None,
        district: Annotated[
            str | None, strawberry.argument(description="拟参保的区县代码。The district to be judged. Example: 120101.")
        ] = None,
        position_nature: Annotated[
            PositionNature | None,
            strawberry.argument(
                description="岗位性质，未给出时取档案。The position; the record's where none is given."
            ),
        ] = None,
        channel: Annotated[
            Channel | None, strawberry.argument(description="办理渠道，默认网厅。The channel, the web hall by default.")
        ] = Channel.WEB_HALL,
        works_in_city: Annotated[
            bool | None,
            strawberry.argument(
                description="本人声明是否在本市灵活就业；未声明时该项为 UNKNOWN。Whether the person declares flexible employment in this city; "
                "without it that condition is UNKNOWN."
            ),
        ] = None,
    ) -> Eligibility:
        day = on or info.context.today
        question = EligibilityQuestion(day, channel or Channel.WEB_HALL, district, position_nature, works_in_city)
        return Eligibility(verdict=judge(await self._case(info, question)))

    @strawberry.field(
        description="全市16个区县及可否选择；享受社保补贴时仅补贴区县。The districts, and which can be chosen."
    )
    async def districts(self, info: Info) -> list[DistrictOption]:
        options = district_options(await self._case(info, EligibilityQuestion(info.context.today)))
        return [DistrictOption(choice=choice) for choice in options]

    @strawberry.field(description="现有的参保登记；没有时为空。The enrolment that stands now; null without one.")
    async def current(self, info: Info) -> FlexibleEmploymentEnrolment | None:
        enrolments = await info.context.load(enrolment_queries.enrolments_of, self.person.id)
        if not enrolments:
            return None
        participations = await info.context.load(people.participations, self.person.id)
        found = enrolment_queries.find_current(enrolments, participations, info.context.today)
        return None if found is None else enrolment_of(found, self.person)

    @strawberry.field(
        description="本人正在缴纳或暂停缴纳的职工养老、医疗：有则已参保，无需登记。The insurances that the person pays without an employer, or "
        "has suspended: with any of them, the person is enrolled already, in the Hall or elsewhere."
    )
    async def self_paid(self, info: Info) -> list[SelfPaidInsurance]:
        today, law = info.context.today, LAW.on(info.context.today)
        periods = [
            enrolment_queries.period_of(row) for row in await info.context.load(people.participations, self.person.id)
        ]
        found = self_paid_on(periods, today, law) or self_suspended_on(periods, today, law)
        return [SelfPaidInsurance(period=each) for each in found]

    @strawberry.field(description="全部参保登记，最新的在前。All enrolments, newest first.")
    async def enrolments(self, info: Info) -> list[FlexibleEmploymentEnrolment]:
        return [
            enrolment_of(row, self.person)
            for row in await info.context.load(enrolment_queries.enrolments_of, self.person.id)
        ]

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

    async def _case(self, info: Info, question: EligibilityQuestion) -> Case:
        if question not in self.cases:
            self.cases[question] = await self._load_case(info, question)
        return self.cases[question]

    async def _load_case(self, info: Info, question: EligibilityQuestion) -> Case:
        context, person = info.context, self.person
        participations = await context.load(people.participations, person.id)
        subsidies = await context.load(people.subsidies, person.id)
        enrolments = await context.load(enrolment_queries.enrolments_of, person.id)
        return service.case_of(
            person,
            on=question.on,
            participations=participations,
            subsidies=subsidies,
            enrolments=enrolments,
            channel=question.channel,
            district=question.district,
            position_nature=question.position_nature,
            works_in_city=question.works_in_city,
        )
