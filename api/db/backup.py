"""Copies the SQLite database while the Hall runs, and restores a copy where no database exists."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from api.db import opening
from api.db.sqlite import driver
from api.errors import HallError
from api.settings import Settings

# Equal to the busy_timeout of a serving process.
BUSY_MILLISECONDS = 5000
# The unfinished file is worthless until it is complete, and is written to the disk once.
WHILE_COPYING = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")
Progress = Callable[[int, int], None]
SESSIONS = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'session'"


class CannotCopy(HallError):
    """A backup or a database that must not be made, used or overwritten."""


def save(settings: Settings, copy: Path, progress: Progress = lambda *_: None) -> None:
    """Write a snapshot of the database to the new file `copy`, without blocking readers or writers.

    `progress` is called with the numbers of copied and of all pages.
    """
    source = _file(settings)
    if not source.exists():
        raise CannotCopy(f"there is no database at {source}.")
    _copy(source, copy, progress)


def restore(settings: Settings, copy: Path, progress: Progress = lambda *_: None) -> None:
    """Copy `copy` to the path of a database that does not exist yet, without its sessions and tokens.

    Some of them may have been revoked since the backup.
    """
    if not copy.is_file():
        raise CannotCopy(f"there is no backup at {copy}.")
    _copy(copy, _file(settings), progress, without_sessions=True)


def _copy(source: Path, target: Path, progress: Progress, *, without_sessions: bool = False) -> None:
    """Copy through a temporary file beside `target`, so that `target` is never incomplete."""
    # SQLite would apply a WAL or journal left by a former database to the new one.
    for existing in (target, *(target.with_name(target.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
        if existing.exists():
            raise CannotCopy(f"{existing} exists; nothing was overwritten. Move it away first.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise CannotCopy(f"{unfinished} cannot be written: {os.strerror(error.errno or 0).lower()}.") from error
    try:
        with closing(driver.connect(source)) as reading, closing(driver.connect(unfinished)) as writing:
            reading.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            for setting in WHILE_COPYING:
                writing.execute(setting)
            reading.copy_to(writing, progress)
            writing.execute("PRAGMA journal_mode = DELETE")
            # Reads each page; it does not compare indexes with tables, which takes ten times as long.
            if writing.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                raise CannotCopy(f"{source} is damaged; nothing was written.")
            if without_sessions and writing.execute(SESSIONS).fetchall():
                # guard: restored-copy-has-no-sessions
                writing.execute("DELETE FROM session")
        _write_to_disk(unfinished)
        os.link(unfinished, target)
        _write_to_disk(target.parent)
    except sqlite3.DatabaseError as error:
        cause = opening.cause_of_file(error, source) or "it is not a sound database"
        raise CannotCopy(f"{source}: {cause}; nothing was written.") from error
    except OSError as error:
        raise CannotCopy(f"{target} cannot be written: {os.strerror(error.errno or 0).lower()}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _write_to_disk(path: Path) -> None:
    """Write a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file(settings: Settings) -> Path:
    if not settings.database.startswith("sqlite:"):
        raise CannotCopy("this is for the embedded database; use pg_dump and pg_restore for PostgreSQL.")
    return opening.file_of(settings)
