"""A large population: ten thousand imported persons, and multiples of them.

The copies are inserted with SQL into the tables with the Hall's indexes and triggers. A copy has its own number, with
its
serial number in place of the century of birth; its other facts are those of the original.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tortoise.backends.base.client import BaseDBAsyncClient

from api import clock
from api.accounts import service as accounts
from api.accounts.models import Account, Role
from api.db.database import connected, is_sqlite
from api.importing.bulk_insert import optimize_name_index
from api.people import names
from api.people.models import Participation, Person
from api.settings import Settings
from tests.bench.population import populate

IMPORTED = 10_000
# The number of two-digit centuries times the imported persons.
MAX_PEOPLE = 1_000_000
# The century of birth of all imported persons.
CENTURY = 19
# A common surname for this number of each thousand persons, and a unique name for one in ten thousand.
COMMON, COMMON_IN_A_THOUSAND = "王", 80
RARE, RARE_PLACES = "彧", (17, 5_000, 9_990)
SUPERVISOR = "supervisor"
ASKED_FOR = 100
OWN = {"id", "public_id", "id_number", "number_index"}


@dataclass(frozen=True, slots=True)
class Crowd:
    """A database with this number of persons, and the accounts of requests: a district clerk, and a supervisor.

    `numbers` are document numbers from all over the table.
    """

    settings: Settings
    people: int
    clerk_token: str
    supervisor_token: str
    citizen_tokens: tuple[str, ...]
    numbers: tuple[str, ...]


def create_crowd(settings: Settings, people: int) -> Crowd:
    """Fill an empty database, and return its population."""
    return asyncio.run(_create_crowd(settings, people))


async def _create_crowd(settings: Settings, people: int) -> Crowd:
    population = await populate(settings, settings.data, min(people, IMPORTED))
    async with connected(settings) as context:
        client = context.connections.get("default")
        await _set_names()
        for place, century in enumerate(centuries(people), 1):
            await _copy(client, place * IMPORTED, century)
        if is_sqlite(settings):
            await optimize_name_index()
            await client.execute_script("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            await _vacuum(client)
        await Account.create(
            name=SUPERVISOR, password_hash="-", role=Role.SUPERVISOR, organisation="天津市", districts=[]
        )
        token = await accounts.issue_token(SUPERVISOR, now=clock.now())
        count = await Person.all().count()
        some = await Person.filter(id__in=range(1, count, count // ASKED_FOR))
    citizens = tuple(citizen.token for citizen in population.citizens[::100])
    numbers = tuple(person.id_number for person in some)
    return Crowd(settings, count, population.clerk_token, token, citizens, numbers)


def centuries(people: int) -> Iterator[int]:
    """Yield the century of each copy: all but that of the imported persons."""
    yield from [century for century in range(MAX_PEOPLE // IMPORTED) if century != CENTURY][: people // IMPORTED - 1]


async def _set_names() -> None:
    """Give some persons a common surname, and a few a unique name, all over the table."""
    generator = Random(COMMON_IN_A_THOUSAND)
    common = [
        person for person in await Person.all().order_by("id") if generator.randrange(1000) < COMMON_IN_A_THOUSAND
    ]
    for person in common:
        person.name = COMMON + person.name[1:]
        person.folded_name = names.fold(person.name)
    await Person.bulk_update(common, ["name", "folded_name"], batch_size=500)
    for place in RARE_PLACES:
        await Person.filter(id=place).update(name=f"{COMMON}{RARE}", folded_name=f"{COMMON}{RARE}")


async def _copy(client: BaseDBAsyncClient, offset: int, century: int) -> None:
    place = "?" if client.capabilities.dialect == "sqlite" else "$1::text"
    others = [name for name in Person._meta.fields_db_projection.values() if name not in OWN]
    copied = ", ".join(others)
    number = "substr({0}, 1, 6) || {1} || substr({0}, 9)"
    await client.execute_query(
        f"INSERT INTO person (id, public_id, id_number, number_index, {copied}) "  # noqa: S608 - our own names
        f"SELECT id + {offset}, public_id || {place}, "
        f"{number.format('id_number', place)}, {number.format('number_index', place)}, {copied} "
        f"FROM person WHERE id <= {IMPORTED} ORDER BY id",
        [f"{century:02}"] * (3 if place == "?" else 1),
    )
    others = [name for name in Participation._meta.fields_db_projection.values() if name not in {"id", "person_id"}]
    copied = ", ".join(others)
    await client.execute_query(
        f"INSERT INTO participation (person_id, {copied}) "  # noqa: S608 - our own names
        f"SELECT person_id + {offset}, {copied} FROM participation WHERE person_id <= {IMPORTED} ORDER BY id"
    )


async def _vacuum(client: BaseDBAsyncClient) -> None:
    """Do what PostgreSQL's autovacuum would do within minutes."""
    for table in ("person", "participation"):
        await client.execute_query(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - our own tables
        await client.execute_script(f"VACUUM ANALYZE {table}")
