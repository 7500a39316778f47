"""A scheme for one person in GraphQL: verdict, districts, form, enrolments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

import strawberry

from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.enrolment import form as forms
from api.enrolment.case import DistrictChoice
from api.enrolment.form_reader import readable
from api.enrolment.insurance_period import is_taken_over, self_paid
from api.enrolment.scheme import Choices, Difference, Record
from api.enrolment.scheme import Scheme as AnyScheme
from api.enrolment.store import period_of
from api.graphql.types import NODE_ID, After, Before, First, In, Last, Node, instead
from api.law.rule import Channel
from api.offices.schema import Office, offices_in
from api.people import service as people
from api.people.context import Info
from api.people.models import Person
from api.schemes import person_ids
from api.schemes.comparison_schema import Alternative, Overlap
from api.schemes.documents_schema import Notice, Scheme
from api.schemes.eligibility import Eligibility
from api.schemes.enrolment_pages_schema import EnrolmentConnection
from api.schemes.enrolment_schema import MAX_LISTED, Enrolment, enrolment_of, enrolments_of, record_of
from api.schemes.enums import SchemeName
from api.schemes.form_schema import FieldValueInput, FormField, values_of
from api.schemes.registry import SCHEMES
from api.schemes.schema import On
from api.schemes.self_paid_schema import SelfPaidInsurance
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


Values = Annotated[
    list[FieldValueInput] | None,
    strawberry.argument(description="已填写的各项。The fields that are filled in, beside the district."),
]
District = Annotated[
    str | None, strawberry.argument(description="拟参保的区县代码。The district to be judged. Example: 120101.")
]
ChannelArgument = Annotated[
    Channel | None, strawberry.argument(description="办理渠道，默认网厅。The channel, the web hall by default.")
]


@dataclass(frozen=True, slots=True)
class _Question:
    """The choices of a verdict in a form that a dictionary can hold."""

    on: date
    channel: Channel
    district: str | None
    values: tuple[tuple[str, forms.Value], ...]


def _id_of(root: "PersonScheme") -> strawberry.ID:
    return strawberry.ID(person_ids.id_of(root.person.public_id, root.of))


@strawberry.interface(
    description="一项业务与一个人：能否参保、登记表与登记。A scheme for one person: verdict, form, enrolments."
)
class PersonScheme(Node):
    """One person and one scheme."""

    person: strawberry.Private[Person]
    of: strawberry.Private[AnyScheme]
    # Cached, because the verdict and the districts usually need the same case.
    cases: strawberry.Private[dict[_Question, Any]] = field(default_factory=dict)

    id: strawberry.ID = strawberry.field(resolver=_id_of, description=NODE_ID)

    @strawberry.field(description="业务。The scheme.")
    def scheme(self) -> SchemeName:
        return SchemeName(self.of.name)

    @strawberry.field(description="业务的名称等。What the scheme is called, and what it costs.")
    def about(self) -> Scheme:
        return Scheme(of=self.of)

    @strawberry.field(
        description="能否参保登记及理由；`on` 可为过去或将来，按当日规则判断。The verdict with its reasons, by the rules of the day."
    )
    async def eligibility(
        self,
        info: Info,
        on: On = None,
        district: District = None,
        channel: ChannelArgument = Channel.WEB_HALL,
        values: Values = None,
    ) -> Eligibility:
        return await self.judged(info, on, district, channel, self.read(info, values))

    @strawberry.field(
        description="全市16个区县及可否选择；享受社保补贴时仅补贴区县。The districts, and which can be chosen."
    )
    async def districts(self, info: Info) -> list[DistrictOption]:
        case = await self.case(info, None, None, None, {})
        return [DistrictOption(choice=choice) for choice in self.of.districts(case)]

    @strawberry.field(description="登记表各项，区县除外。The fields of the form, beside the district.")
    def form(self, info: Info) -> list[FormField]:
        on = info.context.today
        return [FormField(of=each, person=self.person, on=on) for each in self.of.fields if each.is_asked(on)]

    @strawberry.field(
        description="本人正在缴纳或暂停缴纳的本业务险种：有则已参保，无需登记。The insurances of this scheme that the person pays without an employer, "
        "or has suspended: with any of them, the person is enrolled already, in the Hall or elsewhere."
    )
    async def self_paid(self, info: Info) -> list[SelfPaidInsurance]:
        coverage, today = self.of.coverage(info.context.today), info.context.today
        periods = [period_of(row) for row in await info.context.load(people.participations, self.person.id)]
        own = () if coverage is None else self_paid(periods, coverage.paid)
        paid = [each for each in own if each.is_paid_on(today)]
        others = coverage.taken_over_by if coverage else ()
        suspended = [
            each for each in own if each.is_suspended_on(today) and not is_taken_over(each, periods, others, today)
        ]
        return [SelfPaidInsurance(period=each) for each in paid or suspended]

    @strawberry.field(
        description="本人参保区县的社保经办机构；没有公布的为空表。The social insurance offices of the person's district; empty where none "
        "was published."
    )
    def offices(self, info: Info) -> list[Office]:
        district = self.person.insured_district
        return [] if district is None else offices_in(district, info.context.today)

    @strawberry.field(
        description="今天也可以参加的其他业务，以及不同之处。The other schemes that the person may join today, and what differs."
    )
    async def alternatives(self, info: Info) -> list[Alternative]:
        return [
            Alternative(about=Scheme(of=other), points=compared)
            for other in SCHEMES.values()
            if other is not self.of and (compared := await self._compared(other, info))
        ]

    @strawberry.field(
        description="本人已登记、与本业务只宜选择一项的其他业务，以及不同之处。The other schemes in which the person is enrolled already, of which and "
        "this one a person needs only one, and what differs."
    )
    async def overlaps(self, info: Info) -> list[Overlap]:
        found = []
        for other in SCHEMES.values():
            if other is self.of or (enrolment := await scheme_of(self.person, other).standing_enrolment(info)) is None:
                continue
            if points := self._differences(other, await record_of(other, info, self.person), info.context.today):
                found.append(Overlap(about=Scheme(of=other), enrolment=enrolment, points=points))
        return found

    async def _compared(self, other: AnyScheme, info: Info) -> Sequence[Difference]:
        """Return how another scheme differs, if it has a channel that is open to the person today."""
        today, record = info.context.today, await record_of(other, info, self.person)
        if not other.judge(other.case(record, Choices(today))).eligible_by:
            return ()
        return self._differences(other, record, today)

    def _differences(self, other: AnyScheme, record: Record, today: date) -> Sequence[Difference]:
        """Return how another scheme differs, as the one of the two says that knows the other; empty if none does."""
        mine = self.of.differences(other, record, today)
        return mine or [
            Difference(each.label, each.there, each.here) for each in other.differences(self.of, record, today)
        ]

    @strawberry.field(description="现行参保须知；没有时为空。The notice in force; null where there is none.")
    def notice(self, info: Info) -> Notice | None:
        found = self.of.notice_on(info.context.today)
        return None if found is None else Notice(notice=found)

    @strawberry.field(description="现有的参保登记；没有时为空。The enrolment that stands now; null without one.")
    async def current(self, info: Info) -> Enrolment | None:
        found: Enrolment | None = await self.standing_enrolment(info)
        return found

    @strawberry.field(
        description=f"参保登记，最新的在前，最多{MAX_LISTED}次。The enrolments, newest first, at most {MAX_LISTED}.",
        deprecation_reason=instead("PersonScheme.enrolmentConnection"),
    )
    async def enrolments(self, info: Info) -> list[Enrolment]:
        return await self.all_enrolments(info)

    @strawberry.field(description="参保登记，最新的在前，按游标分页。Pages of the enrolments, newest first.")
    async def enrolment_connection(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> EnrolmentConnection:
        rows = await info.context.load(self.of.store.of_people, self.person.id)
        window = info.context.window(first, after, last, before)
        return EnrolmentConnection(window=window, rows=rows, of=self.of, owner=self.person)

    async def standing_enrolment(self, info: Info) -> Any:
        """Return the GraphQL enrolment that stands now; None without one."""
        enrolments = await info.context.load(self.of.store.of_people, self.person.id)
        if not enrolments:
            return None
        participations = await info.context.load(people.participations, self.person.id)
        found = self.of.store.find_current(enrolments, participations, info.context.today)
        return None if found is None else enrolment_of(self.of, found, self.person)

    async def all_enrolments(self, info: Info) -> list[Any]:
        """Return the newest GraphQL enrolments, newest first."""
        rows = await info.context.load(self.of.store.of_people, self.person.id)
        return enrolments_of(self.of, rows[:MAX_LISTED], self.person)

    def read(self, info: Info, values: list[FieldValueInput] | None) -> dict[str, forms.Value]:
        """Return the given fields as the rules read them; a value that cannot be read counts as not given."""
        return readable(self.of.fields, values_of(values), info.context.today)

    async def judged(
        self,
        info: Info,
        on: date | None,
        district: str | None,
        channel: Channel | None,
        values: dict[str, forms.Value],
    ) -> Eligibility:
        """Return the GraphQL verdict."""
        return Eligibility(verdict=self.of.judge(await self.case(info, on, district, channel, values)))

    async def case(
        self,
        info: Info,
        on: date | None,
        district: str | None,
        channel: Channel | None,
        values: dict[str, forms.Value],
    ) -> Any:
        """Return the case of the record and of these choices."""
        day, through = on or info.context.today, channel or Channel.WEB_HALL
        question = _Question(day, through, district, tuple(sorted(values.items())))
        if question not in self.cases:
            record = await record_of(self.of, info, self.person)
            self.cases[question] = self.of.case(record, Choices(day, through, district, values))
        return self.cases[question]


@strawberry.type(
    description="一项业务与一个人，业务没有自己的类型。A scheme without a type of its own, for one person."
)
class SchemeOfPerson(PersonScheme):
    """A scheme that adds no field."""


PERSON_TYPES: dict[str, type[PersonScheme]] = {}
"""The types of the schemes that have their own, by the name of the scheme."""


def scheme_of(person: Person, scheme: AnyScheme) -> PersonScheme:
    """Return a scheme for a person."""
    return PERSON_TYPES.get(scheme.name, SchemeOfPerson)(person=person, of=scheme)
