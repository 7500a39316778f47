"""Reading people's records and their related rows, within the scope of an account."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from api import encryption
from api.accounts import access_log
from api.accounts import service as accounts
from api.accounts.access_log import Request
from api.accounts.authorization import Act, Scope, requires_purpose, scope_of
from api.accounts.models import Session, SessionKind
from api.accounts.service import Principal
from api.db.column_limits import could_hold
from api.db.query.joined_query import JoinedQuery
from api.db.query.rows import Columns, KeyedQuery, Rows, by_key
from api.people import identity_number
from api.people.models import NonMainlandInfo, Participation, Person, Subsidy

RESIDENT_ID = "01"
PAYING = "1"
EMPLOYER_COLUMNS = ("employer__code", "employer__name")
PEOPLE = Rows(Person, joined=EMPLOYER_COLUMNS)
PARTICIPATIONS = Rows(
    Participation, joined=EMPLOYER_COLUMNS, order=("person_id", "started_on", "id"), always=("person_id",)
)
NON_MAINLAND_INFOS = Rows(NonMainlandInfo, always=("person_id",))
OWN_RECORD = KeyedQuery(PEOPLE, "id")
SESSIONS_WITH_OWN = JoinedQuery(accounts.SESSIONS, "account__person", PEOPLE)
OWN_PARTICIPATIONS = KeyedQuery(PARTICIPATIONS, "person_id")


def visible_to(principal: Principal | None) -> Rows[Person]:
    """Return the people whom `principal` may see: themselves, or for staff those insured in their districts."""
    scope = scope_of(principal, Act.READ)
    if principal is None or scope is Scope.NONE:
        return PEOPLE.where(id__in=())
    if scope is Scope.ALL:
        return PEOPLE
    if scope is Scope.DISTRICTS:
        # guard: clerks-read-their-district
        return PEOPLE.where(insured_district__in=sorted(principal.districts))
    return PEOPLE.where(id=principal.person or 0)


async def find_principal_with_record(
    secret: str | None, kind: SessionKind, *, now: datetime, columns: Columns
) -> tuple[Principal | None, Person | None]:
    """Return the account of a session, and its own record if it was read in the same statement."""
    record: Person | None = None

    async def find(**conditions: Any) -> Session | None:
        nonlocal record
        session, record = await SESSIONS_WITH_OWN.first(columns, **conditions) or (None, None)
        return session

    principal = await accounts.find_principal(secret, kind, now=now, find=find)
    return principal, None if principal is None else record


async def own_record(principal: Principal, columns: Columns = None) -> Person | None:
    """Return the principal's own record; None for staff."""
    found = [] if principal.person is None else await OWN_RECORD.all(principal.person, columns)
    return found[0] if found else None


async def by_document(  # noqa: PLR0913, PLR0917 - type and number identify one document
    id_type: str | None,
    id_number: str,
    purpose: str | None,
    fields: Sequence[str],
    request: Request,
    columns: Columns = None,
) -> Person | None:
    """Return the person of a document, if `principal` may see them; staff need a purpose, and the use is logged."""
    id_type = id_type or RESIDENT_ID
    number = identity_number.canonical(id_type, id_number)
    is_possible = could_hold(Person, id_type=id_type, id_number=number)
    visible = visible_to(request.principal).only(columns)
    found = visible.where(id_type=id_type, number_index=encryption.index(number)) if is_possible else None
    return await _look_up(found, purpose, fields, request)


async def by_public_id(
    public_id: str, purpose: str | None, fields: Sequence[str], request: Request, columns: Columns = None
) -> Person | None:
    """Return the person of a public id, under the same conditions as `by_document`."""
    is_possible = could_hold(Person, public_id=public_id)
    found = visible_to(request.principal).only(columns).where(public_id=public_id) if is_possible else None
    return await _look_up(found, purpose, fields, request)


async def _look_up(
    found: Rows[Person] | None, purpose: str | None, fields: Sequence[str], request: Request
) -> Person | None:
    why = access_log.valid_purpose(purpose)
    is_refused = why is None and requires_purpose(request.principal, Act.READ)
    person = None if found is None or is_refused else await found.one()
    if person is None:
        await access_log.record(access_log.refusal_entry(request, Act.READ, purpose=purpose, fields=fields))
    elif request.principal.is_staff:
        await access_log.record(
            access_log.use_entry(request, Act.READ, person=person.id, purpose=why or "", fields=fields)
        )
    return person


def may(principal: Principal | None, act: Act, person: Person) -> bool:
    """Return whether this record is in the principal's scope for `act`."""
    scope = scope_of(principal, act)
    if principal is None or scope is Scope.NONE:
        return False
    if scope is Scope.DISTRICTS:
        return person.insured_district in principal.districts
    # guard: citizens-read-themselves
    return scope is Scope.ALL or principal.person == person.id


# Batch loaders: each takes keys and returns one value per key, in their order.


async def people_of(ids: Sequence[int]) -> list[Person]:
    """Return the records of these row numbers. The caller has checked that they may be shown."""
    found = {row.id: row for row in await PEOPLE.where(id__in=set(ids)).all()}
    return [found[key] for key in ids]


async def non_mainland_infos(people: Sequence[int], columns: Columns = None) -> list[NonMainlandInfo | None]:
    """Return the non-mainland information of these people."""
    rows = await NON_MAINLAND_INFOS.only(columns).where(person_id__in=set(people)).all()
    found = {row.person_id: row for row in rows}
    return [found.get(key) for key in people]


async def participations(people: Sequence[int], columns: Columns = None) -> list[list[Participation]]:
    """Return the insurance participations of these people, oldest first."""
    if len(people) == 1:
        return [await OWN_PARTICIPATIONS.all(people[0], columns)]
    return by_key(await PARTICIPATIONS.only(columns).where(person_id__in=set(people)).all(), "person_id", people)


async def subsidies(people: Sequence[int]) -> list[list[Subsidy]]:
    """Return the subsidies of these people, oldest first."""
    rows = await Rows(Subsidy).where(person_id__in=set(people)).ordered("starts_on", "id").all()
    return by_key(rows, "person_id", people)


def district_of(periods: Iterable[Participation]) -> str | None:
    """Return the district of the newest participation that has one, preferring paid ones; None without any."""
    with_district = [period for period in periods if period.district]
    return max(reversed(with_district), key=_newness).district if with_district else None


def _newness(row: Participation) -> tuple[bool, str]:
    return row.status == PAYING, row.started_on.isoformat() if row.started_on else ""
