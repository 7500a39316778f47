"""A crowd: ten thousand people who came in through the import, and as many times more copies of them as are wanted.

The copies go straight into the tables, whose indexes and triggers are the Hall's own. A copy has its own number, in
which its turn stands for the century of birth; the rest is as with whoever it is a copy of.
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
from tests.bench.population import settle

IMPORTED = 10_000
# As many centuries as two digits say.
MOST = 1_000_000
# Born in 19.., as all who were imported.
CENTURY = 19
# Of every thousand, so many have this surname in place of their own, and one in ten thousand a name like no other.
COMMON, COMMON_IN_A_THOUSAND = "王", 80
RARE, RARE_PLACES = "彧", (17, 5_000, 9_990)
SUPERVISOR = "supervisor"
ASKED_FOR = 100
OWN = {"id", "public_id", "id_number", "number_index"}


@dataclass(frozen=True, slots=True)
class Crowd:
    """A database with so many people, and those who ask about them: a clerk of one district, and a supervisor.

    `numbers` are of some people from all over the table.
    """

    settings: Settings
    people: int
    clerk_token: str
    supervisor_token: str
    citizen_tokens: tuple[str, ...]
    numbers: tuple[str, ...]


def gathered(settings: Settings, people: int) -> Crowd:
    """Fill the empty database of `settings`, and return who is there."""
    return asyncio.run(_gathered(settings, people))


async def _gathered(settings: Settings, people: int) -> Crowd:
    population = await settle(settings, settings.data, min(people, IMPORTED))
    async with connected(settings) as context:
        client = context.connections.get("default")
        await _name()
        for place, turn in enumerate(turns(people), 1):
            await _copy(client, place * IMPORTED, turn)
        if is_sqlite(settings):
            await optimize_name_index()
            await client.execute_script("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            await _settle_down(client)
        await Account.create(
            name=SUPERVISOR, password_hash="-", role=Role.SUPERVISOR, organisation="天津市", districts=[]
        )
        token = await accounts.issue_token(SUPERVISOR, now=clock.now())
        count = await Person.all().count()
        some = await Person.filter(id__in=range(1, count, count // ASKED_FOR))
    citizens = tuple(citizen.token for citizen in population.citizens[::100])
    numbers = tuple(person.id_number for person in some)
    return Crowd(settings, count, population.clerk_token, token, citizens, numbers)


def turns(people: int) -> Iterator[int]:
    """Yield the turn of each copy of all who were imported: all centuries but theirs."""
    yield from [turn for turn in range(MOST // IMPORTED) if turn != CENTURY][: people // IMPORTED - 1]


async def _name() -> None:
    """Give some a common surname, and few a rare name; wherever they live and stand in the table."""
    chance = Random(COMMON_IN_A_THOUSAND)
    common = [who for who in await Person.all().order_by("id") if chance.randrange(1000) < COMMON_IN_A_THOUSAND]
    for person in common:
        person.name = COMMON + person.name[1:]
        person.folded_name = names.fold(person.name)
    await Person.bulk_update(common, ["name", "folded_name"], batch_size=500)
    for place in RARE_PLACES:
        await Person.filter(id=place).update(name=f"{COMMON}{RARE}", folded_name=f"{COMMON}{RARE}")


async def _copy(client: BaseDBAsyncClient, behind: int, turn: int) -> None:
    place = "?" if client.capabilities.dialect == "sqlite" else "$1::text"
    others = [name for name in Person._meta.fields_db_projection.values() if name not in OWN]
    copied = ", ".join(others)
    number = "substr({0}, 1, 6) || {1} || substr({0}, 9)"
    await client.execute_query(
        f"INSERT INTO person (id, public_id, id_number, number_index, {copied}) "  # noqa: S608 - our own names
        f"SELECT id + {behind}, public_id || {place}, "
        f"{number.format('id_number', place)}, {number.format('number_index', place)}, {copied} "
        f"FROM person WHERE id <= {IMPORTED} ORDER BY id",
        [f"{turn:02}"] * (3 if place == "?" else 1),
    )
    others = [name for name in Participation._meta.fields_db_projection.values() if name not in {"id", "person_id"}]
    copied = ", ".join(others)
    await client.execute_query(
        f"INSERT INTO participation (person_id, {copied}) "  # noqa: S608 - our own names
        f"SELECT person_id + {behind}, {copied} FROM participation WHERE person_id <= {IMPORTED} ORDER BY id"
    )


async def _settle_down(client: BaseDBAsyncClient) -> None:
    """Do what PostgreSQL would do by itself in some minutes."""
    for table in ("person", "participation"):
        await client.execute_query(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - our own tables
        await client.execute_script(f"VACUUM ANALYZE {table}")
