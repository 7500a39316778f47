"""Copies the file of a database while other processes use it, about as fast as the disk does.

In WAL mode only checkpoints write the file. While a read transaction is open, they write nothing but pages of frames
that SQLite keeps in the WAL for this transaction, or nothing at all if it needs no frame
(https://www.sqlite.org/walformat.html#wal_locks). So the file, and then the WAL, copied within the transaction, are
what a crash could have left: SQLite recovers them to a commit after the transaction began. A WAL that was begun anew
meanwhile is not copied: the transaction needs none of it then, and the file alone is its snapshot. In other journal
modes a read transaction keeps writers from the file.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from api.db.sqlite import driver

BLOCK_BYTES = 1 << 20
# Linux copies two gigabytes at most; smaller steps took up to twice as long.
STEP_BYTES = 1 << 31
# Other systems, or two file systems of different kinds.
UNSUPPORTED = {errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM}
WAL_HEADER_BYTES = 32
BUSY_MILLISECONDS = 5000
Progress = Callable[[int, int], None]


def copy_database(source: Path, target: BinaryIO, target_wal: Path, progress: Progress) -> None:
    """Copy a database over the open file `target`, and its WAL, if it is needed, to `target_wal`.

    Blocks that `target` has already are compared instead of written: an interrupted copy goes on. `progress` is called
    with the numbers of copied and of all bytes.
    """
    with _snapshot(source) as file:
        wal = source.with_name(f"{source.name}-wal")
        began = _read_wal_header(wal)
        _copy_blocks(file, target, progress)
        if began:
            with wal.open("rb") as frames, target_wal.open("xb") as copied:
                os.fchmod(copied.fileno(), 0o600)
                _copy_blocks(frames, copied, lambda *_: None)
        # SQLite writes the header before the first frame.
        # guard: newer-wal-is-not-copied
        if _read_wal_header(wal) != began:
            target_wal.unlink(missing_ok=True)


@contextmanager
def _snapshot(source: Path) -> Iterator[BinaryIO]:
    """Open the file within a read transaction.

    The file is closed after the connection: closing it drops the locks that this process has on it.
    """
    with source.open("rb", buffering=0) as file, closing(driver.connect(source)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        yield file
        connection.execute("COMMIT")


def _read_wal_header(wal: Path) -> bytes:
    """Return the header, which differs for each generation of the WAL; nothing for an empty or missing one."""
    try:
        with wal.open("rb") as file:
            return file.read(WAL_HEADER_BYTES)
    except FileNotFoundError:
        return b""


def _copy_blocks(source: BinaryIO, target: BinaryIO, progress: Progress) -> None:
    size = os.fstat(source.fileno()).st_size
    done = _compare_blocks(source, target, progress, min(size, os.fstat(target.fileno()).st_size))
    while done < size and (copied := _copy_step(source.fileno(), target.fileno(), done, size - done)):
        done += copied
        progress(done, size)
    os.ftruncate(target.fileno(), done)


def _compare_blocks(source: BinaryIO, target: BinaryIO, progress: Progress, size: int) -> int:
    """Make the beginnings of two files equal; return their length."""
    read, written = source.fileno(), target.fileno()
    done = 0
    while done < size and (block := os.pread(read, min(BLOCK_BYTES, size - done), done)):
        if os.pread(written, len(block), done) != block:
            _write(written, block, done)
        done += len(block)
        progress(done, os.fstat(read).st_size)
    return done


def _copy_step(source: int, target: int, place: int, size: int) -> int:
    """Copy bytes that the target does not have, within the kernel if it can; return how many."""
    try:
        return os.copy_file_range(source, target, min(size, STEP_BYTES), place, place)
    except (AttributeError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in UNSUPPORTED:
            raise
    block = os.pread(source, min(size, BLOCK_BYTES), place)
    _write(target, block, place)
    return len(block)


def _write(target: int, block: bytes, place: int) -> None:
    written = 0
    while written < len(block):
        written += os.pwrite(target, memoryview(block)[written:], place + written)
