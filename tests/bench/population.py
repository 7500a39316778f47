"""An invented population, the same each time, imported with the Hall's own import.

Each person has all facts of the record, an employer that stopped paying, three participations, and an account with a
token. A clerk has the persons of one district, a sixteenth of all.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

from api import clock
from api.accounts.models import Account, Role, Session, SessionKind
from api.accounts.service import TOKEN_LIFETIME
from api.db.database import connected, is_sqlite, migrate
from api.demo.ordinary import DISTRICTS, GIVEN, SURNAMES
from api.importing import run
from api.importing.columns import PARTICIPATION, PERSON
from api.people.identity_number import check_character
from api.people.models import Person
from api.settings import Settings

TODAY = date(2026, 11, 23)
PERSON_COLUMNS = tuple(column.name for column in PERSON)
PARTICIPATION_COLUMNS = tuple(column.name for column in PARTICIPATION)
INSURANCES = ("110", "210", "310")
EMPLOYERS = 500
CLERK, CLERKS_DISTRICT = "clerk", DISTRICTS[0][0]
EXPIRED = "bench-token-expired"
# No sign-in by password, which avoids ten thousand password hashes.
NO_PASSWORD = "-"


@dataclass(frozen=True, slots=True)
class Citizen:
    """The data of a person that requests need."""

    row: int
    token: str
    id_number: str
    district: str | None


@dataclass(frozen=True, slots=True)
class Population:
    """The accounts and persons of requests."""

    citizens: tuple[Citizen, ...]
    clerk_token: str
    expired_token: str

    @property
    def in_clerks_district(self) -> tuple[Citizen, ...]:
        """The persons in the clerk's district."""
        return tuple(citizen for citizen in self.citizens if citizen.district == CLERKS_DISTRICT)


def write_people(path: Path, count: int) -> None:
    """Write a people.csv with this number of distinct invented persons."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(PERSON_COLUMNS)
        rows.writerows([person[name] for name in PERSON_COLUMNS] for person in invented_people(count))


def write_participations(path: Path, count: int) -> None:
    """Write a participations.csv with three participations for each of the same persons."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(PARTICIPATION_COLUMNS)
        for person in invented_people(count):
            rows.writerows(
                [{**person, "type": insurance}[name] for name in PARTICIPATION_COLUMNS] for insurance in INSURANCES
            )


def invented_people(count: int) -> Iterator[dict[str, str]]:
    """Yield the cells of this number of persons, those of their participations included."""
    generator = random.Random(1)
    seen: set[str] = set()
    while len(seen) < count:
        district, where = DISTRICTS[len(seen) % len(DISTRICTS)]
        born = date(1976, 1, 1) + timedelta(days=generator.randrange(7500))
        seventeen = f"{district}{born:%Y%m%d}{generator.randrange(1000):03}"
        if seventeen in seen:
            continue
        seen.add(seventeen)
        employer = generator.randrange(EMPLOYERS)
        yield {
            "idType": "01",
            "idNumber": seventeen + check_character(seventeen),
            "name": generator.choice(SURNAMES) + "".join(generator.sample(GIVEN, generator.choice((1, 2)))),
            "sex": "1" if int(seventeen[-1]) % 2 else "2",
            "birthDate": born.isoformat(),
            "ethnicGroup": generator.choice(("01", "01", "01", "03", "11", "15")),
            "countryOrRegion": "CHN",
            "householdRegistrationType": generator.choice(("11", "21", "51", "52")),
            "householdRegistrationAddress": f"天津市{where}和睦里{generator.randrange(900)}号",
            "residentialAddress": f"天津市{where}海光路{generator.randrange(900)}号",
            "postalCode": f"300{generator.randrange(1000):03}",
            "mobileNumber": f"138{generator.randrange(10**8):08}",
            "workStartDate": (born + timedelta(days=22 * 365)).isoformat(),
            "employerCode": f"E{employer:05}",
            "employerName": f"津门第{employer}公司",
            "department": "综合部",
            "employmentScope": "1",
            "hostEmployerName": f"海河第{employer}分公司",
            "publicSectorStaffCategory": "13",
            "positionNature": "MANAGEMENT",
            "disabilityGrade": "",
            "drawingPension": "否",
            "status": "2",
            "district": district,
            "firstEnrolledOn": (born + timedelta(days=22 * 365)).isoformat(),
            "startedOn": "2020-01-01",
            "endedOn": "2026-09-30",
        }


async def populate(settings: Settings, folder: Path, count: int) -> Population:
    """Import this number of persons into an empty database, create accounts, and return the population."""
    write_people(folder / "people.csv", count)
    write_participations(folder / "participations.csv", count)
    async with connected(settings) as context:
        await migrate(context)
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            if await run(folder, TODAY) != 0:
                raise ValueError("the import refused invented people")
        if not is_sqlite(settings):
            # PostgreSQL's autovacuum would do it within a minute.
            await context.connections.get("default").execute_script("ANALYZE")
        people = await Person.all().order_by("id")
        citizens = await create_citizens(people)
        await _create_others(people[0])
    return Population(citizens, clerk_token=_token(CLERK), expired_token=EXPIRED)


async def create_citizens(people: Sequence[Person]) -> tuple[Citizen, ...]:
    """Create an account and a token for each person."""
    await Account.bulk_create(
        [
            Account(name=f"citizen-{person.id}", password_hash=NO_PASSWORD, role=Role.CITIZEN, person_id=person.id)
            for person in people
        ],
        batch_size=1000,
    )
    found = await Account.filter(role=Role.CITIZEN).values_list("person_id", "id")
    accounts: dict[int, int] = dict(found)
    sessions = [_session(_token(person.id), accounts[person.id]) for person in people]
    await Session.bulk_create(sessions, batch_size=1000)
    return tuple(Citizen(person.id, _token(person.id), person.id_number, person.insured_district) for person in people)


async def _create_others(person: Person) -> None:
    """Create an expired token for a person, and the clerk's account."""
    account = await Account.get(person_id=person.id)
    clerk = await Account.create(
        name=CLERK,
        password_hash=NO_PASSWORD,
        role=Role.CLERK,
        organisation="和平区社会保险经办机构",
        districts=[CLERKS_DISTRICT],
    )
    expired = _session(EXPIRED, account.id, age=timedelta(days=-2) - TOKEN_LIFETIME)
    await Session.bulk_create([expired, _session(_token(CLERK), clerk.id)])


def _token(owner: int | str) -> str:
    """Return a token of the Hall's length that names its owner."""
    return f"bench-token-{owner}".ljust(43, "x")


def _session(token: str, account: int, age: timedelta = timedelta()) -> Session:
    started_at = clock.now() + age
    return Session(
        secret_digest=sha256(token.encode()).hexdigest(),
        account_id=account,
        kind=SessionKind.PROGRAM,
        started_at=started_at,
        seen_at=started_at,
        expires_at=started_at + TOKEN_LIFETIME,
    )
