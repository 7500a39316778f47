"""`python -m api backup` and `restore`: a backup is a snapshot, and no file is overwritten."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.db import backup
from api.db.sqlite import file_copy
from api.settings import Settings


def rows_of(file: Path) -> list[tuple[int]]:
    """Return all rows of the test table."""
    with closing(sqlite3.connect(file)) as reading:
        return reading.execute("SELECT number FROM counted ORDER BY number").fetchall()


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


def use_blocks(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Copy so many bytes at a time."""
    monkeypatch.setattr(file_copy, "BLOCK_BYTES", size)
    monkeypatch.setattr(file_copy, "STEP_BYTES", size)


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_leftover_wal_is_refused(here: Settings, tmp_path: Path, suffix: str) -> None:
    """A leftover WAL or journal next to the destination is refused, because SQLite would apply it."""
    backup.save(here, tmp_path / "copy")
    (tmp_path / f"there.sqlite3{suffix}").write_bytes(b"of another database")
    with pytest.raises(backup.CannotCopy, match=f"there.sqlite3{suffix} exists"):
        backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "copy")
    assert not (tmp_path / "there.sqlite3").exists()


def test_progress_is_reported(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup of several blocks reports how many bytes it has copied, up to all of them."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("CREATE TABLE large AS SELECT randomblob(100000) FROM counted")
        writing.commit()
    use_blocks(monkeypatch, 40_960)
    reported: list[tuple[int, int]] = []
    backup.save(here, tmp_path / "copy", lambda done, total: reported.append((done, total)))
    assert len(reported) > 3
    assert reported == sorted(reported)
    assert reported[-1][0] == reported[-1][1]


def enlarge(settings: Settings) -> None:
    """Add some blocks to the database."""
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite://"))) as writing:
        writing.execute("CREATE TABLE large AS SELECT randomblob(100000) FROM counted")
        writing.commit()


def test_writes_of_another_process_do_not_restart_a_backup(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the writes between its blocks, the backup has the first ones, or none."""
    enlarge(here)
    use_blocks(monkeypatch, 40_960)
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        written: list[tuple[int]] = [(1,), (2,)]

        def write(_: int, __: int) -> None:
            written.append((len(written) + 1,))
            writing.execute("INSERT INTO counted VALUES (?)", written[-1])
            writing.commit()

        backup.save(here, tmp_path / "copy", write)
    assert 5 < len(written) < 20
    found = rows_of(tmp_path / "copy")
    assert found == written[: len(found)]
    assert len(found) >= 2


class Interrupted(BaseException):
    """The operator has ended the command."""


def interrupt_in_the_middle(settings: Settings, copy: Path) -> None:
    """Begin a backup, and interrupt it."""

    def end(done: int, total: int) -> None:
        if done > total // 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        backup.save(settings, copy, end)


def test_interrupted_backup_goes_on(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next backup writes only what differs, and is byte for byte what one without an interruption is."""
    use_blocks(monkeypatch, 40_960)
    enlarge(here)
    backup.save(here, tmp_path / "former")
    interrupt_in_the_middle(here, tmp_path / "copy")
    assert [file.name for file in tmp_path.glob("copy*")] == ["copy.unfinished"]
    begun = (tmp_path / "copy.unfinished").stat().st_ino
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("INSERT INTO counted VALUES (3)")
        writing.commit()
    backup.save(here, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_ino == begun
    assert rows_of(tmp_path / "copy") == [(1,), (2,), (3,)]
    assert rows_of(tmp_path / "former") == [(1,), (2,)]
    backup.save(here, tmp_path / "whole")
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize("left", [b"", b"noise" * 300_000], ids=["empty", "longer"])
def test_whatever_was_left_the_backup_is_right(here: Settings, tmp_path: Path, left: bytes) -> None:
    """A temporary file with other content is overwritten, and so is what SQLite left beside it."""
    enlarge(here)
    (tmp_path / "copy.unfinished").write_bytes(left)
    (tmp_path / "copy.unfinished-wal").write_bytes(b"of another copy")
    backup.save(here, tmp_path / "copy")
    backup.save(here, tmp_path / "whole")
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "whole").read_bytes()
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("copy.*"))


LOCKS = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 1)
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_two_backups_do_not_write_the_same_file(here: Settings, tmp_path: Path) -> None:
    """A second backup to the same path is refused while the first one runs, and leaves its file alone."""
    (tmp_path / "copy.unfinished").write_bytes(b"of the first")
    command = [sys.executable, "-c", LOCKS, str(tmp_path / "copy.unfinished")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"locked\n"
        with pytest.raises(backup.CannotCopy, match="another process"):
            backup.save(here, tmp_path / "copy")
        assert (tmp_path / "copy.unfinished").read_bytes() == b"of the first"
        first.communicate()
    backup.save(here, tmp_path / "copy")


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


def test_restoring_reads_every_row(here: Settings, tmp_path: Path) -> None:
    """A backup is restored only if each of its rows can be read, which making it does not check."""
    file = tmp_path / "here.sqlite3"
    with closing(sqlite3.connect(file)) as writing:
        writing.execute("CREATE TABLE named (number INTEGER PRIMARY KEY, name NOT NULL)")
        writing.execute("INSERT INTO named VALUES (1, 'an unusual name')")
        writing.commit()
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writing.execute("PRAGMA journal_mode = DELETE")
    backup.save(here, tmp_path / "copy")
    # The type of the name in the header of its row: NULL.
    data = (tmp_path / "copy").read_bytes()
    row = data.index(b"an unusual name")
    (tmp_path / "copy").write_bytes(data[: row - 1] + b"\0" + data[row:])
    with pytest.raises(backup.CannotCopy, match="damaged"):
        backup.restore(replace(here, database_url=f"sqlite://{tmp_path}/there.sqlite3"), tmp_path / "copy")
    assert not list(tmp_path.glob("there*"))


def test_where_the_system_cannot_copy_the_backup_does(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two file systems, and on other systems than Linux, the copy is the same; a full disk is an error."""
    enlarge(here)
    backup.save(here, tmp_path / "whole")

    def fail(number: int) -> Callable[..., int]:
        def copy(*_: int) -> int:
            raise OSError(number, os.strerror(number))

        return copy

    monkeypatch.setattr(os, "copy_file_range", fail(errno.EXDEV))
    backup.save(here, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "whole").read_bytes()
    monkeypatch.setattr(os, "copy_file_range", fail(errno.ENOSPC))
    with pytest.raises(backup.CannotCopy, match="no space left"):
        backup.save(here, tmp_path / "other")
    assert not list(tmp_path.glob("other*"))
