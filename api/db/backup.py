"""Copies the SQLite database while the Hall runs, and restores a copy where no database exists."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from api.db import opening
from api.db.sqlite import driver
from api.db.sqlite.checking import Check, Damaged, checking
from api.db.sqlite.file_copy import Progress, copy_database
from api.errors import HallError
from api.settings import Settings

SESSIONS = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'session'"


class CannotCopy(HallError):
    """A backup or a database that must not be made, used or overwritten."""


def save(settings: Settings, copy: Path, progress: Progress = lambda *_: None) -> None:
    """Write a snapshot of the database to the new file `copy`, without blocking readers or writers.

    `progress` is called with the numbers of copied and of all bytes.
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
    _copy(copy, _file(settings), progress, is_restored=True)


def _copy(source: Path, target: Path, progress: Progress, *, is_restored: bool = False) -> None:
    """Copy through a temporary file beside `target`, so that `target` is never incomplete.

    An interrupted copy leaves the temporary file, with which the next one begins.
    """
    # SQLite would apply a WAL or journal left by a former database to the new one.
    for existing in (target, *_attached(target)):
        if existing.exists():
            raise CannotCopy(f"{existing} exists; nothing was overwritten. Move it away first.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with _opened(unfinished) as file:
            for left in _attached(unfinished):
                left.unlink(missing_ok=True)
            with checking(source, Check.ROWS if is_restored else Check.STRUCTURE):
                copy_database(source, file, unfinished.with_name(f"{unfinished.name}-wal"), progress)
            _finish(file, unfinished, target, is_restored=is_restored)
    except Damaged as error:
        _remove(unfinished)
        raise CannotCopy(f"{source} is damaged; nothing was written.") from error
    except sqlite3.DatabaseError as error:
        _remove(unfinished)
        cause = opening.cause_of_file(error, source) or "it is not a sound database"
        raise CannotCopy(f"{source}: {cause}; nothing was written.") from error
    except OSError as error:
        _remove(unfinished)
        raise CannotCopy(f"{target} cannot be written: {os.strerror(error.errno or 0).lower()}.") from error


@contextmanager
def _opened(unfinished: Path) -> Iterator[BinaryIO]:
    """Open the temporary file for this process alone, and create it if there is none."""
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            # The lock of a byte that SQLite does not lock. It ends when SQLite closes the file.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
            # Another process may have finished with the file meanwhile.
            is_free = unfinished.exists() and os.path.samestat(unfinished.stat(), os.fstat(file.fileno()))
        except (BlockingIOError, PermissionError):
            is_free = False
        if not is_free:
            raise CannotCopy(f"another process writes {unfinished}; nothing was written.")
        os.fchmod(file.fileno(), 0o600)
        yield file


def _finish(file: BinaryIO, unfinished: Path, target: Path, *, is_restored: bool) -> None:
    """Recover the WAL of a copy, write it to the disk, and give it its name."""
    with closing(driver.connect(unfinished)) as writing:
        # The file is worthless until it is complete, and is written to the disk once.
        writing.execute("PRAGMA synchronous = OFF")
        writing.execute("PRAGMA journal_mode = DELETE").fetchall()
        if is_restored and writing.execute(SESSIONS).fetchall():
            # guard: restored-copy-has-no-sessions
            writing.execute("DELETE FROM session")
        # Another descriptor would end the lock when it is closed.
        os.fsync(file.fileno())
        os.link(unfinished, target)
        unfinished.unlink()
    _write_names_to_disk(target.parent)


def _attached(file: Path) -> list[Path]:
    return [file.with_name(file.name + suffix) for suffix in ("-wal", "-shm", "-journal")]


def _remove(unfinished: Path) -> None:
    for file in (unfinished, *_attached(unfinished)):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _write_names_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file(settings: Settings) -> Path:
    if not settings.database.startswith("sqlite:"):
        raise CannotCopy("this is for the embedded database; use pg_dump and pg_restore for PostgreSQL.")
    return opening.file_of(settings)
