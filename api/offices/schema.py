"""The offices of the districts in GraphQL, public."""

from datetime import date
from typing import Annotated

import strawberry

from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.graphql.context import Info
from api.offices import table


@strawberry.type(description="社保经办机构。A social insurance office.")
class Office:
    """A social insurance office."""

    office: strawberry.Private[table.Office]

    @strawberry.field(description="所在区。Its district. Example: 120101.")
    def district(self) -> CodedValue:
        return CodedValue(table_name=CodeTableName.DISTRICT, code=self.office.district)

    @strawberry.field(description="名称。Its name, in Chinese as published.")
    def name(self) -> str:
        return self.office.name

    @strawberry.field(description="地址。Its address, in Chinese as published.")
    def address(self) -> str:
        return self.office.address

    @strawberry.field(description="电话；未公布时为空。Its telephone number; null where none was published.")
    def phone(self) -> str | None:
        return self.office.phone

    @strawberry.field(description="办公时间；未公布时为空。When it is open; null where that was not published.")
    def hours(self) -> str | None:
        return self.office.hours

    @strawberry.field(description="信息来源。Where this was published.")
    def source(self) -> str:
        return self.office.source


def offices_in(district: str | None, on: date) -> list[Office]:
    """Return the offices of a district on a day, or of all."""
    return [Office(office=office) for office in table.offices_of(district, on)]


@strawberry.type
class OfficesQuery:
    """The part of Query about offices."""

    @strawberry.field(
        description="社保经办机构，公开；没有公布的区为空表。The social insurance offices of a district, or of all. Public; empty where "
        "none was published."
    )
    def offices(
        self,
        info: Info,
        district: Annotated[
            str | None, strawberry.argument(description="区县代码，默认全市。A district by code. Example: 120101.")
        ] = None,
    ) -> list[Office] | None:
        return offices_in(district, info.context.today)
