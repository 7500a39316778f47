"""`python -m api backup` and `restore`: a backup is a snapshot, and no file is overwritten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.db import backup
from api.settings import Settings


def rows_of(file: Path) -> list[tuple[int]]:
    """Return all rows of the test table."""
    with closing(sqlite3.connect(file)) as reading:
        return reading.execute("SELECT number FROM counted ORDER BY number").fetchall()


@pytest.fixture
def here(empty_settings: Settings, tmp_path: Path) -> Settings:
    """Settings of an SQLite database with two rows."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE counted (number); INSERT INTO counted VALUES (1), (2)"
        )
    return replace(empty_settings, database_url=f"sqlite://{tmp_path}/here.sqlite3")


def test_backup_contains_committed_rows_only(here: Settings, tmp_path: Path) -> None:
    """An open write transaction neither blocks the backup nor is part of it."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("INSERT INTO counted VALUES (3)")
        backup.save(here, tmp_path / "copy")
        writing.commit()
    backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "copy")
    assert rows_of(tmp_path / "there.sqlite3") == [(1,), (2,)]


def test_files_are_not_overwritten(here: Settings, tmp_path: Path) -> None:
    """Neither a database nor a backup is overwritten, and a file that is no database is refused."""
    backup.save(here, tmp_path / "copy")
    with pytest.raises(backup.CannotCopy, match="exists"):
        backup.save(here, tmp_path / "copy")
    with pytest.raises(backup.CannotCopy, match="exists"):
        backup.restore(here, tmp_path / "copy")
    (tmp_path / "noise").write_bytes(b"noise" * 1000)
    with pytest.raises(backup.CannotCopy, match="not a database"):
        backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "noise")
    assert not (tmp_path / "there.sqlite3").exists()


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_leftover_wal_is_refused(here: Settings, tmp_path: Path, suffix: str) -> None:
    """A leftover WAL or journal next to the destination is refused, because SQLite would apply it."""
    backup.save(here, tmp_path / "copy")
    (tmp_path / f"there.sqlite3{suffix}").write_bytes(b"of another database")
    with pytest.raises(backup.CannotCopy, match=f"there.sqlite3{suffix} exists"):
        backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "copy")
    assert not (tmp_path / "there.sqlite3").exists()
