"""`python -m api backup` and `restore`: a backup is a snapshot, and no file is overwritten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.db import backup
from api.db.sqlite import driver
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


def test_progress_is_reported(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup in several steps reports how many pages it has copied, up to all of them."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("CREATE TABLE large AS SELECT randomblob(100000) FROM counted")
        writing.commit()
    monkeypatch.setattr(driver, "PAGES_PER_STEP", 10)
    reported: list[tuple[int, int]] = []
    backup.save(here, tmp_path / "copy", lambda done, total: reported.append((done, total)))
    assert len(reported) > 3
    assert reported == sorted(reported)
    assert reported[-1][0] == reported[-1][1]


def test_writes_of_another_process_do_not_restart_a_backup(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writes between its steps, which would make SQLite begin again, are not part of the snapshot."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("CREATE TABLE large AS SELECT randomblob(100000) FROM counted")
        writing.commit()
        monkeypatch.setattr(driver, "PAGES_PER_STEP", 10)
        steps = 0

        def write(_: int, __: int) -> None:
            nonlocal steps
            steps += 1
            writing.execute("INSERT INTO counted VALUES (4)")
            writing.commit()

        backup.save(here, tmp_path / "copy", write)
    assert 3 < steps < 20
    assert rows_of(tmp_path / "copy") == [(1,), (2,)]


def test_damaged_database_is_refused(here: Settings, tmp_path: Path) -> None:
    """A page that cannot be read ends the backup, and nothing is left of it."""
    file = tmp_path / "here.sqlite3"
    with closing(sqlite3.connect(file)) as writing:
        writing.execute("CREATE TABLE large AS SELECT randomblob(3000) AS noise FROM counted")
        writing.commit()
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    file.write_bytes(data)
    with pytest.raises(backup.CannotCopy, match="damaged"):
        backup.save(here, tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []
