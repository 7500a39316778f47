"""Refetching objects by their global id."""

from typing import Annotated

import strawberry

from api.enrolment import service as enrolling
from api.graphql.selection import columns_for, selected_fields
from api.graphql.types import Node
from api.people import service as people
from api.people.context import Info
from api.schema.people import OptionalPurpose
from api.schema.person import Person, person_of
from api.schemes.enrolment_schema import enrolment_of
from api.schemes.registry import scheme_of_id


@strawberry.type
class NodeQuery:
    """The part of Query that reads by id."""

    @strawberry.field(
        description="按全局编号读取；权限与 `person` 相同，工作人员须说明目的并留痕。查无与无权同样返回空。"
        "Anything by its id, under the conditions of `person`: staff say why, and it is logged. Absent and not allowed both "
        "answer null."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="全局编号。A global id. Example: person_9xT….")],
        purpose: OptionalPurpose = None,
    ) -> Node | None:
        request = await info.context.request()
        if request is None:
            return None
        if id.startswith("person_"):
            columns = columns_for(info, Person)
            return person_of(await people.by_public_id(id, purpose, selected_fields(info), request, columns))
        scheme = scheme_of_id(id)
        enrolment = await enrolling.by_public_id(scheme, id, purpose, request)
        return None if enrolment is None else enrolment_of(scheme, enrolment)
