"""Migrations match the models, and one command writes a missing migration."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from tortoise.exceptions import OperationalError
from tortoise.migrations.executor import MigrationExecutor

from api.db import database
from api.db.database import connected, is_sqlite
from api.db.migration_writer import unwritten
from api.settings import Settings
from tests.databases import Databases

CHECKOUT = Path(__file__).parents[1]
FIELD = "    postal_code = fields.CharField(max_length=10, null=True)\n"
ADDED = "    shoe_size = fields.CharField(max_length=4, null=True)\n"


async def test_migrations_are_complete(settings: Settings) -> None:
    """The models need no further migration."""
    async with connected(settings) as context:
        needed = [operation.describe() for writer in await unwritten(context) for operation in writer.operations]
    assert needed == []


def test_migration_command_writes_migration(databases: Databases, tmp_path: Path) -> None:
    """`python -m api migration` writes a migration for a new column, which `migrate` applies."""
    shutil.copytree(CHECKOUT / "api", tmp_path / "api", ignore=shutil.ignore_patterns("__pycache__"))
    models = tmp_path / "api" / "people" / "models.py"
    text = models.read_text("utf-8")
    assert text.count(FIELD) == 1
    models.write_text(text.replace(FIELD, FIELD + ADDED), "utf-8")
    data = tmp_path / "data"
    data.mkdir()
    environment = os.environ | {"HALL_DATA": str(data), "HALL_DATABASE_URL": databases.create(data)}

    def output_of(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "api", *command], cwd=tmp_path, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "_add_shoe_size.py" in output_of("migration", "add shoe size")
    assert "_add_shoe_size" in output_of("migrate")
    assert output_of("migration", "again") == "Every model has its migrations.\n"


async def test_migration_that_meets_a_deadlock_is_repeated(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock with a Hall that serves does not end `migrate`; another error does."""
    settings = Settings.from_environment({"HALL_DATA": str(tmp_path), "HALL_DATABASE_URL": databases.create(tmp_path)})
    if is_sqlite(settings):
        pytest.skip("migrations on SQLite wait for the file")
    original, met = MigrationExecutor.migrate, [asyncpg.DeadlockDetectedError(), asyncpg.LockNotAvailableError()]

    async def migrate_later(self: MigrationExecutor) -> None:
        if met:
            raise OperationalError(met.pop())
        await original(self)

    monkeypatch.setattr(MigrationExecutor, "migrate", migrate_later)
    monkeypatch.setattr(database, "RETRY_SECONDS", 0)
    async with connected(settings) as context:
        missing = await database.pending(context)
        assert await database.migrate(context) == missing
        assert await database.pending(context) == []
        await context.connections.get("default").execute_query("DELETE FROM tortoise_migrations")
        met.append(asyncpg.UndefinedTableError("x"))
        with pytest.raises(OperationalError):
            await database.migrate(context)
