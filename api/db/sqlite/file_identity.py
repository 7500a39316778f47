"""Detects that the open database file was moved, deleted, replaced or overwritten.

SQLite does not notice: writes to a moved file are lost, and an overwritten file is corrupted by its write-ahead log.

A check takes some microseconds. SQLite's HAS_MOVED compares the open file with its path. In WAL mode checkpoints alone
write the database file, so a file that has changed without a checkpoint was overwritten. The check does not open the
database file: closing it would drop this process's POSIX locks.
"""

import ctypes
import logging
import os
from time import sleep
from typing import NamedTuple

import apsw

# The bytes of the WAL header with the checkpoint sequence number and the salt.
GENERATION = slice(12, 24)
# A checkpoint of another process is visible in the WAL only once it is complete.
ATTEMPTS, RETRY_SECONDS = 5, 0.1
logger = logging.getLogger("hall")


class FileStamp(NamedTuple):
    """The size and modification time of the database file, and the state of its WAL."""

    size: int
    modified_ns: int
    checkpointed_frames: int
    wal_inode: int | None
    # From the header of the WAL; of an empty WAL its modification time.
    wal_generation: bytes | int


class FileIdentity:
    """The database file of one open connection, which other connections and processes write to as well."""

    def __init__(self, connection: apsw.Connection, file: str) -> None:
        self._connection = connection
        self._file = file
        self._moved_flag = ctypes.c_int(0)
        self._last: FileStamp | None = None
        self._was_lost = False

    def is_lost(self) -> bool:
        """Return whether the file was moved, deleted, replaced or overwritten; log the first time."""
        is_lost = self._has_moved() or self._has_changed()
        if is_lost and not self._was_lost:
            logger.error(
                "the file of the database was moved, deleted, replaced or overwritten while it is open: nothing is "
                "written until it is back in its place, or the Hall is started again"
            )
        elif self._was_lost and not is_lost:
            logger.warning("the file of the database is in its place again")
        self._was_lost = is_lost
        return is_lost

    def _has_moved(self) -> bool:
        self._connection.file_control("main", apsw.SQLITE_FCNTL_HAS_MOVED, ctypes.addressof(self._moved_flag))
        return bool(self._moved_flag.value)

    def _has_changed(self) -> bool:
        for attempt in range(ATTEMPTS):
            if attempt:
                sleep(RETRY_SECONDS)
            try:
                stamp = self._read_stamp()
            except FileNotFoundError:
                return True
            except (apsw.LockedError, apsw.BusyError):
                # SQLite does not report checkpoints within a transaction or during a statement.
                return False
            last = self._last
            if last is not None and last.wal_inode is not None and last.wal_inode != stamp.wal_inode:
                return True
            if last is None or not _was_overwritten(last, stamp):
                self._last = stamp
                return False
        return True

    def _read_stamp(self) -> FileStamp:
        # The WAL first: a checkpoint between the two reads is then found by the retry.
        inode, generation = _read_wal(f"{self._file}-wal")
        _, frames = self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)
        file = os.stat(self._file)  # noqa: PTH116 - runs for each transaction, and pathlib is slower
        return FileStamp(file.st_size, file.st_mtime_ns, frames, inode, generation)


def _read_wal(path: str) -> tuple[int | None, bytes | int]:
    """Return the inode and the generation of the WAL; SQLite holds no locks on that file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        # The first transaction creates it.
        return None, b""
    try:
        file = os.fstat(descriptor)
        return file.st_ino, os.pread(descriptor, GENERATION.stop, 0)[GENERATION] or file.st_mtime_ns
    finally:
        os.close(descriptor)


def _was_overwritten(before: FileStamp, after: FileStamp) -> bool:
    """Return whether the file has changed without a checkpoint."""
    has_changed = (before.size, before.modified_ns) != (after.size, after.modified_ns)
    was_checkpointed = before.checkpointed_frames != after.checkpointed_frames
    return has_changed and not was_checkpointed and before.wal_generation == after.wal_generation
