"""Backups taken under load and restored elsewhere: a consistent and complete snapshot."""

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.db.database import MODELS, is_sqlite
from api.settings import Settings
from tests import postgres
from tests.databases import Databases
from tests.durability.crowd import UNLIMITED, Member, issue_tokens, store_members
from tests.durability.load import LoadTest, confirmed_enrolments, result, submissions
from tests.durability.records import records
from tests.durability.scale import repetitions
from tests.durability.wire import Connection
from tests.forkserver import run
from tests.http.serving import serving

PEOPLE = repetitions(60, 1000)
TABLES = (
    "access_log_checkpoint", "access_log_entry", "access_log_removal", "access_log_span", "account", "consent",
    "employer", "flexible_employment_change", "flexible_employment_enrolment",
    "kept_answer", "non_mainland_info", "participation", "person", "receipt", "scheme_enrolment",
    "scheme_enrolment_change", "session", "subsidy", "tortoise_migrations", "webhook", "webhook_message",
    "wrong_tries",
)  # fmt: skip


def test_all_tables_are_compared() -> None:
    """The tests compare the tables of all models."""
    from importlib import import_module
    from inspect import isclass

    from tortoise.models import Model

    table_names = {
        each._meta.db_table
        for module in MODELS
        for each in vars(import_module(module)).values()
        if isclass(each) and issubclass(each, Model) and each is not Model and not each._meta.abstract
    }
    assert table_names | {"tortoise_migrations"} == set(TABLES)


def run_command(settings: Settings, *arguments: str) -> None:
    """Run a command of the Hall, which must succeed."""
    environment = os.environ | {"HALL_DATA": str(settings.data), "HALL_DATABASE_URL": settings.database}
    run(*arguments, environment=environment).check_returncode()


def back_up(settings: Settings, file: Path) -> None:
    """Make a backup as in docs/operating.md."""
    if is_sqlite(settings):
        run_command(settings, "backup", str(file))
    else:
        postgres.tool(settings.database, "pg_dump", "-Fc", "-f", str(file), settings.database)


def restore(settings: Settings, file: Path) -> None:
    """Restore a backup as in docs/operating.md."""
    if is_sqlite(settings):
        run_command(settings, "restore", str(file))
    else:
        arguments = ("--no-owner", "--exit-on-error", "--single-transaction", "-d", settings.database, str(file))
        postgres.tool(settings.database, "pg_restore", *arguments)
        run_command(settings, "account", "sessions", "--end")


def empty_place(settings: Settings, databases: Databases, folder: Path) -> Settings:
    """Return the settings of a place without a database, or with an empty one."""
    folder.mkdir()
    return replace(settings, data=folder, database_url=databases.create(folder))


@pytest.fixture
def production(empty_settings: Settings) -> Settings:
    """The settings of a production Hall without persons."""
    return replace(empty_settings, public_url="https://hall.example")


def test_backup_under_load_is_consistent(production: Settings, databases: Databases, tmp_path: Path) -> None:
    """The copy has every confirmed enrolment, none partially, and serves; idempotency keys still hold."""
    members = asyncio.run(store_members(production, PEOPLE))
    with serving(production, **UNLIMITED) as served:
        load_test = LoadTest(submissions(members, 2), lambda: served.address, enough=PEOPLE // 2)
        before = asyncio.run(_back_up_under_load(production, load_test, tmp_path / "copy"))
    restored = empty_place(production, databases, tmp_path / "there")
    restore(restored, tmp_path / "copy")
    confirmed = {pair for one in confirmed_enrolments(load_test).values() for pair in one}
    assert before <= asyncio.run(_checked_enrolments(restored)) <= confirmed
    run_command(restored, "audit", "verify")
    asyncio.run(issue_tokens(restored, members))
    with serving(restored, **UNLIMITED) as served:
        asyncio.run(_submit_all(served.address, members))
    assert len(asyncio.run(_checked_enrolments(restored))) == PEOPLE


def test_backup_of_idle_database_is_identical(production: Settings, databases: Databases, tmp_path: Path) -> None:
    """Every row of every table is restored byte for byte, except sessions, which may have been ended since."""
    members = asyncio.run(store_members(production, PEOPLE))
    with serving(production, **UNLIMITED) as served:
        asyncio.run(_submit_all(served.address, members))
    back_up(production, tmp_path / "copy")
    restored = empty_place(production, databases, tmp_path / "there")
    restore(restored, tmp_path / "copy")
    rows = asyncio.run(_rows(production))
    assert len(rows["session"]) == PEOPLE
    assert asyncio.run(_rows(restored)) == rows | {"session": []}
    with serving(restored, **UNLIMITED) as served:
        assert asyncio.run(_status(served.address, members[0])) == httpx.codes.UNAUTHORIZED


def test_copy_of_servers_files_under_load_is_consistent(production: Settings, tmp_path: Path) -> None:
    """pg_basebackup takes a copy while people enrol; it starts, has every confirmed enrolment, and its log is valid."""
    if is_sqlite(production):
        pytest.skip("pg_basebackup copies servers of PostgreSQL")
    members = asyncio.run(store_members(production, PEOPLE))
    with ExitStack() as stack:

        def copy(_: Settings, __: Path) -> None:
            nonlocal production
            address = stack.enter_context(postgres.copied(production.database))
            production = replace(production, database_url=address)

        with serving(production, **UNLIMITED) as served:
            load_test = LoadTest(submissions(members, 2), lambda: served.address, enough=PEOPLE // 2)
            before = asyncio.run(_back_up_under_load(production, load_test, tmp_path, copy))
        confirmed = {pair for one in confirmed_enrolments(load_test).values() for pair in one}
        assert before
        assert before <= asyncio.run(_checked_enrolments(production)) <= confirmed
        run_command(production, "audit", "verify")
        run_command(production, "account", "sessions", "--end")


async def _status(address: str, member: Member) -> int:
    """Return the HTTP status of a request with a token."""
    async with httpx.AsyncClient(base_url=address, trust_env=False) as browser:
        content = {"query": "{ viewer { account } }"}
        return (await browser.post("/graphql", json=content, headers=member.headers())).status_code


async def _back_up_under_load(
    settings: Settings, load_test: LoadTest, file: Path, copy: Callable[[Settings, Path], None] = back_up
) -> set[tuple[str, str]]:
    """Make a backup under load; return the enrolments that were confirmed before it began."""

    async def backed_up() -> set[tuple[str, str]]:
        await load_test.has_enough.wait()
        confirmed = {pair for one in confirmed_enrolments(load_test).values() for pair in one}
        await asyncio.to_thread(copy, settings, file)
        return confirmed

    _, confirmed = await asyncio.gather(load_test.run(), backed_up())
    return confirmed


async def _checked_enrolments(settings: Settings) -> set[tuple[str, str]]:
    """Return the enrolments and receipts of a database after checking its invariants."""
    async with records(settings) as stored:
        assert await stored.broken_invariants() == []
        return set((await stored.enrolments()).items())


async def _submit_all(address: str, members: list[Member]) -> None:
    """Submit for every person under one key."""
    connection = await Connection.open(address)
    for member in members:
        result(await connection.post(member.body("same"), member.headers()))
    await connection.close()


async def _rows(settings: Settings) -> dict[str, list[str]]:
    """Return all rows of all tables, sorted."""
    async with records(settings) as stored:
        return {
            table: sorted(str(tuple(row)) for row in await stored.ask(f"SELECT * FROM {table}"))  # noqa: S608 - the tests' own names
            for table in TABLES
        }
