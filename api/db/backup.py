"""Copies the SQLite database while the Hall runs, and restores a copy where no database exists."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from api.db import opening
from api.db.sqlite import driver
from api.errors import HallError
from api.settings import Settings

# Equal to the busy_timeout of a serving process.
BUSY_MILLISECONDS = 5000
SESSIONS = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'session'"


class CannotCopy(HallError):
    """A backup or a database that must not be made, used or overwritten."""


def save(settings: Settings, copy: Path) -> None:
    """Write a snapshot of the database to the new file `copy`, without blocking readers or writers."""
    source = _file(settings)
    if not source.exists():
        raise CannotCopy(f"there is no database at {source}.")
    _copy(source, copy)


def restore(settings: Settings, copy: Path) -> None:
    """Copy `copy` to the path of a database that does not exist yet, without its sessions and tokens.

    Some of them may have been revoked since the backup.
    """
    if not copy.is_file():
        raise CannotCopy(f"there is no backup at {copy}.")
    _copy(copy, _file(settings), without_sessions=True)


def _copy(source: Path, target: Path, *, without_sessions: bool = False) -> None:
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
            reading.copy_to(writing)
            writing.execute("PRAGMA journal_mode = DELETE")
            if writing.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise CannotCopy(f"{source} is damaged; nothing was written.")
            if without_sessions and writing.execute(SESSIONS).fetchall():
                # guard: restored-copy-has-no-sessions
                writing.execute("DELETE FROM session")
        os.link(unfinished, target)
    except sqlite3.DatabaseError as error:
        cause = opening.cause_of_file(error, source) or "it is not a sound database"
        raise CannotCopy(f"{source}: {cause}; nothing was written.") from error
    except OSError as error:
        raise CannotCopy(f"{target} cannot be written: {os.strerror(error.errno or 0).lower()}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    if not settings.database.startswith("sqlite:"):
        raise CannotCopy("this is for the embedded database; use pg_dump and pg_restore for PostgreSQL.")
    return opening.file_of(settings)
