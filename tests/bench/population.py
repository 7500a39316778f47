"""Invented people in a database of the Hall's own making: the same ones each time, through the Hall's own import.

Each has every fact of the record, an employer that stopped paying, three participations, and an account with a token.
One clerk has the people of one district, a sixteenth of all.
"""

import csv
import random
from collections.abc import Iterator
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
# Nobody signs in by password here, so that nobody need wait for ten thousand of them to be hashed.
NO_PASSWORD = "-"


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody of the population, as far as a question needs them."""

    row: int
    token: str
    id_number: str
    district: str | None


@dataclass(frozen=True, slots=True)
class Population:
    """Who can ask, and about whom."""

    citizens: tuple[Citizen, ...]
    clerk_token: str
    expired_token: str

    @property
    def of_the_clerk(self) -> tuple[Citizen, ...]:
        """Those whom the clerk may see."""
        return tuple(citizen for citizen in self.citizens if citizen.district == CLERKS_DISTRICT)


def write_people(path: Path, count: int) -> None:
    """Write a people.csv with so many invented people, no two alike."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(PERSON_COLUMNS)
        rows.writerows([person[name] for name in PERSON_COLUMNS] for person in invented(count))


def write_participations(path: Path, count: int) -> None:
    """Write a participations.csv with three for each of the same people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(PARTICIPATION_COLUMNS)
        for person in invented(count):
            rows.writerows(
                [{**person, "type": insurance}[name] for name in PARTICIPATION_COLUMNS] for insurance in INSURANCES
            )


def invented(count: int) -> Iterator[dict[str, str]]:
    """Yield the cells of so many people, those of their participations among them."""
    chance = random.Random(1)
    seen: set[str] = set()
    while len(seen) < count:
        district, where = DISTRICTS[len(seen) % len(DISTRICTS)]
        born = date(1976, 1, 1) + timedelta(days=chance.randrange(7500))
        seventeen = f"{district}{born:%Y%m%d}{chance.randrange(1000):03}"
        if seventeen in seen:
            continue
        seen.add(seventeen)
        employer = chance.randrange(EMPLOYERS)
        yield {
            "idType": "01",
            "idNumber": seventeen + check_character(seventeen),
            "name": chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2)))),
            "sex": "1" if int(seventeen[-1]) % 2 else "2",
            "birthDate": born.isoformat(),
            "ethnicGroup": chance.choice(("01", "01", "01", "03", "11", "15")),
            "countryOrRegion": "CHN",
            "householdRegistrationType": chance.choice(("11", "21", "51", "52")),
            "householdRegistrationAddress": f"天津市{where}和睦里{chance.randrange(900)}号",
            "residentialAddress": f"天津市{where}海光路{chance.randrange(900)}号",
            "postalCode": f"300{chance.randrange(1000):03}",
            "mobileNumber": f"138{chance.randrange(10**8):08}",
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


async def settle(settings: Settings, folder: Path, count: int) -> Population:
    """Import so many people into the empty database of `settings`, give everybody an account, and say who is there."""
    write_people(folder / "people.csv", count)
    write_participations(folder / "participations.csv", count)
    async with connected(settings) as context:
        await migrate(context)
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            if await run(folder, TODAY) != 0:
                raise ValueError("the import refused invented people")
        if not is_sqlite(settings):
            # As PostgreSQL would by itself in a minute.
            await context.connections.get("default").execute_script("ANALYZE")
        people = await Person.all().order_by("id")
        await _sign_in(people)
    citizens = (Citizen(person.id, _token(person.id), person.id_number, person.insured_district) for person in people)
    return Population(tuple(citizens), clerk_token=_token(CLERK), expired_token=EXPIRED)


async def _sign_in(people: list[Person]) -> None:
    """Give each person an account and a token, one of them another token that has expired; and the clerk theirs."""
    await Account.bulk_create(
        [
            Account(name=f"citizen-{person.id}", password_hash=NO_PASSWORD, role=Role.CITIZEN, person_id=person.id)
            for person in people
        ],
        batch_size=1000,
    )
    clerk = await Account.create(
        name=CLERK,
        password_hash=NO_PASSWORD,
        role=Role.CLERK,
        organisation="和平区社会保险经办机构",
        districts=[CLERKS_DISTRICT],
    )
    accounts: dict[int, int] = dict(await Account.filter(role=Role.CITIZEN).values_list("person_id", "id"))
    sessions = [_session(_token(person), account) for person, account in accounts.items()]
    expired = _session(EXPIRED, accounts[people[0].id], begun=timedelta(days=-2) - TOKEN_LIFETIME)
    await Session.bulk_create([*sessions, expired, _session(_token(CLERK), clerk.id)], batch_size=1000)


def _token(whose: int | str) -> str:
    """Return a token as long as the Hall's own, easily told."""
    return f"bench-token-{whose}".ljust(43, "x")


def _session(token: str, account: int, begun: timedelta = timedelta()) -> Session:
    moment = clock.now() + begun
    return Session(
        secret_digest=sha256(token.encode()).hexdigest(),
        account_id=account,
        kind=SessionKind.PROGRAM,
        started_at=moment,
        seen_at=moment,
        expires_at=moment + TOKEN_LIFETIME,
    )
