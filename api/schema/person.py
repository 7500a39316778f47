"""The GraphQL person: the record joined with the schemes."""

from typing import Annotated

import strawberry

from api.graphql.selection import selected_fields
from api.people import models as stored
from api.people.context import Info
from api.people.schema import PersonRecord, RevealedRecord
from api.people.success_schema import MADE_BY
from api.schemes.enrolment_schema import MAX_LISTED, RevealedDeclaration, declarations_of
from api.schemes.enums import SchemeName
from api.schemes.flexible_employment.schema import FlexibleEmployment
from api.schemes.flexible_employment.scheme import SCHEME as FLEXIBLE_EMPLOYMENT
from api.schemes.person_schema import PersonScheme, scheme_of
from api.schemes.registry import SCHEMES
from api.schemes.shared import retirement as retiring
from api.schemes.shared.schema import Retirement

Purpose = Annotated[
    str,
    strawberry.argument(
        description="查看目的，1–200 字，本人可见。Why, in 1 to 200 characters; the person can read it. Example: 核对参保信息."
    ),
]


@strawberry.type(
    description="未脱敏的个人信息。每次读取都会记入访问记录。The facts in full. Reading them writes one entry to the access log."
)
class RevealedPerson(RevealedRecord):
    """The facts of `revealed`, including those of the schemes."""

    @strawberry.field(
        description=f"本人历次登记时申报的内容，最新的在前，最多{MAX_LISTED}次。What was declared with each enrolment, newest first, at most {MAX_LISTED}."
    )
    async def declared(self, info: Info) -> list[RevealedDeclaration]:
        return await declarations_of(info, self.row.id)


@strawberry.type(
    description="个人参保基本信息（个人基本信息查询）。个人信息在此脱敏显示；`revealed` 显示全部并留痕。"
    "The twenty-odd facts of the record. Personal facts are masked here; `revealed` gives them in full and is logged."
)
class Person(PersonRecord):
    """A person: the record, the facts in full, and each scheme."""

    @strawberry.field(
        description="未脱敏的信息；无权或未说明目的时为空；工作人员每次请求只能看一人，每天有上限，超出时为空；每次使用在访问记录中留一条。Null unless "
        "the viewer is entitled and says why. Staff see one person a request, and so many uses a day; beyond that it is null. Each "
        "use is one entry in accessLog."
    )
    async def revealed(self, info: Info, purpose: Purpose) -> RevealedPerson | None:
        request = await info.context.request()
        revealing = info.context.revealing
        if request is None or not await revealing.reveal(self.row, purpose, selected_fields(info), request):
            return None
        return RevealedPerson(row=self.row)

    @strawberry.field(
        description="本人的法定退休日期，按档案计算；由它可以推知出生日期，所以只告诉本人，其他人为空。The person's own statutory retirement "
        "date by the record. It tells the birth date, so it is null for anybody else, and where the record lacks sex or "
        "birth date."
    )
    async def retirement(self, info: Info) -> Retirement | None:
        principal, row = await info.context.principal(), self.row
        if principal is None or principal.person != row.id or row.sex is None or row.birth_date is None:
            return None
        nature = retiring.position_nature(row.position_nature)
        found = retiring.retirement(row.sex, row.birth_date, nature, on=info.context.today, employment=None)
        return None if found is None else Retirement(retirement=found)

    @strawberry.field(
        description="灵活就业参保：资格、区县与登记。Flexible employment: the verdict, the districts, the enrolments."
    )
    def flexible_employment(self) -> FlexibleEmployment:
        return FlexibleEmployment(person=self.row, of=FLEXIBLE_EMPLOYMENT)

    @strawberry.field(
        description="各项业务与本人：能否参保、为什么、现有登记。Every scheme for this person: whether they may enrol, why not, the enrolments."
    )
    def schemes(self) -> list[PersonScheme]:
        return [scheme_of(self.row, scheme) for scheme in SCHEMES.values()]

    @strawberry.field(description="一项业务与本人。One scheme for this person.")
    def scheme(self, name: Annotated[SchemeName, strawberry.argument(description="业务。The scheme.")]) -> PersonScheme:
        return scheme_of(self.row, SCHEMES[name])


MADE_BY["Person"] = lambda row: Person(row=row)


def person_of(row: stored.Person | None) -> Person | None:
    """Return the GraphQL person of a row."""
    return None if row is None else Person(row=row)
