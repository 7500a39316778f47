"""A large population: ten thousand imported persons, and multiples of them.

The copies are inserted by SQL while the tables have neither secondary indexes nor triggers, which are made again
afterwards, so that a city of five million takes minutes. A copy has its own number, with its serial number in place of
the century of birth; its other facts are those of the original.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice, product
from random import Random
from time import perf_counter

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
# What `make bench-scale` compares with the imported persons, and the number of serial numbers times these.
USUAL_PEOPLE, MAX_PEOPLE = 1_000_000, 12_960_000
# The century of birth of all imported persons.
CENTURY = "19"
# Serial numbers have two of these signs.
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The copies of one statement.
COPIES = 100
# A common surname for this number of each thousand persons, and a unique name for one in ten thousand.
COMMON, COMMON_IN_A_THOUSAND = "王", 80
RARE, RARE_PLACES = "彧", (17, 5_000, 9_990)
SUPERVISOR = "supervisor"
ASKED_FOR = 100
OWN = {"id", "public_id", "id_number", "number_index"}


SECONDARY_ON_SQLITE = """SELECT type AS kind, name, sql FROM sqlite_master
WHERE tbl_name IN ('person', 'participation') AND type IN ('index', 'trigger') AND sql IS NOT NULL"""
SECONDARY_ON_POSTGRESQL = """SELECT 'INDEX' AS kind, indexrelid::regclass::text AS name,
pg_get_indexdef(indexrelid) AS sql FROM pg_index WHERE indrelid IN ('person'::regclass, 'participation'::regclass)
AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)"""


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
        began = perf_counter()
        async with _without_indexes(client):
            copies = list(enumerate(serial_numbers(people), 1))
            for begin in range(0, len(copies), COPIES):
                await _copy(client, copies[begin : begin + COPIES])
        if copies:
            rate = len(copies) * IMPORTED / (perf_counter() - began)
            print(f"{rate:,.0f} people a second inserted, with indexes")
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


def serial_numbers(people: int) -> Iterator[str]:
    """Yield the serial number of each copy: all but the century of the imported persons."""
    numbers = ("".join(signs) for signs in product(SIGNS, repeat=2))
    yield from islice((number for number in numbers if number != CENTURY), people // IMPORTED - 1)


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


@asynccontextmanager
async def _without_indexes(client: BaseDBAsyncClient) -> AsyncIterator[None]:
    """Drop secondary indexes and triggers of both tables for the block, and make them again."""
    is_embedded = client.capabilities.dialect == "sqlite"
    _, rows = await client.execute_query(SECONDARY_ON_SQLITE if is_embedded else SECONDARY_ON_POSTGRESQL)
    made = [(row["kind"], row["name"], row["sql"]) for row in rows]
    if is_embedded:
        await client.execute_script("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000")
    for kind, name, _ in made:
        await client.execute_query(f"DROP {kind} {name}")
    yield
    for _, _, statement in made:
        await client.execute_query(statement)
    if is_embedded:
        await client.execute_query("INSERT INTO person_folded_name (person_folded_name) VALUES ('rebuild')")


async def _copy(client: BaseDBAsyncClient, copies: Sequence[tuple[int, str]]) -> None:
    """Copy the imported persons and their participations, once for each place and serial number."""
    places = ", ".join(f"({place * IMPORTED}, '{serial}')" for place, serial in copies)
    listed = f"WITH copy (distance, serial) AS (VALUES {places})"
    columns = [name for name in Person._meta.fields_db_projection.values() if name not in OWN]
    number = "substr({0}, 1, 6) || serial || substr({0}, 9)"
    copied = ", ".join(columns)
    await client.execute_query(
        f"INSERT INTO person (id, public_id, id_number, number_index, {copied}) {listed} "  # noqa: S608 - our own names
        f"SELECT id + distance, public_id || serial, {number.format('id_number')}, {number.format('number_index')}, "
        f"{copied} FROM copy, person WHERE id <= {IMPORTED} ORDER BY distance, id"
    )
    columns = [name for name in Participation._meta.fields_db_projection.values() if name not in {"id", "person_id"}]
    copied = ", ".join(columns)
    await client.execute_query(
        f"INSERT INTO participation (person_id, {copied}) {listed} "  # noqa: S608 - our own names
        f"SELECT person_id + distance, {copied} FROM copy, participation WHERE person_id <= {IMPORTED} "
        "ORDER BY distance, id"
    )


async def _vacuum(client: BaseDBAsyncClient) -> None:
    """Do what PostgreSQL's autovacuum would do within minutes."""
    for table in ("person", "participation"):
        await client.execute_query(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - our own tables
        await client.execute_script(f"VACUUM ANALYZE {table}")
