"""One 灵活就业参保登记 in GraphQL: what it has beside the enrolments of every scheme."""

from datetime import date

import strawberry

from api.codes.schema import CodedValue, coded
from api.codes.tables import CodeTableName
from api.enrolment.receipt_store import load_consents
from api.people import masks
from api.people.context import Info
from api.schemes.enrolment_schema import ENROLMENT_TYPES, Enrolment
from api.schemes.flexible_employment.law import SCHEME
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment as Row
from api.zone import in_shanghai


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
        consent = await info.context.load(load_consents, self.row.consent_id)
        return (consent.declarations or {}).get("worksInCity")


@strawberry.type(description="灵活就业参保登记（一次）。One enrolment in flexible employment.")
class FlexibleEmploymentEnrolment(Enrolment):
    """An enrolment."""

    row: strawberry.Private[Row]

    @strawberry.field(
        description="本人在登记表上申报的内容，脱敏；属于本次登记，不改变档案。What the person declared on the form, masked. It belongs to "
        "the enrolment; the record keeps its own facts."
    )
    def declared(self) -> DeclaredFacts:
        return DeclaredFacts(row=self.row)


ENROLMENT_TYPES[SCHEME] = FlexibleEmploymentEnrolment
