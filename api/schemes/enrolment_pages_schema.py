"""Pages of the enrolments of a person in a scheme, in GraphQL."""

from functools import cached_property

import strawberry

from api.enrolment.models import StoredEnrolment
from api.enrolment.scheme import Scheme as AnyScheme
from api.graphql.pagination import Page, Window, page_among
from api.graphql.types import PageInfo, page_info
from api.people.models import Person
from api.schemes.enrolment_schema import Enrolment, enrolments_of


@strawberry.type(description="一次参保登记及其游标。An enrolment and the place in the list.")
class EnrolmentEdge:
    """One entry of a page."""

    node: Enrolment = strawberry.field(description="参保登记。The enrolment.")
    cursor: str = strawberry.field(description="游标。The cursor; the list goes on behind it.")


@strawberry.type(description="参保登记，最新的在前，按游标分页。Pages of enrolments, newest first.")
class EnrolmentConnection:
    """One page of a person's enrolments in a scheme; `rows` are all of them, which a status needs anyway."""

    window: strawberry.Private[Window]
    rows: strawberry.Private[list[StoredEnrolment]]
    of: strawberry.Private[AnyScheme]
    owner: strawberry.Private[Person]

    @cached_property
    def _page(self) -> Page[StoredEnrolment]:
        return page_among(f"enrolments in {self.of.name}", self.rows, self.window)

    @cached_property
    def _enrolments(self) -> list[Enrolment]:
        return enrolments_of(self.of, self._page.rows, self.owner)

    @strawberry.field(description="本页各次登记。The enrolments of this page.")
    def nodes(self) -> list[Enrolment]:
        return self._enrolments

    @strawberry.field(description="本页各次登记及游标。The enrolments of this page with their cursors.")
    def edges(self) -> list[EnrolmentEdge]:
        page = self._page
        both = zip(self._enrolments, page.rows, strict=True)
        return [EnrolmentEdge(node=enrolment, cursor=page.cursor(row)) for enrolment, row in both]

    @strawberry.field(description="分页信息。Where this page stands.")
    def page_info(self) -> PageInfo:
        return page_info(self._page)

    @strawberry.field(description="登记总次数。How many there are.")
    def total_count(self) -> int:
        return len(self.rows)
