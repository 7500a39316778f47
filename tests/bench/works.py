"""The works: the same fields of the same persons, with valid tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api import clock
from api.graphql.pagination import cursor
from api.people.search import LIST
from api.schemes.flexible_employment.scheme import SCHEME
from tests.bench.population import Citizen, Population

DOCUMENTS = Path(__file__).parent / "documents"
ACCOUNTS = 1000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Question:
    """A request: its token and its variables."""

    token: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """An operation, its path for servers without GraphQL, and its requests."""

    name: str
    title: str
    address: str
    document: str
    questions: Callable[[Population], Sequence[Question]]
    writes: bool = False


def document(*names: str) -> str:
    """Return the text of an operation and its fragments."""
    return "".join((DOCUMENTS / f"{name}.graphql").read_text("utf-8") for name in names)


def _own_records(population: Population) -> list[Question]:
    return [Question(citizen.token, {}) for citizen in _spread(population)]


def _pages(population: Population) -> list[Question]:
    """Return a clerk's requests for all full pages of the district."""
    full_pages = len(population.in_clerks_district) // PAGE
    places = [population.in_clerks_district[PAGE * page - 1].row for page in range(1, full_pages)]
    return [Question(population.clerk_token, {"after": after}) for after in (None, *map(_cursor, places))]


def _registrations(population: Population) -> list[Question]:
    """Return a form for each citizen."""
    notice = SCHEME.notice_on(clock.today())
    if notice is None:
        raise LookupError("no notice is in force today")
    return [Question(citizen.token, {"input": form(citizen, notice.version)}) for citizen in population.citizens]


def form(citizen: Citizen, notice: str) -> dict[str, str | None]:
    """Return the input of a citizen's registration."""
    return {
        "idempotencyKey": f"bench-{citizen.row}",
        "noticeVersion": notice,
        "insuredDistrict": citizen.district,
        "householdRegistrationType": "11",
        "ethnicGroup": "01",
        "residentialAddress": f"天津市和平区新华街{citizen.row}号",
        "mobileNumber": f"139{citizen.row:08}",
    }


def _cursor(row: int) -> str:
    return cursor(LIST, row)


def _spread(population: Population) -> Sequence[Citizen]:
    """Return some citizens from all over the table."""
    return population.citizens[:: max(1, len(population.citizens) // ACCOUNTS)]


ONE_PERSON = Work(
    "one-person",
    "One person: a citizen's own record",
    "/one-person",
    document("one-person", "record"),
    _own_records,
)
ONE_PERSON_ON_POSTGRESQL = replace(ONE_PERSON, name="postgresql", title="One person on PostgreSQL")
PAGE_OF_50 = Work(
    "page",
    "Page of 50: a clerk's list of people",
    "/page",
    document("page", "record"),
    _pages,
)
PAGE_OF_50_ON_POSTGRESQL = replace(PAGE_OF_50, name="page-postgresql", title="Page of 50 on PostgreSQL")
ENROLMENT_PAGE = Work(
    "enrolment-page",
    "Enrolment page: profile, verdict, districts, notice, window",
    "/enrolment-page",
    document("enrolment-page"),
    _own_records,
)
REGISTRATION = Work(
    "registration",
    "Registration: one transaction, on the disk",
    "/registration",
    document("registration"),
    _registrations,
    writes=True,
)
WORKS = (
    ONE_PERSON,
    PAGE_OF_50,
    ENROLMENT_PAGE,
    REGISTRATION,
    ONE_PERSON_ON_POSTGRESQL,
    PAGE_OF_50_ON_POSTGRESQL,
)
