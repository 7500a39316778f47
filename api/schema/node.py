"""Refetching objects by their global id."""

from typing import Annotated

import strawberry

from api.enrolment import service as enrolling
from api.graphql.selection import columns_for, selected_fields
from api.graphql.types import Node
from api.people import service as people
from api.people.context import Info
from api.schema.cost_weights import MAX_NODES
from api.schema.person import Person, person_of
from api.schema.viewer import Viewer, is_viewer_id
from api.schemes.enrolment_schema import enrolment_of
from api.schemes.person_ids import person_and_scheme
from api.schemes.person_schema import scheme_of
from api.schemes.registry import scheme_of_id

GlobalId = Annotated[strawberry.ID, strawberry.argument(description="全局编号。A global id. Example: person_9xT….")]
GlobalIds = Annotated[
    list[strawberry.ID],
    strawberry.argument(
        description=f"全局编号，最多{MAX_NODES}个，多余的为空。Global ids, at most {MAX_NODES}; null for each beyond that."
    ),
]


@strawberry.type
class NodeQuery:
    """The part of Query that reads by id."""

    @strawberry.field(
        description="按全局编号读取，限本人的；工作人员查看他人须说明目的，用 `personBy`。查无与无权同样返回空。Anything of one's own by its id. "
        "Staff, who have to say why, open another person by `personBy`. Absent and not allowed both answer null."
    )
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        return await own_object(info, id)

    @strawberry.field(
        description="按全局编号读取若干，顺序与编号相同，条件与 `node` 相同。Several at once, in the order of the ids, under the conditions of "
        "`node`."
    )
    async def nodes(self, info: Info, ids: GlobalIds) -> list[Node | None] | None:
        read = [await own_object(info, each) for each in ids[:MAX_NODES]]
        return read + [None] * (len(ids) - len(read))


async def own_object(info: Info, id_: str) -> Node | None:
    """Return an object of one's own by its global id; None for any other."""
    request = await info.context.request()
    if request is None:
        return None
    if is_viewer_id(id_, request.principal):
        return Viewer(principal=request.principal)
    person_id, scheme = person_and_scheme(id_)
    if person_id.startswith("person_"):
        columns = None if scheme else columns_for(info, Person)
        found = await people.by_public_id(person_id, None, selected_fields(info), request, columns)
        return scheme_of(found, scheme) if found and scheme else person_of(found)
    kind = scheme_of_id(id_)
    enrolment = await enrolling.by_public_id(kind, id_, None, request)
    return None if enrolment is None else enrolment_of(kind, enrolment)
