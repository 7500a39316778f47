"""A copy that was taken while people enrolled, put back elsewhere: one moment of the database, whole and complete."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.db.database import MODELS, is_sqlite
from api.settings import Settings
from tests import postgres
from tests.databases import Databases
from tests.durability.crowd import UNLIMITED, Member, admit, invite
from tests.durability.load import Storm, enrolled, result, submissions
from tests.durability.records import records
from tests.durability.scale import many
from tests.durability.wire import Wire
from tests.forkserver import run
from tests.http.serving import serving

PEOPLE = many(60, 1000)
TABLES = (
    "access_log_entry", "account", "consent", "employer", "flexible_employment_change", "flexible_employment_enrolment",
    "kept_answer", "non_mainland_info", "participation", "person", "receipt", "session", "subsidy",
    "tortoise_migrations", "wrong_tries",
)  # fmt: skip


def test_every_table_is_compared() -> None:
    """The tests compare the tables of all models."""
    from importlib import import_module
    from inspect import isclass

    from tortoise.models import Model

    described = {
        each._meta.db_table
        for module in MODELS
        for each in vars(import_module(module)).values()
        if isclass(each) and issubclass(each, Model) and each is not Model
    }
    assert described | {"tortoise_migrations"} == set(TABLES)


def hall(settings: Settings, *arguments: str) -> None:
    """Run a command of the Hall, which must succeed."""
    environment = os.environ | {"HALL_DATA": str(settings.data), "HALL_DATABASE_URL": settings.database}
    run(*arguments, environment=environment).check_returncode()


def save(settings: Settings, file: Path) -> None:
    """Make a backup as in docs/operating.md."""
    if is_sqlite(settings):
        hall(settings, "backup", str(file))
    else:
        postgres.tool(settings.database, "pg_dump", "-Fc", "-f", str(file), settings.database)


def restore(settings: Settings, file: Path) -> None:
    """Restore a backup as in docs/operating.md."""
    if is_sqlite(settings):
        hall(settings, "restore", str(file))
    else:
        arguments = ("--no-owner", "--exit-on-error", "--single-transaction", "-d", settings.database, str(file))
        postgres.tool(settings.database, "pg_restore", *arguments)
        hall(settings, "account", "sessions", "--end")


def elsewhere(settings: Settings, databases: Databases, folder: Path) -> Settings:
    """Return the settings of a place where no database is yet, or an empty one."""
    folder.mkdir()
    return replace(settings, data=folder, database_url=databases.create(folder))


@pytest.fixture
def production(empty_settings: Settings) -> Settings:
    """The settings of a production Hall without people."""
    return replace(empty_settings, public_url="https://hall.example")


def test_a_copy_taken_under_load_is_one_moment(production: Settings, databases: Databases, tmp_path: Path) -> None:
    """The copy has every confirmed enrolment, none partially, and serves; idempotency keys still hold."""
    members = asyncio.run(invite(production, PEOPLE))
    with serving(production, **UNLIMITED) as served:
        storm = Storm(submissions(members, 2), lambda: served.address, enough=PEOPLE // 2)
        before = asyncio.run(_saved_meanwhile(production, storm, tmp_path / "copy"))
    there = elsewhere(production, databases, tmp_path / "there")
    restore(there, tmp_path / "copy")
    confirmed = {pair for one in enrolled(storm).values() for pair in one}
    assert before <= asyncio.run(_sound(there)) <= confirmed
    hall(there, "audit", "verify")
    asyncio.run(admit(there, members))
    with serving(there, **UNLIMITED) as served:
        asyncio.run(_sent_again(served.address, members))
    assert len(asyncio.run(_sound(there))) == PEOPLE


def test_a_copy_taken_at_rest_is_the_same_row_by_row(
    production: Settings, databases: Databases, tmp_path: Path
) -> None:
    """Every row of every table, byte for byte, but no session: one may have been ended since."""
    members = asyncio.run(invite(production, PEOPLE))
    with serving(production, **UNLIMITED) as served:
        asyncio.run(_sent_again(served.address, members))
    save(production, tmp_path / "copy")
    there = elsewhere(production, databases, tmp_path / "there")
    restore(there, tmp_path / "copy")
    rows = asyncio.run(_rows(production))
    assert len(rows["session"]) == PEOPLE
    assert asyncio.run(_rows(there)) == rows | {"session": []}
    with serving(there, **UNLIMITED) as served:
        assert asyncio.run(_status(served.address, members[0])) == httpx.codes.UNAUTHORIZED


async def _status(address: str, member: Member) -> int:
    """Return the HTTP status of a request with a token."""
    async with httpx.AsyncClient(base_url=address, trust_env=False) as browser:
        content = {"query": "{ viewer { account } }"}
        return (await browser.post("/graphql", json=content, headers=member.headers())).status_code


async def _saved_meanwhile(settings: Settings, storm: Storm, file: Path) -> set[tuple[str, str]]:
    """Make a backup under load; return the enrolments that were confirmed before it began."""

    async def saved() -> set[tuple[str, str]]:
        await storm.has_enough.wait()
        confirmed = {pair for one in enrolled(storm).values() for pair in one}
        await asyncio.to_thread(save, settings, file)
        return confirmed

    _, confirmed = await asyncio.gather(storm.rage(), saved())
    return confirmed


async def _sound(settings: Settings) -> set[tuple[str, str]]:
    """Return the enrolments and receipts of a database in which all is well."""
    async with records(settings) as stored:
        assert await stored.broken_invariants() == []
        return set((await stored.enrolments()).items())


async def _sent_again(address: str, members: list[Member]) -> None:
    """Let everybody submit under one key, whether they did before or not."""
    wire = await Wire.open(address)
    for member in members:
        result(await wire.post(member.body("same"), member.headers()))
    await wire.close()


async def _rows(settings: Settings) -> dict[str, list[str]]:
    """Return all rows of all tables, in one order."""
    async with records(settings) as stored:
        return {
            table: sorted(str(tuple(row)) for row in await stored.ask(f"SELECT * FROM {table}"))  # noqa: S608 - the tests' own names
            for table in TABLES
        }
