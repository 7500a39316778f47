"""Look-ups and lists of people in GraphQL."""

from collections.abc import Iterable
from typing import Annotated

import strawberry
from strawberry.utils.str_converters import to_camel_case

from api.graphql.fields import paged
from api.graphql.pagination import Page
from api.graphql.selection import columns_for, selected_fields, selected_node_fields
from api.graphql.types import After, Before, First, Last, PageInfo, page_info
from api.people import models as stored
from api.people import search, service
from api.people.context import Info
from api.schema.person import Person, person_of


def narrowing(description: str) -> str | None:
    """Return an optional field of the filter."""
    field: str | None = strawberry.field(default=None, description=description)
    return field


@strawberry.input(
    description="查询条件，可组合；不认识的代码得到空表。Narrows the list; all given must hold. Unknown codes match nobody."
)
class PersonFilter:
    """The filter of a list of people."""

    name_contains: str | None = narrowing(
        "姓名包含（间隔号、连字符、空格、大小写不计）。Part of the name; dots, hyphens, spaces and case do not count. Example: 古丽."
    )
    id_number: str | None = narrowing(
        "证件号码，完整；须同时说明查看目的，否则得到空表，查到的人在访问记录中可见。The whole number of a document. It finds one person, so it "
        "takes a `purpose`, without which the page is empty, and the person can read of it."
    )
    district: str | None = narrowing("参保区县代码。District by code. Example: 120101.")
    insurance_type: str | None = narrowing("险种代码。Insurance by code. Example: 110.")
    participation_status: str | None = narrowing(
        "参保状态代码；与险种同时给出时须为同一条参保。State by code; with an insurance, of the same participation. Example: 1."
    )


def filters_of(used: Iterable[str]) -> list[str]:
    """Return the names of the used filters, as in the schema, for the access log; never the values."""
    return [f"filter.{to_camel_case(name)}" for name in used]


@strawberry.type(description="列表中的一人及其游标。A person of the list and the place in it.")
class PersonEdge:
    """One person of a page."""

    row: strawberry.Private[stored.Person]
    page: strawberry.Private[Page[stored.Person]]

    @strawberry.field(description="人员。The person.")
    def node(self) -> Person:
        return Person(row=self.row)

    @strawberry.field(description="游标。The cursor; the list goes on behind it.")
    def cursor(self) -> str:
        return self.page.cursor(self.row)


@strawberry.type(description="人员列表，按游标分页。Pages of people, in the order in which they were recorded.")
class PersonConnection:
    """One page of people."""

    page: strawberry.Private[Page[stored.Person]]
    # None if the principal may not read the list.
    narrowed: strawberry.Private[search.Filter | None]

    nodes: list[Person] = paged(Person, "本页人员。The people of this page.")

    @strawberry.field(description="本页人员及游标。The people of this page with their cursors.")
    def edges(self) -> list[PersonEdge]:
        return [PersonEdge(row=row, page=self.page) for row in self.page.rows]

    @strawberry.field(description="分页信息。Where this page stands.")
    def page_info(self) -> PageInfo:
        return page_info(self.page)

    @strawberry.field(
        description="是否因条件太宽而提前停止查找：本页不满，后面可能还有人。可从 `endCursor` 继续，或补充条件缩小范围。Whether the search stopped before "
        "this page was full, because it had looked at as many people as a page may: there may be more behind `endCursor`, or "
        "before `startCursor`. Go on from there, or narrow the filter."
    )
    def stopped_early(self) -> bool:
        return self.page.stopped_at is not None

    # The count, once one of two fields has asked for it.
    counted: strawberry.Private[search.Count | None] = None

    @strawberry.field(
        description="总人数，仅在选择时计数；最多数到10000，条件太宽时可能更少，见 `totalCountIsExact`。How many people match, counted only when "
        "asked for, up to 10000, and to fewer where too many people would have to be looked at: see `totalCountIsExact`."
    )
    async def total_count(self, info: Info) -> int:
        return (await self._count(info)).number

    @strawberry.field(
        description="总人数是否准确；否表示至少有 `totalCount` 人。Whether `totalCount` is exact; if not, at least so many people match."
    )
    async def total_count_is_exact(self, info: Info) -> bool:
        return (await self._count(info)).is_exact

    async def _count(self, info: Info) -> search.Count:
        if self.narrowed is None:
            return search.Count(0, is_exact=True)
        if self.counted is None:
            self.counted = await search.count(await info.context.principal(), self.narrowed)
        return self.counted


IdType = Annotated[
    str | None, strawberry.argument(description="证件类型代码，默认 01。Kind of document by code. Example: 01.")
]
IdNumber = Annotated[
    str,
    strawberry.argument(
        description="证件号码；空格、连字符、全角、小写 x 均可。The document's number; spaces, hyphens, full-width digits and x are fine."
    ),
]
OptionalPurpose = Annotated[
    str | None,
    strawberry.argument(
        description="查看目的，工作人员必填，1–200 字，本人可见。Why; staff must say, in 1 to 200 characters, and the person can "
        "read it. Example: 核对参保信息."
    ),
]
ListPurpose = Annotated[
    str | None,
    strawberry.argument(
        description="查看目的，1–200 字，记入访问记录；按证件号码查询时必填。Why, in 1 to 200 characters, for the access log; needed "
        "with `idNumber`."
    ),
]
Narrowed = Annotated[PersonFilter | None, strawberry.argument(description="查询条件。What to narrow the list to.")]


@strawberry.input(description="证件。A document of identity.")
class DocumentInput:
    """A document by its type and number."""

    id_number: str = strawberry.field(
        description="证件号码；空格、连字符、全角、小写 x 均可。The document's number; spaces, hyphens, full-width digits and x are fine."
    )
    id_type: str | None = strawberry.field(
        default="01", description="证件类型代码，默认 01。Kind of document by code. Example: 01."
    )


@strawberry.input(
    description="以编号或证件指明一人，二者取一。Names one person, by id or by document: give exactly one of them.",
    one_of=True,
)
class PersonBy:
    """An id or a document."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="全局编号。The global id, as in lists. Example: person_9xT…."
    )
    document: DocumentInput | None = strawberry.field(
        default=strawberry.UNSET, description="证件。A document of identity."
    )


@strawberry.type
class PeopleQuery:
    """The part of Query about people."""

    @strawberry.field(
        description="按证件查询：本人查本人；工作人员查本区县的人，须说明目的并留痕。查无此人与无权查看同样返回空。"
        "One's own record, or for staff any in their districts, with a purpose that the person can read. Absent and not "
        "allowed both answer null."
    )
    async def person(
        self, info: Info, id_number: IdNumber, id_type: IdType = "01", purpose: OptionalPurpose = None
    ) -> Person | None:
        request = await info.context.request()
        if request is None:
            return None
        columns = columns_for(info, Person)
        return person_of(
            await service.by_document(id_type, id_number, purpose, selected_fields(info), request, columns)
        )

    @strawberry.field(
        description="按编号或证件查询一人，条件与 `person` 相同；按编号查询时，证件号码不会成为客户端缓存的键。One person by id or by document, under "
        "the conditions of `person`. By id, no document's number becomes a key in the cache of a client."
    )
    async def person_by(
        self,
        info: Info,
        by: Annotated[PersonBy, strawberry.argument(description="编号或证件。The id or the document.")],
        purpose: OptionalPurpose = None,
    ) -> Person | None:
        request = await info.context.request()
        if request is None:
            return None
        fields, columns = selected_fields(info), columns_for(info, Person)
        if by.id:
            return person_of(await service.by_public_id(by.id, purpose, fields, request, columns))
        if by.document is None or by.document is strawberry.UNSET:
            return None
        id_type, number = by.document.id_type, by.document.id_number
        return person_of(await service.by_document(id_type, number, purpose, fields, request, columns))

    @strawberry.field(
        description="工作人员的人员列表，限本区县，每页留痕，只有一人的页也记入其本人的访问记录；其他人得到空表。For staff, limited to their districts, "
        "each page logged, one that holds one person in that person's access log too; empty for everybody else. `first` is clamped to 0..100, and to fewer where much is asked of each; an unusable cursor gives an empty page."
    )
    async def people(
        self,
        info: Info,
        filter: Narrowed = None,
        first: First = 20,
        after: After = None,
        purpose: ListPurpose = None,
        last: Last = None,
        before: Before = None,
    ) -> PersonConnection | None:
        used = {} if filter is None else {name: value for name, value in vars(filter).items() if value is not None}
        narrowed = search.Filter(**used)
        fields, columns = [*filters_of(used), *selected_node_fields(info)], columns_for(info, Person)
        request, window = await info.context.request(), info.context.window(first, after, last, before)
        page = await search.list_page(request, narrowed, window, purpose, fields, columns)
        return PersonConnection(page=page, narrowed=None if search.lacks_purpose(narrowed, purpose) else narrowed)
