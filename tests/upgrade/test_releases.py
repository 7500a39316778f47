"""After an upgrade from each earlier release, rows and the persons' own views are unchanged."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.executor import MigrationTarget

from api.accesslog import verification
from api.accesslog.chain import Heads
from api.db.database import _executor, connected, migrate, pending
from api.settings import Settings
from tests.databases import Databases, apart
from tests.hall import Hall, open_hall
from tests.upgrade.story import CITIZENS, ENROL, LOG, OWN, WITHDRAW, form

# One migrated database per release for all tests of this file.
pytestmark = pytest.mark.xdist_group("releases")
RELEASES = sorted(Path(__file__).parent.glob("*.json"))
# Each table follows those that it references.
ORDER = (
    "employer", "person", "non_mainland_info", "account", "session", "participation", "subsidy",
    "receipt", "consent", "flexible_employment_enrolment", "access_log_entry", "kept_answer", "wrong_tries",
)  # fmt: skip
MIGRATIONS = "tortoise_migrations"


@pytest.fixture(scope="module", params=RELEASES, ids=lambda file: file.stem)
def release(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The recorded tables and responses of a release."""
    left: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return left


@pytest.fixture(scope="module")
def migrated(release: dict[str, Any], databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the release's database after migration; each test gets a copy."""
    data = tmp_path_factory.mktemp("migrated")
    settings = _settings(data, databases.create(data))

    async def fill() -> None:
        async with connected(settings) as context:
            await _executor(context).migrate([MigrationTarget("hall", release["tables"][MIGRATIONS][-1]["name"])])
            await _fill(context.connections.get("default"), release["tables"])
            await migrate(context)
            assert await pending(context) == []

    apart(fill)
    return settings.database


@pytest.fixture
async def later(migrated: str, databases: Databases, tmp_path: Path) -> AsyncIterator[Hall]:
    """A current Hall with the migrated database."""
    with databases.copy(migrated, tmp_path) as address:
        async with open_hall(_settings(tmp_path, address)) as hall:
            yield hall


def _settings(data: Path, address: str) -> Settings:
    environment = {"HALL_DATA": str(data), "HALL_DATABASE_URL": address, "HALL_INSECURE_COOKIES": "1"}
    return Settings.from_environment(environment)


async def _fill(database: BaseDBAsyncClient, tables: dict[str, list[dict[str, Any]]]) -> None:
    assert set(tables) - {MIGRATIONS} <= set(ORDER)
    for table in (name for name in ORDER if tables.get(name)):
        if database.capabilities.dialect == "sqlite":
            await _fill_sqlite(database, table, tables[table])
        else:
            await _fill_postgresql(database, table, tables[table])


async def _fill_sqlite(database: BaseDBAsyncClient, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        values = [json.dumps(value) if isinstance(value, list | dict) else value for value in row.values()]
        places = ", ".join("?" * len(row))
        await database.execute_query(f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({places})', values)  # noqa: S608 - our own tables


async def _fill_postgresql(database: BaseDBAsyncClient, table: str, rows: list[dict[str, Any]]) -> None:
    filling = f'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", $1::json)'  # noqa: S608 - our own tables
    await database.execute_query(filling, [json.dumps(rows)])
    _, counted = await database.execute_query(f"SELECT pg_get_serial_sequence('{table}', 'id') AS name")
    if counted[0]["name"]:
        await database.execute_query("SELECT setval($1::text::regclass, $2)", [counted[0]["name"], rows[-1]["id"]])


async def test_own_views_are_unchanged(release: dict[str, Any], later: Hall) -> None:
    """Records, enrolments, receipts and frozen verdicts are byte-identical; passwords stay valid."""
    for account in CITIZENS:
        assert (await later.ask(OWN, account=account))["data"] == release["read"][account]["own"]


async def test_log_continues(release: dict[str, Any], later: Hall) -> None:
    """All entries are present, in one chain with new ones."""
    for account in CITIZENS:
        earlier = release["read"][account]["log"]["viewer"]["person"]["accessLog"]["nodes"]
        now = (await later.ask(LOG, account=account))["data"]["viewer"]["person"]["accessLog"]["nodes"]
        assert now[-len(earlier) :] == earlier or not earlier
    await later.ask('{ viewer { person { revealed(purpose: "核对") { idNumber } } } }', account="lin")
    async with connected(later.settings):
        found = await verification.verify()
    assert isinstance(found, Heads)
    assert found.entries > len(release["tables"]["access_log_entry"])


async def test_idempotency_keys_are_kept(release: dict[str, Any], later: Hall) -> None:
    """An old idempotency key replays its enrolment, which can be withdrawn."""
    read = release["read"]["lin"]
    enrolment = read["own"]["viewer"]["person"]["flexibleEmployment"]["current"]["id"]
    again = await later.ask(ENROL, {"input": form("key of lin", read["notice"])}, "lin")
    assert again["data"]["registerFlexibleEmployment"] == {
        "__typename": "FlexibleEmploymentRegistered", "replayed": True, "enrolment": {"id": enrolment},
    }  # fmt: skip
    withdrawal = {"enrolmentId": enrolment, "idempotencyKey": "a later key"}
    gone = await later.ask(WITHDRAW, {"input": withdrawal}, "lin")
    assert gone["data"]["withdrawFlexibleEmployment"]["__typename"] == "FlexibleEmploymentWithdrawn"


async def test_names_are_searchable(later: Hall) -> None:
    """Persons of the old database are found by parts of their names through the new index."""
    document = "query ($part: String) { people(filter: { nameContains: $part }) { totalCount nodes { id } } }"
    for part, number in [("林", 1), ("海平", 1), ("娜尔买", 1), ("𠮷", 0), ("", 2)]:
        people = (await later.ask(document, {"part": part}, "desk"))["data"]["people"]
        assert (people["totalCount"], len(people["nodes"])) == (number, number)
