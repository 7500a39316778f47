"""`python -m api backup` and `restore`: what was copied is one moment of the database, and nothing is overwritten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.db import backup
from api.settings import Settings


def counted(file: Path) -> list[tuple[int]]:
    """Return all rows of the table that the tests write."""
    with closing(sqlite3.connect(file)) as reading:
        return reading.execute("SELECT number FROM counted ORDER BY number").fetchall()


@pytest.fixture
def here(empty_settings: Settings, tmp_path: Path) -> Settings:
    """Settings of an embedded database with two rows."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE counted (number); INSERT INTO counted VALUES (1), (2)"
        )
    return replace(empty_settings, database_url=f"sqlite://{tmp_path}/here.sqlite3")


def test_a_backup_holds_what_was_committed_while_another_writes(here: Settings, tmp_path: Path) -> None:
    """An open transaction neither stops the backup nor shows in it; restored, every committed row is there."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("INSERT INTO counted VALUES (3)")
        backup.save(here, tmp_path / "copy")
        writing.commit()
    backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "copy")
    assert counted(tmp_path / "there.sqlite3") == [(1,), (2,)]


def test_nothing_is_overwritten_and_nothing_unsound_restored(here: Settings, tmp_path: Path) -> None:
    """Neither a database nor an earlier backup is replaced, and a file that is no database is refused."""
    backup.save(here, tmp_path / "copy")
    with pytest.raises(backup.CannotCopy, match="exists"):
        backup.save(here, tmp_path / "copy")
    with pytest.raises(backup.CannotCopy, match="exists"):
        backup.restore(here, tmp_path / "copy")
    (tmp_path / "noise").write_bytes(b"noise" * 1000)
    with pytest.raises(backup.CannotCopy, match="not a database"):
        backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "noise")
    assert not (tmp_path / "there.sqlite3").exists()


@pytest.mark.parametrize("left", ["-wal", "-journal"])
def test_a_vanished_databases_log_is_not_played_into_the_restored_one(
    here: Settings, tmp_path: Path, left: str
) -> None:
    """What a database that is gone left beside its place would change the restored one unseen: it is refused."""
    backup.save(here, tmp_path / "copy")
    (tmp_path / f"there.sqlite3{left}").write_bytes(b"of another database")
    with pytest.raises(backup.CannotCopy, match=f"there.sqlite3{left} exists"):
        backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "copy")
    assert not (tmp_path / "there.sqlite3").exists()
