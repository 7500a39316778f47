"""Whether the file of the embedded database still stands where it was opened.

A file that was moved, deleted or replaced takes along whatever is written to it, and one that was overwritten mixes
with its write-ahead log: SQLite goes on in either case.

Each look takes some microseconds. SQLite compares the open file with its name. The file itself is written by
checkpoints alone, so one that has changed without a checkpoint was overwritten; its log says whether there was one. The
database is not opened to be read here: closing it would drop the locks of this process.
"""

import ctypes
import logging
import os
from time import sleep
from typing import NamedTuple

import apsw

# Where the header of a log has the number of times it was begun anew, and the salt of its frames.
HEADER = slice(12, 24)
# Another process that copies pages into the file says so when it is done.
LOOKS, SECONDS_BETWEEN_LOOKS = 5, 0.1
logger = logging.getLogger("hall")


class FileStamp(NamedTuple):
    """What a look has found: the size and the time of the file, and how far which log is copied into it."""

    size: int
    changed_at: int
    copied: int
    log: int | None
    # Which of the logs in that file it is: its header, or of an empty one the time at which it was emptied.
    begun: bytes | int


class FileIdentity:
    """The file of one open connection; others write to it too, in this process and in others."""

    def __init__(self, connection: apsw.Connection, file: str) -> None:
        self._connection = connection
        self._file = file
        self._has_moved = ctypes.c_int(0)
        self._seen: FileStamp | None = None
        self._was_lost = False

    def is_lost(self) -> bool:
        """Return whether the file was moved, deleted, replaced or overwritten; the log has one line when it was."""
        is_lost = self._is_elsewhere() or self._is_otherwise()
        if is_lost and not self._was_lost:
            logger.error(
                "the file of the database was moved, deleted, replaced or overwritten while it is open: nothing is "
                "written until it is back in its place, or the Hall is started again"
            )
        elif self._was_lost and not is_lost:
            logger.warning("the file of the database is in its place again")
        self._was_lost = is_lost
        return is_lost

    def _is_elsewhere(self) -> bool:
        self._connection.file_control("main", apsw.SQLITE_FCNTL_HAS_MOVED, ctypes.addressof(self._has_moved))
        return bool(self._has_moved.value)

    def _is_otherwise(self) -> bool:
        for look in range(LOOKS):
            if look:
                sleep(SECONDS_BETWEEN_LOOKS)
            try:
                seen = self._look()
            except FileNotFoundError:
                return True
            except (apsw.LockedError, apsw.BusyError):
                # SQLite says nothing of the log within a transaction, or beside a statement that is not at its end.
                return False
            before = self._seen
            if before is not None and before.log is not None and before.log != seen.log:
                return True
            if before is None or not _was_overwritten(before, seen):
                self._seen = seen
                return False
        return True

    def _look(self) -> FileStamp:
        # The log first: of a checkpoint between the two, the next look finds the other half.
        log, begun = _log(f"{self._file}-wal")
        _, copied = self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)
        file = os.stat(self._file)  # noqa: PTH116 - it is done for each transaction
        return FileStamp(file.st_size, file.st_mtime_ns, copied, log, begun)


def _log(path: str) -> tuple[int | None, bytes | int]:
    """Return which file the log is, and which log it holds: SQLite has no locks on it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        # It comes with the first transaction.
        return None, b""
    try:
        file = os.fstat(descriptor)
        return file.st_ino, os.pread(descriptor, HEADER.stop, 0)[HEADER] or file.st_mtime_ns
    finally:
        os.close(descriptor)


def _was_overwritten(before: FileStamp, seen: FileStamp) -> bool:
    """Return whether the file is another, although nothing was copied into it from its log."""
    is_another = (before.size, before.changed_at) != (seen.size, seen.changed_at)
    return is_another and (before.copied, before.begun) == (seen.copied, seen.begun)
