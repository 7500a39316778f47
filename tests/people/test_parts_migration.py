"""The migration that indexes parts of names serves while it runs, and goes on where it was interrupted."""

import asyncio
from collections.abc import AsyncIterator
from importlib import import_module

import asyncpg
import pytest

from api.db.database import connected
from api.people import names
from api.people.models import Person
from api.settings import Settings

migration = import_module("api.migrations.0021_parts_of_names")
PARTS = "SELECT rowid, part FROM person_folded_name_part"
pytestmark = pytest.mark.usefixtures("postgresql_only")


def expected(called: dict[int, str]) -> set[tuple[int, str]]:
    """Return the rows that the index has of names."""
    return {
        (row, name[at : at + size])
        for row, name in called.items()
        for size in (1, 2, 3)
        for at in range(len(name) - size + 1)
    }


@pytest.fixture
def postgresql_only(empty_settings: Settings) -> None:
    """Skip on SQLite, where the migration is one transaction."""
    if empty_settings.database.startswith("sqlite:"):
        pytest.skip("one transaction on SQLite")


@pytest.fixture
async def connection(empty_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database with people whose parts are not in the index, because the trigger was off."""
    async with connected(empty_settings):
        opened = await asyncpg.connect(empty_settings.database)
        await opened.execute("ALTER TABLE person DISABLE TRIGGER USER")
        called = {row: f"王{chr(0x4E00 + row)}明" for row in range(1, 31)}
        await Person.bulk_create(
            Person(id=row, id_type="01", id_number=f"N{row}", name=name, folded_name=names.fold(name))
            for row, name in called.items()
        )
        await opened.execute("ALTER TABLE person ENABLE TRIGGER USER")
        yield opened
        await opened.close()


async def rows(connection: asyncpg.Connection) -> set[tuple[int, str]]:
    """Return the rows of the index."""
    return {(row["rowid"], row["part"]) for row in await connection.fetch(PARTS)}


async def test_interrupted_run_is_resumed(connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an interruption, a second run adds what is missing, and the index has each part once."""
    monkeypatch.setattr(migration, "BATCH", 7)
    original, batches = migration.briefly, iter(range(2))

    async def interrupted(*arguments: object) -> None:
        if next(batches, None) is None:
            raise asyncio.CancelledError
        await original(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(migration, "briefly", interrupted)
        with pytest.raises(asyncio.CancelledError):
            await migration._fill(connection)
    called = dict(await connection.fetch("SELECT id, folded_name FROM person"))
    assert await rows(connection) == expected({row: name for row, name in called.items() if row <= 14})
    await migration._fill(connection)
    assert await rows(connection) == expected(called)


async def test_names_may_change_meanwhile(
    connection: asyncpg.Connection, empty_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes while its batch is added has the parts of the new name alone."""
    monkeypatch.setattr(migration, "BATCH", 7)
    other = await asyncpg.connect(empty_settings.database)
    try:
        changing = other.transaction()
        await changing.start()
        await other.execute("UPDATE person SET folded_name = '李四' WHERE id = 10")
        filling = asyncio.ensure_future(migration._fill(connection))
        await asyncio.sleep(0.5)
        assert not filling.done()
        await changing.commit()
        await filling
    finally:
        await other.close()
    called = dict(await connection.fetch("SELECT id, folded_name FROM person"))
    assert called[10] == "李四"
    assert await rows(connection) == expected(called)
