"""谁查看过我的信息, in GraphQL."""

from datetime import datetime

import strawberry

from api.accesslog import service
from api.accesslog.models import AccessLogEntry as Row
from api.graphql.context import Info
from api.graphql.pagination import Page
from api.graphql.types import PageInfo, page_info
from api.zone import in_shanghai

# As the acts of a higher layer are stored: see accounts/authorization.py.
REVEAL = "REVEAL"


@strawberry.type(description="一次查看。One use of a record: who, when, why, and which facts.")
class AccessLogEntry:
    """One line of the access log."""

    row: strawberry.Private[Row]

    @strawberry.field(
        description="编号，供客户端缓存；不透露先后与数量。An id, for caches; says nothing about order or number."
    )
    def id(self) -> strawberry.ID:
        return strawberry.ID(service.public_id(self.row.id))

    @strawberry.field(description="时间。When, in +08:00.")
    def at(self) -> datetime:
        return in_shanghai(self.row.at)

    @strawberry.field(description="查看人账号。The account that looked.")
    def actor(self) -> str:
        return self.row.actor

    @strawberry.field(
        description="查看人所属单位；本人查看时为“本人”。The organisation; 本人 for the person themselves."
    )
    def organisation(self) -> str:
        return self.row.organisation

    @strawberry.field(description="查看目的，由查看人填写。The purpose, as whoever looked stated it.")
    def purpose(self) -> str:
        return self.row.purpose

    @strawberry.field(description="查看的字段。The facts that were shown, by their names in this schema.")
    def fields(self) -> list[str]:
        return self.row.fields_seen

    @strawberry.field(
        description="是否显示了未脱敏的信息；否则只显示了脱敏的信息，或办理了业务。Whether facts were shown in full; otherwise they were "
        "masked, or something was done."
    )
    def in_full(self) -> bool:
        return self.row.act == REVEAL


@strawberry.type(description="一条访问记录及其游标。An entry of the access log and the place in it.")
class AccessLogEdge:
    """One entry of a page."""

    row: strawberry.Private[Row]
    page: strawberry.Private[Page[Row]]

    @strawberry.field(description="访问记录。The entry.")
    def node(self) -> AccessLogEntry:
        return AccessLogEntry(row=self.row)

    @strawberry.field(description="游标。The cursor; the list goes on behind it.")
    def cursor(self) -> str:
        return self.page.cursor(self.row)


@strawberry.type(description="访问记录，最新的在前，按游标分页。Pages of the access log, newest first.")
class AccessLogConnection:
    """One page of the access log of `person`; None where the principal may not read it."""

    page: strawberry.Private[Page[Row]]
    person: strawberry.Private[int | None]

    @strawberry.field(description="本页各条。The entries of this page.")
    def nodes(self) -> list[AccessLogEntry]:
        return [AccessLogEntry(row=row) for row in self.page.rows]

    @strawberry.field(description="本页各条及游标。The entries of this page with their cursors.")
    def edges(self) -> list[AccessLogEdge]:
        return [AccessLogEdge(row=row, page=self.page) for row in self.page.rows]

    @strawberry.field(description="分页信息。Where this page stands.")
    def page_info(self) -> PageInfo:
        return page_info(self.page)

    @strawberry.field(description="总条数，仅在选择时计数。How many there are; counted only when asked for.")
    async def total_count(self, info: Info) -> int:
        return 0 if self.person is None else await service.count(self.person, request_id=info.context.request_id)
