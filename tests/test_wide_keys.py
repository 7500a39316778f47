"""Keys of 64 bits: past 2^31 on both databases, and the migration that widens PostgreSQL's."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch

import asyncpg
import pytest
from tortoise.migrations.executor import MigrationTarget

from api import clock
from api.accesslog import verification
from api.accesslog.chain import Heads
from api.accesslog.models import AccessLogEntry
from api.db.database import _executor, connected, is_sqlite, migrate
from api.db.postgresql import connect, wide_keys
from api.settings import Settings
from tests.databases import Databases, apart
from tests.durability.crowd import Member, store_members
from tests.durability.load import result
from tests.durability.records import records
from tests.durability.scale import IS_FULL
from tests.durability.test_outages import submit
from tests.hall import open_hall
from tests.upgrade.story import WITHDRAW
from tests.upgrade.test_releases import RELEASES, _fill
from tests.upgrade.widening import WIDENING, WITHOUT_LATER_TRIGGERS, migrate_apart, only_widen

BEYOND = 2**31
TABLES = ("person", "participation", "account", "session", "receipt", "consent", "kept_answer",
          "flexible_employment_enrolment", "access_log_entry")  # fmt: skip
LOG = """
    query ($after: String) {
      viewer { person { accessLog(first: 1, after: $after) { nodes { purpose } pageInfo { endCursor } } } }
    }
"""
BEFORE = MigrationTarget("hall", "0015_enrolments_of_any_scheme")
# Columns in their order by name, since wide columns stand behind the others; indexes; constraints; sequences.
SCHEMA = (
    """SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(column_default, '')
       FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "SELECT sequencename || ' ' || data_type FROM pg_sequences",
    "SELECT (objsubid > 0) || description FROM pg_description WHERE objoid IN (SELECT oid FROM pg_class)",
    "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


async def test_enrolment_beyond_32_bits(empty_settings: Settings) -> None:
    """A citizen enrols, withdraws and pages through their access log where all row numbers are past 2^31."""
    await asyncio.to_thread(asyncio.run, _count_on(empty_settings))
    [member] = await asyncio.to_thread(asyncio.run, store_members(empty_settings, 1))
    async with open_hall(empty_settings) as hall, records(empty_settings) as stored:

        async def ask(document: str, **variables: Any) -> Any:
            answer = await hall.post(json={"query": document, "variables": variables}, headers=member.headers())
            return answer.json()["data"]

        enrolled = result(await submit(hall, member))
        assert result(await submit(hall, member))["replayed"] is True
        withdrawn = await ask(WITHDRAW, input={"enrolmentId": enrolled["enrolment"]["id"], "idempotencyKey": "w"})
        assert withdrawn["withdrawFlexibleEmployment"]["__typename"] == "FlexibleEmploymentWithdrawn"
        purposes, cursor = [], None
        for _ in range(2):
            page = (await ask(LOG, after=cursor))["viewer"]["person"]["accessLog"]
            purposes += [entry["purpose"] for entry in page["nodes"]]
            cursor = page["pageInfo"]["endCursor"]
        assert purposes == ["撤回灵活就业参保登记", "灵活就业参保登记"]
        for table in TABLES:
            [row] = await stored.ask(f"SELECT max(id) FROM {table}")  # noqa: S608 - our own tables
            assert row[0] > BEYOND, table


async def _count_on(settings: Settings) -> None:
    """Begin all numbers past 2^31."""
    async with connected(settings) as context:
        client = context.connections.get("default")
        if is_sqlite(settings):
            _, tables = await client.execute_query("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
            for table in tables:
                await client.execute_query("DELETE FROM sqlite_sequence WHERE name = ?", [table["name"]])
                await client.execute_query("INSERT INTO sqlite_sequence VALUES (?, ?)", [table["name"], BEYOND])
        else:
            counted = "SELECT setval(seqrelid, $1::bigint) FROM pg_sequence WHERE seqtypid = 'int8'::regtype"
            await client.execute_query(counted, [BEYOND])
        await AccessLogEntry.create(
            id=BEYOND, digest="-", act="READ", granted=True, at=clock.now(), actor="", organisation="", purpose="",
            fields_seen=[], people_seen=[], request_id="",
        )  # fmt: skip


@pytest.fixture
def narrow(databases: Databases, tmp_path: Path) -> Settings:
    """A database of the release before, with people of an older one."""
    settings = Settings(database_url=databases.create(tmp_path), data=tmp_path)
    if is_sqlite(settings):
        pytest.skip("SQLite's keys have 64 bits")
    tables = json.loads(RELEASES[-1].read_text("utf-8"))["tables"]

    async def fill() -> None:
        async with connected(settings) as context:
            await _executor(context).migrate([MigrationTarget("hall", tables["tortoise_migrations"][-1]["name"])])
            await _fill(context.connections.get("default"), tables)
            await _executor(context).migrate([BEFORE])

    apart(fill)
    return settings


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Settings:
    """An empty database with narrow keys, and with what later migrations have added for the Hall that serves it."""
    settings = Settings(database_url=databases.create(tmp_path), data=tmp_path)
    if is_sqlite(settings):
        pytest.skip("SQLite's keys have 64 bits")

    async def fill() -> None:
        async with connected(settings) as context:
            with patch.object(import_module(WIDENING), "widen_keys", AsyncMock()):
                await migrate(context)
            await context.connections.get("default").execute_script(WITHOUT_LATER_TRIGGERS)

    apart(fill)
    return settings


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat each table as a large one, in many batches."""
    monkeypatch.setattr(wide_keys, "SMALL_BYTES", 0)
    monkeypatch.setattr(wide_keys, "BATCH_ROWS", 2)


@asynccontextmanager
async def _asking(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(settings.database)
    try:
        yield connection
    finally:
        await connection.close()


async def _schema(settings: Settings) -> list[list[str]]:
    async with _asking(settings) as connection:
        return [sorted(str(row[0]) for row in await connection.fetch(query)) for query in SCHEMA]


async def _rows(settings: Settings) -> dict[str, list[Any]]:
    tables = ("person", "participation", "account", "flexible_employment_enrolment", "access_log_entry")
    async with _asking(settings) as connection:
        return {
            table: [dict(sorted(row.items())) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY id")]  # noqa: S608 - our own tables
            for table in tables
        }


async def _migrate(settings: Settings) -> None:
    async with connected(settings) as context:
        await migrate(context)


@pytest.mark.usefixtures("online")
async def test_large_tables_are_widened_in_place(narrow: Settings, empty_settings: Settings) -> None:
    """The rows are the same, the log is valid, and the schema is that of a new database."""
    before = await _rows(narrow)
    await asyncio.to_thread(asyncio.run, _migrate(narrow))
    assert await _rows(narrow) == before
    assert before["person"]
    assert before["access_log_entry"]
    assert await _schema(narrow) == await _schema(empty_settings)
    assert not _has_narrow_keys(await _schema(narrow))
    async with connected(narrow):
        assert isinstance(await verification.verify(), Heads)
    async with _asking(narrow) as connection:
        for change in ("UPDATE access_log_entry SET id = id", "DELETE FROM access_log_entry"):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await connection.execute(change)


async def test_table_of_many_references_is_not_rewritten(narrow: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small table to which large ones refer is widened in place: a rewrite would check all their rows."""
    rewritten = AsyncMock(side_effect=wide_keys._rewrite)
    monkeypatch.setattr(wide_keys, "_rewrite", rewritten)
    # More than one page, which has all rows of any table here.
    monkeypatch.setattr(wide_keys, "SMALL_BYTES", 10_000)
    await asyncio.to_thread(asyncio.run, _migrate(narrow))
    names = {call.args[1].name for call in rewritten.await_args_list}
    assert "session" in names
    assert names.isdisjoint({"employer", "person"})


@pytest.mark.parametrize("small_bytes", [0, wide_keys.SMALL_BYTES])
async def test_connections_from_before_are_ended(
    narrow: Settings, monkeypatch: pytest.MonkeyPatch, small_bytes: int
) -> None:
    """A statement that was prepared for narrow keys is not executed again: a Hall of 0.2.0 would answer INTERNAL."""
    monkeypatch.setattr(wide_keys, "SMALL_BYTES", small_bytes)
    async with _asking(narrow) as before:
        statement = await before.prepare("SELECT id FROM person")
        assert await statement.fetch()
        await asyncio.to_thread(asyncio.run, _migrate(narrow))
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)):
            await statement.fetch()


@pytest.mark.usefixtures("online")
async def test_interrupted_migration_goes_on(
    narrow: Settings, empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interruption at any of some statements, the next run ends with the same rows and schema."""
    before, left = await _rows(narrow), 0
    original = connect.Connection.execute

    async def execute(self: Any, query: str, *args: Any, **named: Any) -> str:
        nonlocal left
        left -= 1
        if left == 0:
            raise InterruptedError
        return await original(self, query, *args, **named)

    monkeypatch.setattr(connect.Connection, "execute", execute)
    for number in count(3, 5 if IS_FULL else 16):
        left = number
        with suppress(InterruptedError):
            await asyncio.to_thread(asyncio.run, _migrate(narrow))
            break
    assert left > 0
    monkeypatch.undo()
    assert await _rows(narrow) == before
    assert await _schema(narrow) == await _schema(empty_settings)


async def test_people_enrol_while_keys_are_widened(empty: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enrolments during the migration are answered with receipts or BUSY, and all are there afterwards."""
    monkeypatch.setattr("api.db.database.pending", AsyncMock(return_value=[]))
    members = await asyncio.to_thread(asyncio.run, store_members(empty, 30))
    assert _has_narrow_keys(await _schema(empty))
    done = asyncio.Event()

    async def enrol(member: Member) -> None:
        while (answer := await submit(hall, member)).status == 503:
            pass
        result(answer)

    async def enrol_all() -> int:
        enrolled = 0
        for member in members:
            await enrol(member)
            enrolled += not done.is_set()
        return enrolled

    async with open_hall(empty) as hall:
        enrolling = asyncio.create_task(enrol_all())
        await asyncio.to_thread(migrate_apart, empty, _rest_long)
        done.set()
        assert await enrolling > 0
    async with records(empty) as stored:
        assert await stored.broken_invariants() == []
    assert not _has_narrow_keys(await _schema(empty))


def _has_narrow_keys(schema: list[list[str]]) -> bool:
    columns = (column.split() for column in schema[0])
    narrow = {name for name, kind, *_ in columns if kind == "integer" and name.endswith((".id", "_id"))}
    return narrow > {"tortoise_migrations.id"}


def _rest_long() -> None:
    """Widen as below, each table as a large one, and rest after each batch long enough for somebody to enrol."""
    # The last is a clock that moves when it is read.
    changes = {"SMALL_BYTES": 0, "BATCH_SECONDS": 1, "BATCH_ROWS": 5, "perf_counter": count(0, 0.1).__next__}
    for name, value in changes.items():
        setattr(wide_keys, name, value)
    only_widen()
