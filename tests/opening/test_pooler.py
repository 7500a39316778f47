"""Through pgbouncer in transaction mode, where each transaction may use another server connection."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from api.accesslog import verification
from api.db.database import connected, is_sqlite
from api.db.postgresql.client import Client
from api.db.query.postgresql_reader import PostgreSQLReader
from api.db.transactions.transaction import transaction
from api.settings import Settings
from tests.databases import Databases
from tests.durability.crowd import store_members
from tests.durability.load import result
from tests.durability.records import records
from tests.durability.test_outages import submit
from tests.hall import open_hall
from tests.opening.bouncer import SERVERS, pgbouncer
from tests.opening.commands import run

NUMBER = "120101199003070013"
CLIENTS = 30
LIMITS = {"lock_timeout": "3s", "statement_timeout": "5s", "idle_in_transaction_session_timeout": "5s",
          "enable_mergejoin": "off", "synchronous_commit": "on"}  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def pooled(empty_settings: Settings) -> Iterator[Settings]:
    """A migrated production Hall whose database is reached through a pooler."""
    if is_sqlite(empty_settings):
        pytest.skip("SQLite has no pooler")
    with pgbouncer(empty_settings.database) as url:
        yield replace(empty_settings, database_url=url)


def test_commands_through_pooler(databases: Databases, tmp_path: Path) -> None:
    """Every command works from an empty database on; a second `migrate` has nothing to do."""
    empty = databases.create(tmp_path)
    if empty.startswith("sqlite:"):
        pytest.skip("SQLite has no pooler")
    (tmp_path / "people.csv").write_text(f"idNumber,name\n{NUMBER},林海平\n", "utf-8")
    with pgbouncer(empty) as url:
        settings = Settings(database_url=url, data=tmp_path)
        results = [
            run(settings, "migrate"),
            run(settings, "migrate"),
            run(settings, "import", str(tmp_path)),
            run(settings, "account", "add", "desk", "--staff"),
            run(settings, "token", "desk"),
            run(settings, "seal"),
            run(settings, "recheck"),
            run(settings, "audit", "verify"),
        ]
    assert [ended.status for ended in results] == [0] * len(results), results
    assert results[1].out == "The database is up to date.\n"
    assert "read 1, stored 1" in results[2].out
    # Entries of the import, the account, and its token.
    assert results[-1].out.startswith("The access log holds: 3 entries")


async def test_concurrent_enrolments_through_pooler(empty_settings: Settings, pooled: Settings) -> None:
    """Concurrent reads and writes on two servers get their own responses, and no write is lost."""
    members = await asyncio.to_thread(asyncio.run, store_members(pooled, CLIENTS))
    own = "{ viewer { account person { id flexibleEmployment { current { status } } } } }"
    async with open_hall(pooled) as hall, records(empty_settings) as stored:
        browser = await hall.browser()

        async def enrol(number: int) -> str:
            member = members[number]
            for _ in range(3):
                answer = await browser.post("/graphql", json={"query": own}, headers=member.headers())
                assert answer.status_code == 200, answer.text
            result(await submit(hall, member))
            answer = await browser.post("/graphql", json={"query": own}, headers=member.headers())
            viewer = answer.json()["data"]["viewer"]
            assert viewer["person"]["flexibleEmployment"]["current"] == {"status": "REGISTERED"}
            return str(viewer["account"])

        accounts = await asyncio.gather(*(enrol(number) for number in range(CLIENTS)))
        assert len(set(accounts)) == CLIENTS
        assert (await hall.get("/readyz")).status_code == 200
        assert await stored.broken_invariants() == []
        assert await stored.count("receipt") == CLIENTS
    async with connected(pooled):
        assert str(await verification.verify()).startswith(f"{CLIENTS}:")


async def test_settings_are_local_to_transactions(pooled: Settings) -> None:
    """Time-outs are set in each transaction, because a pooler keeps no session settings, and do not leak."""
    async with connected(pooled, everywhere=True) as context:
        client = context.connections.get("default")
        assert isinstance(client, Client)
        assert client.is_pooled
        reader = PostgreSQLReader(client)
        for name, value in LIMITS.items():
            [written] = await client.execute_query_dict(f"SELECT current_setting('{name}') AS value")
            [read] = await reader.fetch(f"SELECT current_setting('{name}')", [])
            assert (written["value"], read[0]) == (value, value)
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reader.fetch("DELETE FROM session", [])
        assert await reader.fetch("SELECT $1::int", [1], needs_custom_plan=True) == [(1,)]
        await reader.close()
    other = await asyncpg.connect(pooled.database, statement_cache_size=0)
    for _ in range(2 * SERVERS):
        async with other.transaction():
            assert await other.fetchval("SELECT current_setting('lock_timeout')") == "0"
            assert await other.fetchval("SELECT current_setting('transaction_read_only')") == "off"
            assert await other.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
    await other.close()


async def test_failed_transaction_through_pooler(pooled: Settings) -> None:
    """A failed transaction leaves neither its writes nor an open transaction to the next client of its server."""

    async def interrupted() -> None:
        client = context.connections.get("default")
        await client.execute_query("INSERT INTO employer (code, name) VALUES ('HALF', '一半')")
        raise RuntimeError

    async with connected(pooled, everywhere=True) as context:
        for _ in range(2 * SERVERS):
            with pytest.raises(RuntimeError):
                await transaction(interrupted)
        client = context.connections.get("default")
        found = await client.execute_query_dict("SELECT count(*) AS found FROM employer WHERE code = 'HALF'")
        assert found == [{"found": 0}]


async def test_missing_pooler_is_detected(empty_settings: Settings) -> None:
    """Without a pooler, settings belong to the connection, and statements are prepared."""
    if is_sqlite(empty_settings):
        pytest.skip("SQLite has no pooler")
    async with connected(empty_settings) as context:
        client = context.connections.get("default")
        assert isinstance(client, Client)
        assert not client.is_pooled
