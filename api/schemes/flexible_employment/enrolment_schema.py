"""One 灵活就业参保登记 in GraphQL: its status, the declared facts, the receipt and the next steps."""

from datetime import date, datetime
from functools import cached_property

import strawberry

from api.codes.schema import CodedValue, coded
from api.codes.tables import CodeTableName
from api.enrolment import service as schemes
from api.graphql.fields import plain
from api.graphql.types import NODE_ID, Node, described
from api.people import masks
from api.people import service as people
from api.people.context import Info
from api.people.models import Person
from api.schemes.documents_schema import Notice, Receipt, receipt_of
from api.schemes.eligibility import Eligibility, NextStep, steps_of
from api.schemes.flexible_employment import enrolment_queries, service
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus, Standing
from api.schemes.flexible_employment.law import LAW, notice_version
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment as Row
from api.schemes.flexible_employment.verdict import next_steps_after_registration
from api.schemes.rule import Channel, Verdict
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


@strawberry.type(description="登记状态的一次变化。A change of an enrolment's status.")
class EnrolmentChange:
    """A change of an enrolment's status."""

    status: EnrolmentStatus = strawberry.field(description="状态。What it became.")
    since: date = strawberry.field(description="自哪一天起。The first day on which it stood so.")


@strawberry.type(
    description="本人在登记表上申报的内容，个人信息脱敏。What the person declared on the form; personal facts are masked."
)
class DeclaredFacts:
    """The submitted form of an enrolment."""

    row: strawberry.Private[Row]

    @strawberry.field(description="申报日期。The day on which it was declared.")
    def on(self) -> date:
        return in_shanghai(self.row.registered_at).date()

    @strawberry.field(description="户口性质。The household registration. Example: 11.")
    def household_registration_type(self) -> CodedValue:
        code = self.row.household_registration_type
        return CodedValue(table_name=CodeTableName.HOUSEHOLD_REGISTRATION_TYPE, code=code)

    @strawberry.field(description="民族。The ethnic group. Example: 01.")
    def ethnic_group(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.ETHNIC_GROUP, code=self.row.ethnic_group)

    @strawberry.field(
        description="常驻地址，仅到区县。Where the person lives, down to the district. Example: 天津市和平区****."
    )
    def residential_address(self) -> str | None:
        return masks.address(self.row.residential_address)

    @strawberry.field(description="手机号码，脱敏。The mobile number, masked. Example: 138****1234.")
    def mobile_number(self) -> str | None:
        return masks.number(self.row.mobile_number)

    @strawberry.field(description="岗位性质；未填写时为空。The position; null where none was given.")
    def position_nature(self) -> CodedValue | None:
        return coded(CodeTableName.POSITION_NATURE, self.row.position_nature)

    @strawberry.field(
        description="是否声明在本市灵活就业；未作声明时为空。Whether the person declared flexible employment in this city; null where "
        "nothing was declared."
    )
    async def works_in_city(self, info: Info) -> bool | None:
        consent = await info.context.load(schemes.load_consents, self.row.consent_id)
        return (consent.declarations or {}).get("worksInCity")


@strawberry.type(description="本人申报的内容，未脱敏。What the person declared on a form, in full.")
class RevealedDeclaration:
    """The personal facts of a form."""

    row: strawberry.Private[Row]
    id: strawberry.ID = plain("public_id", "该次登记的编号。The id of the enrolment.")
    residential_address: str = plain("residential_address", "常驻地址。Where the person lives.")
    mobile_number: str = plain("mobile_number", "手机号码。The mobile number.")


@strawberry.type(description="灵活就业参保登记（一次）。One enrolment in flexible employment.")
class FlexibleEmploymentEnrolment(Node):
    """An enrolment."""

    row: strawberry.Private[Row]
    id: strawberry.ID = plain("public_id", NODE_ID)
    person: strawberry.Private[Person | None] = None
    standing: strawberry.Private[Standing | None] = None

    @strawberry.field(
        description="状态，按档案中本人缴纳的职工养老、医疗判断：缴费、暂停或终止。Where it stands, by what the record says of the insurances "
        "that the person pays: ACTIVE while one is paid, SUSPENDED, TERMINATED once they have ended."
    )
    async def status(self, info: Info) -> EnrolmentStatus:
        return (await self._standing(info)).status

    @strawberry.field(description="自哪一天起为该状态。Since which day it stands so.")
    async def status_since(self, info: Info) -> date:
        return (await self._standing(info)).since

    @strawberry.field(description="状态的历次变化，由旧到新。How its status changed, oldest first.")
    async def history(self, info: Info) -> list[EnrolmentChange]:
        registered = EnrolmentChange(
            status=EnrolmentStatus.REGISTERED, since=in_shanghai(self.row.registered_at).date()
        )
        noted = await info.context.load(enrolment_queries.changes_of, self.row.id)
        changes = [registered, *(EnrolmentChange(status=each.status, since=each.since) for each in noted)]
        now = await self._standing(info)
        return (
            changes
            if changes[-1].status is now.status
            else [*changes, EnrolmentChange(status=now.status, since=now.since)]
        )

    @strawberry.field(
        description="本人在登记表上申报的内容，脱敏；属于本次登记，不改变档案。What the person declared on the form, masked. It belongs to "
        "the enrolment; the record keeps its own facts."
    )
    def declared(self) -> DeclaredFacts:
        return DeclaredFacts(row=self.row)

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
        return Eligibility(verdict=self._verdict)

    @strawberry.field(description="回执。The receipt.")
    async def receipt(self, info: Info) -> Receipt:
        return await receipt_of(self.row.receipt_id, info.context)

    @strawberry.field(
        description="下一步：税务申报缴费期与渠道，以及登记时提示的事项；已终止或撤回时为空表。What to do next: where and when to declare and "
        "pay, and what the verdict said to settle; empty once it has ended."
    )
    async def next_steps(self, info: Info) -> list[NextStep]:
        standing = await self._standing(info)
        if not standing.is_enrolled:
            return []
        case = await self._case(info)
        is_suspended = standing.status is EnrolmentStatus.SUSPENDED
        minded = self._verdict.minded
        return steps_of(next_steps_after_registration(case, LAW.on(case.on), minded, suspended=is_suspended))

    @cached_property
    def _verdict(self) -> Verdict:
        return Verdict.from_data(self.row.verdict)

    async def _case(self, info: Info) -> Case:
        person = self.person
        if person is None:
            person = await info.context.load(people.people_of, self.row.person_id)
        participations = await info.context.load(people.participations, person.id)
        enrolments = await info.context.load(enrolment_queries.enrolments_of, person.id)
        return service.case_of(
            person, on=info.context.today, participations=participations, subsidies=(), enrolments=enrolments
        )

    async def _standing(self, info: Info) -> Standing:
        if self.standing is not None:
            return self.standing
        participations = await info.context.load(people.participations, self.row.person_id)
        enrolments = await info.context.load(enrolment_queries.enrolments_of, self.row.person_id)
        return enrolment_queries.standing_among(self.row, enrolments, participations, info.context.today)


def enrolment_of(
    row: Row, person: Person | None = None, standing: Standing | None = None
) -> FlexibleEmploymentEnrolment:
    """Return the GraphQL enrolment of a row; `person` and `standing` save queries if the caller has them."""
    return FlexibleEmploymentEnrolment(row=row, person=person, standing=standing)
