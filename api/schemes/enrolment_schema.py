"""An enrolment in GraphQL, of any scheme: its status, the receipt and the next steps."""

from collections.abc import Iterable
from dataclasses import field
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

import strawberry

from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.enrolment.models import StoredEnrolment
from api.enrolment.receipt_lines import declared_lines
from api.enrolment.scheme import Choices, Record
from api.enrolment.scheme import Scheme as AnyScheme
from api.enrolment.status import EnrolmentStatus, Standing
from api.graphql.fields import plain
from api.graphql.types import NODE_ID, In, Node
from api.law.rule import Channel, Verdict
from api.people import service as people
from api.people.context import Info
from api.people.models import Person
from api.people.success_schema import own_person
from api.schemes.documents_schema import Notice, Receipt, ReceiptLine, Scheme, lines_of, receipt_of
from api.schemes.eligibility import Eligibility, NextStep, steps_of
from api.schemes.enums import SchemeName
from api.schemes.registry import SCHEMES
from api.text.i18n import Language
from api.zone import in_shanghai


@strawberry.type(description="登记状态的一次变化。A change of an enrolment's status.")
class EnrolmentChange:
    """A change of an enrolment's status."""

    status: EnrolmentStatus = strawberry.field(description="状态。What it became.")
    since: date = strawberry.field(description="自哪一天起。The first day on which it stood so.")


async def record_of(scheme: AnyScheme, info: Info, person: Person) -> Record:
    """Return what the rules of a scheme may look at of a person."""
    load = info.context.load
    participations, subsidies = await load(people.participations, person.id), await load(people.subsidies, person.id)
    enrolments = await load(scheme.store.of_people, person.id)
    return Record(person, participations, subsidies, enrolments)


@strawberry.interface(description="一次参保登记，任一业务。One enrolment, in any scheme.")
class Enrolment(Node):
    """An enrolment."""

    row: strawberry.Private[StoredEnrolment]
    of: strawberry.Private[AnyScheme]
    id: strawberry.ID = plain("public_id", NODE_ID)
    owner: strawberry.Private[Person | None] = None
    # The statuses that are known, by row: enrolments of one list share them, because they are computed together.
    standings: strawberry.Private[dict[int, Standing]] = field(default_factory=dict)

    @strawberry.field(
        name="person",
        description="本人；工作人员查看时为空。The person; null for staff, who open the person by `personBy`.",
    )
    async def graphql_person(self, info: Info) -> Annotated["Person", strawberry.lazy("api.schema.person")] | None:
        principal = await info.context.principal()
        # guard: staff-state-a-purpose-for-a-person
        is_own = principal is not None and principal.person == self.row.person_id
        return await own_person(info) if is_own else None

    @strawberry.field(description="所属业务。The scheme.")
    def scheme(self) -> SchemeName:
        return SchemeName(self.of.name)

    @strawberry.field(description="所属业务的名称等。What the scheme is called, and what it costs.")
    def about(self) -> Scheme:
        return Scheme(of=self.of)

    @strawberry.field(
        description="状态，按档案中本人缴纳的该业务险种判断：缴费、暂停或终止。Where it stands, by what the record says of the scheme's "
        "insurances that the person pays: ACTIVE while one is paid, SUSPENDED, TERMINATED once they have ended."
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
        noted = await info.context.load(self.of.store.changes_of, self.row.id)
        changes = [registered, *(EnrolmentChange(status=each.status, since=each.since) for each in noted)]
        now = await self._standing(info)
        return (
            changes
            if changes[-1].status is now.status
            else [*changes, EnrolmentChange(status=now.status, since=now.since)]
        )

    @strawberry.field(
        description="本人在登记表上填写的各项，个人信息脱敏；属于本次登记，不改变档案。What the person gave on the form, personal facts masked. It "
        "belongs to the enrolment; the record keeps its own facts."
    )
    def declared_lines(self, language: In = Language.ZH) -> list[ReceiptLine]:
        return lines_of(declared_lines(self.of, self.row), language)

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
        found = self.of.notice_version(self.row.notice_version)
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
        record = await record_of(self.of, info, await self._person(info))
        case = self.of.case(record, Choices(info.context.today))
        suspended = standing.status is EnrolmentStatus.SUSPENDED
        return steps_of(self.of.next_steps(case, self._verdict.cautions, suspended=suspended))

    @cached_property
    def _verdict(self) -> Verdict:
        return Verdict.from_data(self.row.verdict, self.of.name)

    async def _person(self, info: Info) -> Person:
        if self.owner is not None:
            return self.owner
        found: Person = await info.context.load(people.people_of, self.row.person_id)
        return found

    async def _standing(self, info: Info) -> Standing:
        if self.row.id not in self.standings:
            participations = await info.context.load(people.participations, self.row.person_id)
            enrolments = await info.context.load(self.of.store.of_people, self.row.person_id)
            # Another enrolment of the list may have computed them meanwhile.
            if self.row.id not in self.standings:
                found = self.of.store.standings_of(enrolments, participations, info.context.today)
                self.standings.update(zip([row.id for row in enrolments], found, strict=True))
        return self.standings[self.row.id]


@strawberry.type(description="一次参保登记，业务没有自己的类型。One enrolment in a scheme without a type of its own.")
class SchemeEnrolment(Enrolment):
    """An enrolment of a scheme that adds no field."""


# The most enrolments of a list without pages: a person may enrol and withdraw as often as they like.
MAX_LISTED = 10
ENROLMENT_TYPES: dict[str, type[Enrolment]] = {}
"""The types of the schemes that have their own, by the name of the scheme."""


def enrolment_of(
    scheme: AnyScheme, row: StoredEnrolment, owner: Person | None = None, standing: Standing | None = None
) -> Enrolment:
    """Return the GraphQL enrolment of a row; `owner` and `standing` save queries if the caller has them."""
    return _kind_of(scheme)(row=row, of=scheme, owner=owner, standings={} if standing is None else {row.id: standing})


def enrolments_of(scheme: AnyScheme, rows: Iterable[StoredEnrolment], owner: Person) -> list[Enrolment]:
    """Return the GraphQL enrolments of a person's rows."""
    kind, standings = _kind_of(scheme), dict[int, Standing]()
    # guard: statuses-are-computed-together
    return [kind(row=row, of=scheme, owner=owner, standings=standings) for row in rows]


def _kind_of(scheme: AnyScheme) -> type[Enrolment]:
    return ENROLMENT_TYPES.get(scheme.name, SchemeEnrolment)


@strawberry.type(description="本人申报的内容，未脱敏。What the person declared on a form, in full.")
class RevealedDeclaration:
    """The personal facts of a form."""

    id: strawberry.ID = strawberry.field(description="该次登记的编号。The id of the enrolment.")
    residential_address: str = strawberry.field(description="常驻地址。Where the person lives.")
    mobile_number: str = strawberry.field(description="手机号码。The mobile number.")


async def declarations_of(info: Info, person: int) -> list[RevealedDeclaration]:
    """Return what a person declared with each enrolment that asked for it, newest first."""
    found = []
    for scheme in SCHEMES.values():
        rows = await info.context.load(scheme.store.of_people, person)
        found += [(row.registered_at, row.public_id, scheme.enrolments.values_of(row)) for row in rows]
    found.sort(key=lambda each: each[:2], reverse=True)
    return [
        RevealedDeclaration(id=strawberry.ID(public_id), residential_address=address, mobile_number=mobile)
        for _, public_id, values in found[:MAX_LISTED]
        if (address := values.get("residentialAddress")) and (mobile := values.get("mobileNumber"))
    ]
