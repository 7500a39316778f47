"""Strawberry and Tortoise, tuned: prefetching, cached parsing and validation, orjson.

The types are built where the rows are read, so that fields need no resolvers.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any, Self

import orjson
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from tortoise.contrib.starlette import RegisterTortoise
from tortoise.query_utils import Prefetch
from tortoise.queryset import QuerySet

from api.accounts.models import Account, Role, Session, SessionKind
from api.codes.tables import CodeTableName
from api.db.database import MODELS
from api.people import masks, models
from tests.bench.peers.asking import token_parameters
from tests.bench.peers.logging_searches import Log
from tests.bench.peers.pages import cursor, position
from tests.bench.peers.records import NAMES
from tests.bench.peers.running import PRAGMAS, database, run

LOG = Log(database())
Info = strawberry.Info[dict[str, Any], None]


@strawberry.type
class CodedValue:
    """A code with its name."""

    code: str
    name: str


def coded(table: CodeTableName, code: str) -> CodedValue:
    """Return a code with its name."""
    return CodedValue(code=code, name=NAMES[table].get(code, code))


def coded_or_none(table: CodeTableName, code: str | None) -> CodedValue | None:
    """Return a code with its name, or None without a code."""
    return None if code is None else coded(table, code)


@strawberry.type
class Employer:
    """An employer."""

    code: str
    name: str

    @classmethod
    def of(cls, row: models.Employer | None) -> Self | None:
        """Return the employer of a row."""
        return None if row is None else cls(code=row.code, name=row.name)


@strawberry.type
class InsuranceParticipation:
    """A period of an insurance."""

    type: CodedValue
    status: CodedValue
    district: CodedValue | None
    employer: Employer | None
    first_enrolled_on: date | None
    started_on: date | None
    ended_on: date | None

    @classmethod
    def of(cls, row: models.Participation) -> Self:
        """Return the period of a row."""
        return cls(
            type=coded(CodeTableName.INSURANCE_TYPE, row.type),
            status=coded(CodeTableName.PARTICIPATION_STATUS, row.status),
            district=coded_or_none(CodeTableName.DISTRICT, row.district),
            employer=Employer.of(row.employer),
            first_enrolled_on=row.first_enrolled_on,
            started_on=row.started_on,
            ended_on=row.ended_on,
        )


@strawberry.type
class Person:
    """A person's record."""

    id: strawberry.ID
    name: str
    id_type: CodedValue
    id_number: str
    sex: CodedValue | None
    birth_date: str | None
    ethnic_group: CodedValue | None
    country_or_region: CodedValue | None
    household_registration_type: CodedValue | None
    household_registration_address: str | None
    residential_address: str | None
    postal_code: str | None
    mobile_number: str | None
    work_start_date: date | None
    department: str | None
    employment_scope: CodedValue | None
    host_employer_name: str | None
    public_sector_staff_category: CodedValue | None
    position_nature: CodedValue | None
    insured_district: CodedValue | None
    employer: Employer | None
    insurances: list[InsuranceParticipation]

    @classmethod
    def of(cls, row: models.Person) -> Self:
        """Return the record of a row with its employer and its participations."""
        return cls(
            id=strawberry.ID(row.public_id),
            name=masks.name(row.name) or "",
            id_type=coded(CodeTableName.ID_TYPE, row.id_type),
            id_number=masks.number(row.id_number) or "",
            sex=coded_or_none(CodeTableName.SEX, row.sex),
            birth_date=masks.birth_date(row.birth_date),
            ethnic_group=coded_or_none(CodeTableName.ETHNIC_GROUP, row.ethnic_group),
            country_or_region=coded_or_none(CodeTableName.COUNTRY_OR_REGION, row.country_or_region),
            household_registration_type=coded_or_none(
                CodeTableName.HOUSEHOLD_REGISTRATION_TYPE, row.household_registration_type
            ),
            household_registration_address=masks.address(row.household_registration_address),
            residential_address=masks.address(row.residential_address),
            postal_code=row.postal_code,
            mobile_number=masks.number(row.mobile_number),
            work_start_date=row.work_start_date,
            department=row.department,
            employment_scope=coded_or_none(CodeTableName.EMPLOYMENT_SCOPE, row.employment_scope),
            host_employer_name=row.host_employer_name,
            public_sector_staff_category=coded_or_none(
                CodeTableName.PUBLIC_SECTOR_STAFF_CATEGORY, row.public_sector_staff_category
            ),
            position_nature=coded_or_none(CodeTableName.POSITION_NATURE, row.position_nature),
            insured_district=coded_or_none(CodeTableName.DISTRICT, row.insured_district),
            employer=Employer.of(row.employer),
            insurances=[InsuranceParticipation.of(period) for period in row.participations],
        )


@strawberry.type
class PageInfo:
    """The position of a page."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class PersonConnection:
    """A page of people."""

    nodes: list[Person]
    page_info: PageInfo


@strawberry.type
class Viewer:
    """The signed-in account."""

    person: Person | None


async def current_account(info: Info) -> Account | None:
    """Return the account of a valid token."""
    digest, _ = token_parameters(info.context["request"])
    session = await Session.get_or_none(
        secret_digest=digest, kind=SessionKind.PROGRAM, expires_at__gt=datetime.now(UTC)
    ).select_related("account")
    return None if session is None else session.account


def with_all(people: QuerySet[models.Person]) -> QuerySet[models.Person]:
    """Return persons with their employers and participations."""
    periods = models.Participation.all().order_by("started_on", "id").select_related("employer")
    return people.select_related("employer").prefetch_related(Prefetch("participations", periods))


@strawberry.type
class Query:
    """The queries."""

    @strawberry.field
    async def viewer(self, info: Info) -> Viewer | None:
        """Return the account with its record."""
        account = await current_account(info)
        if account is None:
            return None
        row = await with_all(models.Person.filter(id=account.person_id)).first()
        return Viewer(person=None if row is None else Person.of(row))

    @strawberry.field
    async def people(self, info: Info, first: int = 20, after: str | None = None) -> PersonConnection | None:
        """Return a page of the persons in the account's scope after it is logged."""
        account = await current_account(info)
        districts = [] if account is None else account.districts
        seen = models.Person.filter(insured_district__in=districts, id__gt=position(after))
        rows = await with_all(seen).order_by("id").limit(first + 1)
        shown = rows[:first]
        if account is not None and account.role is not Role.CITIZEN:
            await LOG.record_page(account.name, account.organisation, [row.id for row in shown])
        info_of_page = PageInfo(has_next_page=len(rows) > first, end_cursor=cursor(shown[-1].id) if shown else None)
        return PersonConnection(nodes=[Person.of(row) for row in shown], page_info=info_of_page)


class Endpoint(GraphQL[dict[str, Any], None]):
    """Decodes and encodes JSON with orjson."""

    def decode_json(self, data: str | bytes) -> object:
        """Return the request."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        """Return the response."""
        return orjson.dumps(data)


@asynccontextmanager
async def connected(app: Starlette) -> AsyncIterator[None]:
    """Open the database."""
    pragmas = "&".join(pragma.replace(" ", "") for pragma in PRAGMAS)
    async with RegisterTortoise(app, db_url=f"sqlite://{database()}?{pragmas}", modules={"hall": list(MODELS)}):
        yield


schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
endpoint = Endpoint(schema)
run(Starlette(routes=[Route("/graphql", endpoint)], lifespan=connected))
