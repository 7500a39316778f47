"""Finds damage in a database, beside other work.

A check of the structure reads every page and decodes the trees of tables and indexes, in three seconds for five
gigabytes. A check of the rows decodes every row too, which takes four times as long. Neither compares indexes with
tables, which takes ten times as long again.
"""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from enum import Enum
from pathlib import Path

import apsw

from api.db.sqlite import driver

BUSY_SECONDS = 5.0
# Larger than any database: pages are read without a system call for each.
MAPPED_BYTES = 1 << 47


class Check(Enum):
    """A statement, and what it returns of a sound database."""

    STRUCTURE = "SELECT DISTINCT pagetype FROM dbstat WHERE pagetype = 'corrupted'", ()
    ROWS = "PRAGMA quick_check", (("ok",),)


class Damaged(sqlite3.DatabaseError):
    """A page that does not belong where it is, or cannot be decoded."""


@contextmanager
def checking(file: Path, check: Check) -> Iterator[None]:
    """Check a database in a thread during the block, and raise Damaged at its end."""
    with closing(driver.connect_read_only(file, BUSY_SECONDS)) as connection, ThreadPoolExecutor(1) as thread:
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        running = thread.submit(_run, check, connection)
        try:
            yield
        except BaseException:
            connection.interrupt()
            raise
        running.result()


def _run(check: Check, connection: apsw.Connection) -> None:
    statement, sound = check.value
    try:
        if tuple(connection.execute(statement)) != sound:
            raise Damaged
    except apsw.CorruptError:
        raise Damaged from None
    except apsw.Error as error:
        driver.raise_as_sqlite3(error)
