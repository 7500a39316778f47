"""灵活就业参保 of one person, in GraphQL: the verdict, the districts, the enrolments."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar

import strawberry

from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.context import Info
from api.language import Language
from api.people import service as people
from api.people.fields import plain
from api.people.models import Person
from api.schemes.flexible_employment import service
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.contributions import arguments as paying
from api.schemes.flexible_employment.contributions.calculation import ContributionBase
from api.schemes.flexible_employment.contributions.form import Asked
from api.schemes.flexible_employment.contributions.schema import ContributionsResult, answered
from api.schemes.flexible_employment.law import notice_version
from api.schemes.flexible_employment.models import EnrolmentStatus
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment as Row
from api.schemes.flexible_employment.verdict import (
    DistrictChoice,
    district_options,
    judge,
    next_steps_after_registration,
)
from api.schemes.papers import Notice, Receipt, receipt_of
from api.schemes.rule import Channel, PositionNature, Verdict
from api.schemes.schema import Eligibility, NextStep, On, steps_of
from api.schemes.shared.declaration_window import DeclarationKind
from api.shapes import NODE_ID, In, Node, described
from api.zone import in_shanghai

described(
    EnrolmentStatus,
    "参保登记状态。Where an enrolment stands.",
    REGISTERED="登记未缴费。Registered, nothing paid yet.",
    ACTIVE="参保缴费。Paying.",
    SUSPENDED="暂停缴费。Payment suspended.",
    TERMINATED="终止。Ended.",
    WITHDRAWN="已撤回。Withdrawn before anything was paid.",
)


@strawberry.type(description="可选的参保区县（统筹区）。A district, whether it can be chosen, and why not.")
class DistrictOption:
    """One line of the district drop-down."""

    written_once_for: ClassVar = "choice"
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


@strawberry.type(description="灵活就业参保登记（一次）。One enrolment in flexible employment.")
class FlexibleEmploymentEnrolment(Node):
    """An enrolment."""

    row: strawberry.Private[Row]
    id: strawberry.ID = plain("public_id", NODE_ID)

    @strawberry.field(description="状态。Where it stands.")
    def status(self) -> EnrolmentStatus:
        return self.row.status

    @strawberry.field(description="参保区县（统筹区）。The district. Example: 120101.")
    def district(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.DISTRICT, code=self.row.district)

    @strawberry.field(description="登记时间。When it was registered, in +08:00.")
    def registered_at(self) -> datetime:
        return in_shanghai(self.row.registered_at)

    @strawberry.field(description="办理渠道。The channel.")
    def channel(self) -> Channel:
        return Channel(self.row.channel)

    @strawberry.field(description="所同意的参保须知版本。The version of the notice that was accepted.")
    def notice_version(self) -> str:
        return self.row.notice_version

    @strawberry.field(
        description="所同意的参保须知原文，不随须知更新而改变。The notice as it was accepted; null where its text is lost."
    )
    def notice(self) -> Notice | None:
        found = notice_version(self.row.notice_version)
        return None if found is None else Notice(notice=found)

    @strawberry.field(
        description="登记时的资格结论，连同规则版本一并保存，不随规则变化。The verdict as it was given, frozen with the rules' version."
    )
    def eligibility_at_registration(self) -> Eligibility:
        return Eligibility(verdict=Verdict.from_data(self.row.verdict))

    @strawberry.field(description="回执。The receipt.")
    async def receipt(self, info: Info) -> Receipt:
        return await receipt_of(self.row.receipt_id, info)

    @strawberry.field(
        description="下一步：税务申报缴费期与渠道；已终止或撤回时为空表。What to do next: where and when to declare and pay."
    )
    def next_steps(self, info: Info) -> list[NextStep]:
        standing = service.standing([self.row]) is not None
        return steps_of(next_steps_after_registration(info.context.today)) if standing else []


def enrolment_of(row: Row) -> FlexibleEmploymentEnrolment:
    """Return the GraphQL enrolment of a row."""
    return FlexibleEmploymentEnrolment(row=row)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked beside the record."""

    on: date
    channel: Channel = Channel.WEB_HALL
    district: str | None = None
    position_nature: PositionNature | None = None


@strawberry.type(description="灵活就业参保：参保登记页所需的一切。Everything the enrolment page needs, in one query.")
class FlexibleEmployment:
    """One person and this scheme."""

    person: strawberry.Private[Person]
    # What the rules look at; the verdict and the districts mostly ask for the same.
    cases: strawberry.Private[dict[Question, Case]] = field(default_factory=dict)

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
    ) -> Eligibility:
        day = on or info.context.today
        question = Question(day, channel or Channel.WEB_HALL, district, position_nature)
        return Eligibility(verdict=judge(await self._case(info, question)))

    @strawberry.field(
        description="全市16个区县及可否选择；享受社保补贴时仅补贴区县。The districts, and which can be chosen."
    )
    async def districts(self, info: Info) -> list[DistrictOption]:
        options = district_options(await self._case(info, Question(info.context.today)))
        return [DistrictOption(choice=choice) for choice in options]

    @strawberry.field(description="现有的参保登记；没有时为空。The enrolment that stands now; null without one.")
    async def current(self, info: Info) -> FlexibleEmploymentEnrolment | None:
        enrolments = await info.context.load(service.enrolments_of, self.person.id)
        found = service.standing(enrolments)
        return None if found is None else enrolment_of(found)

    @strawberry.field(description="全部参保登记，最新的在前。All enrolments, newest first.")
    async def enrolments(self, info: Info) -> list[FlexibleEmploymentEnrolment]:
        return [enrolment_of(row) for row in await info.context.load(service.enrolments_of, self.person.id)]

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
        asked = Asked(first_month, period, base, amount, insurances)
        # A subsidy runs from the month after it was approved: it counts for the months on whose first day it is active.
        return answered(asked, info.context, lambda month: any(each.is_active_on(month) for each in subsidies))

    async def _case(self, info: Info, question: Question) -> Case:
        if question not in self.cases:
            self.cases[question] = await self._gathered(info, question)
        return self.cases[question]

    async def _gathered(self, info: Info, question: Question) -> Case:
        context, person = info.context, self.person
        participations = await context.load(people.participations, person.id)
        subsidies = await context.load(people.subsidies, person.id)
        enrolments = await context.load(service.enrolments_of, person.id)
        return service.case_of(
            person,
            on=question.on,
            participations=participations,
            subsidies=subsidies,
            enrolments=enrolments,
            channel=question.channel,
            district=question.district,
            position_nature=question.position_nature,
        )
