"""Lists of people by name, district and insurance, and their counts: what they cost does not grow with the city.

Each list is read along the index of one condition. Where another condition has to be checked for each person whom that
index finds, a page looks at some thousand people, and says that it stopped before it was full.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api import encryption
from api.accounts import access_log
from api.accounts.access_log import Request
from api.accounts.authorization import Act, Scope, scope_of
from api.accounts.service import Principal
from api.db.column_limits import could_hold
from api.db.query.rows import Columns, Rows
from api.db.query.statements import MAX_PART
from api.graphql.pagination import Candidates, Page, Window, empty_page, page_of
from api.people import identity_number, names
from api.people.models import Participation, Person
from api.people.service import PEOPLE

# The kind of cursors of lists of people.
LIST = "people"
# Counting everybody of a large city takes seconds.
MAX_COUNT = 10_000
# How many people a page, and a count, look at whom an index has found, and who may not match.
MAX_LOOKED_AT, MAX_LOOKED_AT_TO_COUNT = 2_000, 10_000
# Of so few participations a page reads all. Among more, it finds enough people on the way through the list.
FEW_INSURED = 2_000
# How many parts of a long name are tried for one that few people have.
MAX_TRIED_PARTS = 8


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people, which is exact, or so many are there at least."""

    number: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter of a list of people; None does not filter."""

    name_contains: str | None = None
    id_number: str | None = None
    district: str | None = None
    insurance_type: str | None = None
    participation_status: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The people whom a filter selects, and those whom the index of one of its conditions finds, if they are more.

    `insured` are the participations that alone decide.
    """

    matching: Rows[Person]
    candidates: Rows[Person] | None = None
    insured: Rows[Participation] | None = None


async def list_page(  # noqa: PLR0913, PLR0917 - window, filter, principal and purpose
    request: Request | None,
    filters: Filter,
    window: Window,
    purpose: str | None,
    fields: Sequence[str],
    columns: Columns = None,
) -> Page[Person]:
    """Return one page of the people whom staff may see, and log it; empty for others and without a required purpose.

    A page of one person is logged as a look-up too, in that person's access log.
    """
    if request is None:
        return empty_page()
    if scope_of(request.principal, Act.LIST) is Scope.NONE or lacks_purpose(filters, purpose):
        await access_log.record(access_log.refusal_entry(request, Act.LIST, purpose=purpose, fields=fields))
        return empty_page()
    search = await _search(request.principal, filters)
    page: Page[Person] = empty_page() if search is None else await _page(search, window, columns)
    shown = [row.id for row in page.rows]
    entry = access_log.search_entry(request, purpose=purpose, fields=fields, shown=shown)
    if len(shown) == 1:
        why = access_log.valid_purpose(purpose) or ""
        person_entry = access_log.use_entry(request, Act.READ, person=shown[0], purpose=why, fields=fields)
        await asyncio.gather(access_log.record(entry), access_log.record(person_entry))
    else:
        # Awaited directly, because a single entry needs no task.
        # guard: searches-are-logged
        await access_log.record(entry)
    return page


def lacks_purpose(filters: Filter, purpose: str | None) -> bool:
    """Return whether the filter has a document number, which needs a purpose, without one."""
    # guard: number-with-a-purpose
    return filters.id_number is not None and access_log.valid_purpose(purpose) is None


async def count(principal: Principal | None, filters: Filter) -> Count:
    """Return how many people `list_page` would go through, up to MAX_COUNT, or among those who are looked at."""
    search = await _search(principal, filters)
    if search is None:
        return Count(0, is_exact=True)
    if search.insured is not None:
        looked_at, number = await search.insured.count_distinct("person_id", among=MAX_LOOKED_AT_TO_COUNT + 1)
        has_seen_all = looked_at <= MAX_LOOKED_AT_TO_COUNT
    else:
        rows, candidates = search.matching, search.candidates
        last = None if candidates is None else await candidates.only(()).ordered("id").nth(MAX_LOOKED_AT_TO_COUNT)
        number = await (rows if last is None else rows.where(id__lte=last.id)).count(MAX_COUNT + 1)
        has_seen_all = last is None
    return Count(min(number, MAX_COUNT), is_exact=has_seen_all and number <= MAX_COUNT)


async def _page(search: Search, window: Window, columns: Columns) -> Page[Person]:
    among = None if search.candidates is None else Candidates(search.candidates, MAX_LOOKED_AT)
    return await page_of(LIST, search.matching.only(columns), window, among=among)


async def _search(principal: Principal | None, filters: Filter) -> Search | None:
    """Return how to find the people whom a filter selects; None if there are none."""
    if scope_of(principal, Act.LIST) is Scope.NONE:
        return None
    part = "" if filters.name_contains is None else names.fold(filters.name_contains)
    insurance = _without_none(type=filters.insurance_type, status=filters.participation_status)
    own = _without_none(folded_name=part, insured_district=filters.district)
    districts = _districts(principal, filters.district)
    if districts == [] or not (could_hold(Person, **own) and could_hold(Participation, **insurance)):
        return None
    insured = Rows(Participation).where(**insurance)
    number = await insured.count(FEW_INSURED + 1) if insurance else 0
    if insurance and number == 0:
        return None
    people = insured.column("person_id", is_small=number <= FEW_INSURED)
    by_insurance = {"id__in": people} if insurance else {}
    # Every name contains nothing.
    by_name = {"folded_name__has": part} if part else {}
    by_district = {} if districts is None else {"insured_district__in": districts}
    if filters.id_number is not None:
        return Search(PEOPLE.where(**_number_condition(filters.id_number), **by_district, **by_insurance, **by_name))
    if insurance and people.is_small:
        return Search(PEOPLE.where(**by_insurance, **by_district, **by_name))
    if part:
        found = PEOPLE.where(folded_name__contains=await _rarest(part))
        others = (by_name if len(part) > MAX_PART else {}) | by_district | by_insurance
        return Search(found.where(**others), found if others else None)
    found = PEOPLE if districts is None else PEOPLE.where(insured_district__merged=districts)
    if not insurance:
        return Search(found)
    return Search(found.where(**by_insurance), found, insured if districts is None else None)


def _districts(principal: Principal | None, chosen: str | None) -> list[str] | None:
    """Return the districts of the principal and of the filter; None for all."""
    if scope_of(principal, Act.LIST) is Scope.ALL or principal is None:
        return None if chosen is None else [chosen]
    # guard: counts-keep-to-districts
    return sorted(principal.districts if chosen is None else principal.districts & {chosen})


async def _rarest(part: str) -> str:
    """Return what the index has of a part of a name: of a long one a part that few people have, if it has one."""
    if len(part) <= MAX_PART:
        return part
    parts = sorted({part[place : place + MAX_PART] for place in range(len(part) - MAX_PART + 1)})[:MAX_TRIED_PARTS]
    for each in parts:
        if await PEOPLE.where(folded_name__contains=each).count(MAX_LOOKED_AT) < MAX_LOOKED_AT:
            return each
    return parts[0]


def _number_condition(id_number: str) -> dict[str, Any]:
    """Return the condition for a number of unknown document type, in every form in which it may be stored."""
    stored = [
        encryption.index(each) for each in identity_number.spellings(id_number) if could_hold(Person, id_number=each)
    ]
    return {"number_index": stored[0]} if len(stored) == 1 else {"number_index__in": stored}


def _without_none(**conditions: str | None) -> dict[str, str]:
    return {name: value for name, value in conditions.items() if value is not None}
