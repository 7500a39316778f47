"""What the results of successful writes have in common: the account and its record, as they are afterwards.

`Viewer` and `Person` are types of a higher layer, which registers how it makes them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.people.context import Info

if TYPE_CHECKING:
    # This layer must not import the types.
    from typing import Any as Person
    from typing import Any as Viewer

MADE_BY: dict[str, Callable[[Any], Any]] = {}
"""How a GraphQL object of a higher layer is made: a `Person` of a row, a `Viewer` of a principal."""


async def own_person(info: Info) -> Any:
    """Return the GraphQL person of the account that is signed in; None for staff."""
    principal = await info.context.principal()
    row = None if principal is None else await info.context.own(principal, None)
    return None if row is None else MADE_BY["Person"](row)


@strawberry.type
class Success:
    """A successful write: normalising caches of clients see from it what has changed."""

    @strawberry.field(description="登录的人，办理之后的状态。Who is signed in, with everything as it is now.")
    async def viewer(self, info: Info) -> Annotated["Viewer", strawberry.lazy("api.schema.viewer")] | None:
        principal = await info.context.principal()
        return None if principal is None else MADE_BY["Viewer"](principal)

    @strawberry.field(description="本人记录，办理之后的状态。The person's own record as it is now, with every scheme.")
    async def person(self, info: Info) -> Annotated["Person", strawberry.lazy("api.schema.person")] | None:
        return await own_person(info)
