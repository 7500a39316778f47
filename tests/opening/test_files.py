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
    """A migrated production Hall with the embedded database."""
    if not is_sqlite(empty_settings):
        pytest.skip("PostgreSQL has no file: tests/opening/test_servers.py")
    return empty_settings


@pytest.fixture
def file(embedded: Settings) -> Path:
    """Its file."""
    return Path(embedded.database.removeprefix("sqlite://"))


@pytest.fixture
def held(file: Path) -> Iterator[None]:
    """Another process holds a lock on the file, as a database tool does."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE z (a)")
        yield


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_database_ends_every_command(embedded: Settings, file: Path, command: str) -> None:
    """With the name of the file and the cause, and status 2; the file stays as it is."""
    file.write_text(NO_DATABASE, "utf-8")
    said = refusal(run(embedded, command, *COMMANDS[command]))
    assert str(file) in said
    assert "not a database" in said
    assert file.read_text("utf-8") == NO_DATABASE


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("command", ["audit", "serve", "migrate"])
def test_a_file_that_another_process_holds_ends_a_command(embedded: Settings, file: Path, command: str) -> None:
    """After some seconds in which it might have let go."""
    said = refusal(run(embedded, command, *COMMANDS[command]))
    assert f"{file}: another process has locked it" in said


@pytest.mark.parametrize("command", ["migrate", "import", "serve"])
def test_a_folder_without_write_permission_is_named(embedded: Settings, tmp_path: Path, command: str) -> None:
    """Where there is no database yet, and where there is one."""
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


def test_a_file_that_may_only_be_read_is_named(embedded: Settings, file: Path) -> None:
    """Before anything is tried that would have to be written."""
    file.chmod(0o444)
    assert f"{file}: it may not be read and written" in refusal(run(embedded, "serve"))
    file.chmod(0o000)
    assert f"{file}: it may not be read and written" in refusal(run(embedded, "audit", "verify"))


@pytest.mark.parametrize(
    ("place", "cause"),
    [("taken/hall.sqlite3", "taken: "), ("taken/deeper/hall.sqlite3", "not a directory"), ("", "it is a folder")],
)
def test_a_place_that_can_hold_no_file_is_named(embedded: Settings, tmp_path: Path, place: str, cause: str) -> None:
    """A file where a folder should be, a folder where a file should be."""
    (tmp_path / "taken").write_text("", "utf-8")
    assert cause in refusal(run(embedded, "migrate", HALL_DATABASE_URL=f"sqlite://{tmp_path / place}"))


def test_a_damaged_database_is_named(embedded: Settings, file: Path) -> None:
    """The first page is intact, the following ones are damaged."""
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert f"{file}: it is damaged" in refusal(run(embedded, "audit", "verify"))


@pytest.mark.usefixtures("held")
def test_a_signal_ends_a_start_at_once(embedded: Settings) -> None:
    """SIGTERM does not wait until the file is free, nor until the Hall has given up."""
    with started(embedded, "serve") as serving:
        assert serving.stdout is not None
        assert any("Started server process" in line for line in iter(serving.stdout.readline, ""))
        serving.terminate()
        assert serving.wait(4) == -15
        serving.communicate(timeout=TIMEOUT_SECONDS)


def test_a_copy_of_a_locked_or_closed_database_is_refused_in_one_line(embedded: Settings, tmp_path: Path) -> None:
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


async def test_the_first_failed_opening_keeps_no_lock(
    embedded: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes after it is not kept waiting, and is served once the file is free."""
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


def test_an_import_that_finds_the_file_locked_says_so(embedded: Settings, file: Path, tmp_path: Path) -> None:
    """A lock on the file lets an import read but not write: it stores no row and rejects none."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "people.csv").write_text("idNumber,name\n120101199003070013,林海平\n", "utf-8")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = refusal(run(embedded, "import", str(folder)))
        assert f"{file}: another process has locked it" in said
        assert other.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert not (folder / "people.rejected.csv").exists()


async def test_a_database_that_is_locked_later_is_named_too(embedded: Settings, file: Path) -> None:
    """An import whose database file disappears names the file, and exits with status 2."""

    async def interrupted() -> None:
        async with connected(embedded) as context:
            client = context.connections.get("default")
            await client.execute_query("PRAGMA busy_timeout = 50")
            with closing(driver.connect(file)) as other:
                other.execute("BEGIN IMMEDIATE")
                await client.execute_query("DELETE FROM session")

    with pytest.raises(DatabaseUnusable, match=r"hall\.sqlite3: another process has locked it"):
        await interrupted()


async def test_what_is_stored_is_its_owners_alone(tmp_path: Path) -> None:
    """The database that is made, the files that SQLite puts beside it, and a copy, whatever the umask permits."""
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
def test_a_database_that_others_could_read_is_closed_to_them(
    embedded: Settings, file: Path, mode: int, then: int
) -> None:
    """Files of earlier releases have the umask's permissions; group permissions are left to the operator."""

    async def look() -> None:
        async with connected(embedded):
            pass

    file.chmod(mode)
    apart(look)
    assert file.stat().st_mode & 0o777 == then
