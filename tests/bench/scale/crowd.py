"""A large population: ten thousand imported persons, and multiples of them.

The copies are inserted by SQL while the tables have neither secondary indexes nor triggers, which are made again
afterwards, so that a city of five million takes a minute or two. A copy has its own number, with its serial number in
place of the century of birth; its other facts are those of the original. PostgreSQL copies on two connections.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from random import Random
from time import perf_counter
from typing import cast

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient

from api import clock
from api.accounts import service as accounts
from api.accounts.models import Account, Role
from api.db.database import connected, is_sqlite
from api.db.postgresql.client import Client
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
CONNECTIONS = 2
# A common surname for this number of each thousand persons, and a unique name for one in ten thousand.
COMMON, COMMON_IN_A_THOUSAND = "王", 80
RARE, RARE_PLACES = "彧", (17, 5_000, 9_990)
SUPERVISOR = "supervisor"
ASKED_FOR = 100
OWN = {"id", "public_id", "id_number", "number_index"}


SECONDARY_ON_SQLITE = """SELECT type AS kind, name, sql FROM sqlite_master
WHERE tbl_name IN ('person', 'participation') AND type IN ('index', 'trigger') AND sql IS NOT NULL"""
# The search of names has its own index, which on SQLite is built from the table of people.
COPIED_ON_POSTGRESQL = "('person'::regclass, 'participation'::regclass, 'person_folded_name_part'::regclass)"
SECONDARY_ON_POSTGRESQL = f"""SELECT 'INDEX ' || indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS made
FROM pg_index WHERE indrelid IN {COPIED_ON_POSTGRESQL} AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)"""  # noqa: S608 - our own tables
# A key has its constraint, and is built like an index; that of people is needed for the copies.
KEYS_ON_POSTGRESQL = f"""SELECT conrelid::regclass AS of, conname AS name, pg_get_constraintdef(oid) AS made
FROM pg_constraint WHERE conrelid IN {COPIED_ON_POSTGRESQL}
AND (contype = 'u' OR contype = 'p' AND conrelid = 'person_folded_name_part'::regclass)"""  # noqa: S608 - our own tables
FAST_ON_SQLITE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000"
# What an index sorts in memory at a time: threads sort it, while the next rows are read.
SORTING_ON_SQLITE = "PRAGMA cache_size = -64000; PRAGMA threads = 2"
# Neither triggers nor checks of foreign keys, whose rows are copies of checked ones.
FAST_ON_POSTGRESQL = """SET session_replication_role = replica; SET synchronous_commit = off;
SET maintenance_work_mem = '1GB'; SET statement_timeout = 0; SET lock_timeout = 0"""


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
        began, serials = perf_counter(), list(serial_numbers(people))
        if is_sqlite(settings):
            await _copy_on_sqlite(client, serials)
        else:
            await _copy_on_postgresql(cast("Client", client), serials)
        if serials:
            rate = len(serials) * IMPORTED / (perf_counter() - began)
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


async def _copy_on_sqlite(client: BaseDBAsyncClient, serials: Sequence[str]) -> None:
    """Copy the imported persons while there are no indexes and triggers, and make these again."""
    _, rows = await client.execute_query(SECONDARY_ON_SQLITE)
    await client.execute_script(FAST_ON_SQLITE)
    for row in rows:
        await client.execute_query(f"DROP {row['kind']} {row['name']}")
    periods = await Participation.all().count()
    await client.execute_query("BEGIN")
    for place, serial in enumerate(serials, 1):
        for statement in _copy(place, serial, periods):
            await client.execute_query(statement)
    await client.execute_query("COMMIT")
    await client.execute_script(SORTING_ON_SQLITE)
    for row in rows:
        await client.execute_query(row["sql"])
    await client.execute_query("INSERT INTO person_folded_name (person_folded_name) VALUES ('rebuild')")
    await client.execute_script("PRAGMA journal_mode = WAL")


async def _copy_on_postgresql(client: Client, serials: Sequence[str]) -> None:
    """Copy the imported persons while there are no indexes, and build these again."""
    connections = [await client.open_command_connection() for _ in range(CONNECTIONS)]
    for connection in connections:
        await connection.execute(FAST_ON_POSTGRESQL)
    indexes = await connections[0].fetch(SECONDARY_ON_POSTGRESQL)
    keys = await connections[0].fetch(KEYS_ON_POSTGRESQL)
    dropped = [f"DROP {index['name']}" for index in indexes]
    dropped += [f"ALTER TABLE {key['of']} DROP CONSTRAINT {key['name']}" for key in keys]
    for statement in dropped:
        await connections[0].execute(statement)
    periods = await Participation.all().count()
    await connections[0].execute("CREATE TABLE imported_part AS SELECT * FROM person_folded_name_part")
    part = "INSERT INTO person_folded_name_part SELECT rowid + {}, part FROM imported_part"
    copies = [
        [*_copy(place, serial, periods), part.format(place * IMPORTED)] for place, serial in enumerate(serials, 1)
    ]
    await _execute_all(connections, copies)
    await connections[0].execute("DROP TABLE imported_part")
    # Adding a key locks its table, so each table has its turn.
    made = [[index["made"]] for index in indexes]
    by_table = defaultdict(list)
    for key in keys:
        by_table[key["of"]].append(f"ALTER TABLE {key['of']} ADD CONSTRAINT {key['name']} {key['made']}")
    await _execute_all(connections, [*by_table.values(), *made])
    for connection in connections:
        await connection.close()


async def _execute_all(connections: Sequence[asyncpg.Connection], groups: Sequence[Sequence[str]]) -> None:
    """Execute groups of statements, each group by whichever connection is free."""
    waiting = iter(groups)

    async def execute(connection: asyncpg.Connection) -> None:
        for group in waiting:
            for statement in group:
                await connection.execute(statement)

    await asyncio.gather(*(execute(connection) for connection in connections))


def _copy(place: int, serial: str, periods: int) -> Iterator[str]:
    """Yield statements that copy the imported persons and their participations.

    Public ids begin with the serial number, so that their index grows at one place at a time.
    """
    distance = place * IMPORTED
    copied = ", ".join(name for name in Person._meta.fields_db_projection.values() if name not in OWN)
    number, index = (
        f"substr({name}, 1, 6) || '{serial}' || substr({name}, 9)" for name in ("id_number", "number_index")
    )
    yield (
        f"INSERT INTO person (id, public_id, id_number, number_index, {copied}) "  # noqa: S608 - our own names
        f"SELECT id + {distance}, 'person_{serial}' || substr(public_id, 8), {number}, {index}, {copied} "
        f"FROM person WHERE id <= {IMPORTED} ORDER BY id"
    )
    columns = [name for name in Participation._meta.fields_db_projection.values() if name not in {"id", "person_id"}]
    copied = ", ".join(columns)
    yield (
        f"INSERT INTO participation (id, person_id, {copied}) "  # noqa: S608 - our own names
        f"SELECT id + {place * periods}, person_id + {distance}, {copied} "
        f"FROM participation WHERE id <= {periods} ORDER BY id"
    )


async def _vacuum(client: BaseDBAsyncClient) -> None:
    """Do what PostgreSQL's autovacuum would do within minutes."""
    for table in ("person", "participation"):
        await client.execute_query(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - our own tables
    await client.execute_script("VACUUM ANALYZE person, participation, person_folded_name_part")
