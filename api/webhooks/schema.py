"""The GraphQL schema of messages. Everything in it may be sent: no name, no number, no fact of a record."""

from datetime import date, datetime

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.codes.schema import CodedValue
from api.enrolment.status import EnrolmentStatus
from api.graphql.scalars import SCALARS
from api.graphql.types import in_context
from api.schemes.enums import SchemeName


@strawberry.type(description="发生变化的参保登记。The enrolment that has changed.")
class ChangedEnrolment:
    """The enrolment of a message."""

    id: strawberry.ID = strawberry.field(description="登记编号。The id of the enrolment, as the API has it.")
    scheme: SchemeName = strawberry.field(description="业务。The scheme.")
    district: CodedValue = strawberry.field(description="参保区县。The district. Example: 120101.")
    registered_at: datetime = strawberry.field(description="登记时间。When it was registered.")


@strawberry.type(description="参保登记的状态变化。A change of the status of an enrolment.")
class StatusChange:
    """What one message is about."""

    id: strawberry.ID = strawberry.field(
        description="通知编号，重发时不变。The id of the message, the same in every attempt."
    )
    at: datetime = strawberry.field(description="记下变化的时间。When the Hall noted the change.")
    status: EnrolmentStatus = strawberry.field(description="变化后的状态。What the status became.")
    since: date = strawberry.field(description="自哪一天起。The first day of the status.")
    person_id: strawberry.ID = strawberry.field(
        description="本人编号，查看须说明目的，用 `personBy`。The id of the person, whom staff open by `personBy` with a purpose."
    )
    enrolment: ChangedEnrolment = strawberry.field(description="参保登记。The enrolment.")


@strawberry.type(description="通知的内容。What a message can have.")
class Query:
    """The root of the schema of messages."""

    status_change: StatusChange = strawberry.field(description="状态变化。The change that the message is about.")


schema = strawberry.Schema(query=Query, directives=[in_context], config=StrawberryConfig(scalar_map=SCALARS))


def printed() -> str:
    """Return the schema of messages in SDL."""
    return f"{schema.as_str()}\n"
