"""A SQLite file that cannot be opened: every command reports it within seconds, and exits."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.exceptions import OperationalError

from api.db import backup, database
from api.db.database import connected, is_sqlite, require_current
from api.db.sqlite import driver
from api.errors import DatabaseUnusable
from api.settings import Settings
from tests.databases import apart
from tests.opening.commands import COMMANDS, TIMEOUT_SECONDS, refusal, run, started

NO_DATABASE = "a note, no database" * 200


@pytest.fixture
def embedded(empty_settings: Settings) -> Settings:
    """A migrated production Hall with SQLite."""
    if not is_sqlite(empty_settings):
        pytest.skip("PostgreSQL has no file: tests/opening/test_servers.py")
    return empty_settings


@pytest.fixture
def file(embedded: Settings) -> Path:
    """The database file."""
    return Path(embedded.database.removeprefix("sqlite://"))


@pytest.fixture
def exclusive_lock(file: Path) -> Iterator[None]:
    """Another process holds a lock on the file, as a database tool does."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE z (a)")
        yield


@pytest.mark.parametrize("command", COMMANDS)
def test_invalid_file_ends_every_command(embedded: Settings, file: Path, command: str) -> None:
    """Every command exits with status 2, the file's name and the cause; the file is unchanged."""
    file.write_text(NO_DATABASE, "utf-8")
    message = refusal(run(embedded, command, *COMMANDS[command]))
    assert str(file) in message
    assert "not a database" in message
    assert file.read_text("utf-8") == NO_DATABASE


@pytest.mark.usefixtures("exclusive_lock")
@pytest.mark.parametrize("command", ["audit", "serve", "migrate"])
def test_locked_file_ends_command(embedded: Settings, file: Path, command: str) -> None:
    """A command exits after waiting some seconds for the lock."""
    message = refusal(run(embedded, command, *COMMANDS[command]))
    assert f"{file}: another process has locked it" in message


@pytest.mark.parametrize("command", ["migrate", "import", "serve"])
def test_read_only_folder_is_named(embedded: Settings, tmp_path: Path, command: str) -> None:
    """A folder without write permission is named, with and without an existing database."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    there = f"sqlite://{folder / 'hall.sqlite3'}"
    assert f"the folder {folder} may not be written to" in refusal(
        run(embedded, command, *COMMANDS[command], HALL_DATABASE_URL=there)
    )
    folder.chmod(0o755)
    Path(embedded.database.removeprefix("sqlite://")).rename(folder / "hall.sqlite3")
    folder.chmod(0o555)
    assert str(folder) in refusal(run(embedded, command, *COMMANDS[command], HALL_DATABASE_URL=there))


def test_read_only_file_is_named(embedded: Settings, file: Path) -> None:
    """A file without write permission is named before any write."""
    file.chmod(0o444)
    assert f"{file}: it may not be read and written" in refusal(run(embedded, "serve"))
    file.chmod(0o000)
    assert f"{file}: it may not be read and written" in refusal(run(embedded, "audit", "verify"))


@pytest.mark.parametrize(
    ("place", "cause"),
    [("taken/hall.sqlite3", "taken: "), ("taken/deeper/hall.sqlite3", "not a directory"), ("", "it is a folder")],
)
def test_invalid_path_is_named(embedded: Settings, tmp_path: Path, place: str, cause: str) -> None:
    """A file in place of a folder, and a folder in place of the file, are named."""
    (tmp_path / "taken").write_text("", "utf-8")
    assert cause in refusal(run(embedded, "migrate", HALL_DATABASE_URL=f"sqlite://{tmp_path / place}"))


def test_damaged_database_is_named(embedded: Settings, file: Path) -> None:
    """The first page is intact, the following ones are damaged."""
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert f"{file}: it is damaged" in refusal(run(embedded, "audit", "verify"))


@pytest.mark.usefixtures("exclusive_lock")
def test_sigterm_ends_start(embedded: Settings) -> None:
    """SIGTERM ends a start that waits for a lock."""
    with started(embedded, "serve") as serving:
        assert serving.stdout is not None
        assert any("Started server process" in line for line in iter(serving.stdout.readline, ""))
        serving.terminate()
        assert serving.wait(4) == -15
        serving.communicate(timeout=TIMEOUT_SECONDS)


def test_backup_reports_lock_and_permission(embedded: Settings, tmp_path: Path) -> None:
    """`backup` reports a locked or inaccessible database as such, and not as damaged."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    assert "permission denied" in refusal(run(embedded, "backup", str(closed / "copy.sqlite3")))
    with closing(sqlite3.connect(embedded.database.removeprefix("sqlite://"), isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE z (a)")
        assert "another process has locked it" in refusal(run(embedded, "backup", str(tmp_path / "copy.sqlite3")))
    assert not (tmp_path / "copy.sqlite3").exists()


async def test_failed_opening_releases_lock(embedded: Settings, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed opening, the next one is not blocked, and succeeds once the file is free."""
    monkeypatch.setitem(database.SQLITE_PRAGMAS, "busy_timeout", 50)
    with closing(driver.connect(file)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE z (a)")
        async with asyncio.timeout(5):
            with pytest.raises(DatabaseUnusable, match="locked"):
                async with connected(embedded):
                    pass
    async with asyncio.timeout(5), connected(embedded) as context:
        client = context.connections.get("default")
        await client.close()
        monkeypatch.setattr(client, "filename", str(file.parent))
        for _ in range(2):
            with pytest.raises(OperationalError):
                await client.execute_query("SELECT 1")
        monkeypatch.setattr(client, "filename", str(file))
        await require_current(context)


def test_import_of_locked_database_is_refused(embedded: Settings, file: Path, tmp_path: Path) -> None:
    """A lock on the file lets an import read but not write: it stores no row and rejects none."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "people.csv").write_text("idNumber,name\n120101199003070013,林海平\n", "utf-8")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        message = refusal(run(embedded, "import", str(folder)))
        assert f"{file}: another process has locked it" in message
        assert other.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert not (folder / "people.rejected.csv").exists()


async def test_database_locked_later_is_named(embedded: Settings, file: Path) -> None:
    """A lock that appears after opening is reported with the file's name."""

    async def interrupted() -> None:
        async with connected(embedded) as context:
            client = context.connections.get("default")
            await client.execute_query("PRAGMA busy_timeout = 50")
            with closing(driver.connect(file)) as other:
                other.execute("BEGIN IMMEDIATE")
                await client.execute_query("DELETE FROM session")

    with pytest.raises(DatabaseUnusable, match=r"hall\.sqlite3: another process has locked it"):
        await interrupted()


async def test_files_are_private(tmp_path: Path) -> None:
    """The database, the files of SQLite next to it, and a backup have mode 0600 with any umask."""
    environment = {"HALL_MODE": "production", "HALL_DATA": str(tmp_path / "new")}
    settings = Settings.from_environment(environment)
    before = os.umask(0)
    try:
        async with connected(settings) as context:
            await database.migrate(context)
            modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
        backup.save(settings, tmp_path / "copy.sqlite3")
    finally:
        os.umask(before)
    assert {"hall.sqlite3", "hall.sqlite3-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("mode", "then"), [(0o644, 0o640), (0o666, 0o660), (0o600, 0o600), (0o640, 0o640)])
def test_permissions_of_others_are_removed(embedded: Settings, file: Path, mode: int, then: int) -> None:
    """Files of earlier releases have the umask's permissions; group permissions are left to the operator."""

    async def open_database() -> None:
        async with connected(embedded):
            pass

    file.chmod(mode)
    apart(open_database)
    assert file.stat().st_mode & 0o777 == then
