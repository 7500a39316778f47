"""The file of a database is copied while other processes commit and checkpoint."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import BinaryIO

import pytest

from api.db import backup
from api.db.sqlite import driver, file_copy
from api.settings import Settings
from tests.durability.scale import repetitions
from tests.sqlite.test_backup import enlarge, rows_of, use_blocks


def test_equal_blocks_are_not_written(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a copy that was begun, only the blocks that differ are written."""
    use_blocks(monkeypatch, 40_960)
    enlarge(here)
    source = tmp_path / "here.sqlite3"
    with closing(sqlite3.connect(source)) as writing:
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    begun = bytearray(source.read_bytes())
    begun[50_000] ^= 1
    (tmp_path / "begun").write_bytes(begun + b"more")
    written: list[int] = []

    original = file_copy._write

    def write(target: int, block: bytes, place: int) -> None:
        written.append(place)
        original(target, block, place)

    monkeypatch.setattr(file_copy, "_write", write)
    with (tmp_path / "begun").open("r+b") as file:
        file_copy.copy_database(source, file, tmp_path / "begun-wal", lambda *_: None)
    assert written == [40_960]
    assert (tmp_path / "begun").read_bytes() == source.read_bytes()


# Moves amounts between accounts, many pages apart, and checkpoints in every way at any time.
MOVES = """
import random, sys
import apsw
connection = apsw.Connection(sys.argv[1])
connection.set_busy_timeout(60000)
connection.execute("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 20")
chance = random.Random(int(sys.argv[2]))
print("began", flush=True)
for move in range(1, 1_000_000):
    with connection:
        for _ in range(chance.choice((1, 3, 40))):
            one, other = chance.sample(range(1, 401), 2)
            amount = chance.randrange(9)
            connection.execute("UPDATE account SET amount = amount - ? WHERE id = ?", (amount, one))
            connection.execute("UPDATE account SET amount = amount + ? WHERE id = ?", (amount, other))
        connection.execute("UPDATE moved SET number = ?", (move,))
    if chance.random() < 0.05:
        mode = chance.choice(("PASSIVE", "FULL", "RESTART", "TRUNCATE"))
        connection.set_busy_timeout(1)
        connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        connection.set_busy_timeout(60000)
"""


def test_backup_under_writes_and_checkpoints_is_consistent(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is committed and checkpointed while the file is copied, the copy is what one commit has left."""
    use_blocks(monkeypatch, 4096)
    file = tmp_path / "here.sqlite3"
    with closing(sqlite3.connect(file)) as writing:
        writing.executescript(
            "CREATE TABLE moved (number); INSERT INTO moved VALUES (0);"
            "CREATE TABLE account (id INTEGER PRIMARY KEY, amount, page DEFAULT (zeroblob(3000)));"
            "CREATE INDEX by_amount ON account (amount);"
            "INSERT INTO account (id, amount) WITH RECURSIVE one (id) AS ("
            "SELECT 1 UNION ALL SELECT id + 1 FROM one LIMIT 400) SELECT id, 100 FROM one"
        )
    with subprocess.Popen([sys.executable, "-c", MOVES, str(file), "7"], stdout=subprocess.PIPE) as moving:
        assert moving.stdout is not None
        assert moving.stdout.readline() == b"began\n"
        try:
            for turn in range(repetitions(10, 200)):
                copy, before = tmp_path / f"copy-{turn}", number_of_moves(file)
                backup.save(here, copy, lambda *_: sleep(0.0002))
                assert before <= number_of_moves(copy) <= number_of_moves(file)
                with closing(sqlite3.connect(copy)) as reading:
                    assert reading.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                    assert reading.execute("SELECT sum(amount), count(*) FROM account").fetchall() == [(40_000, 400)]
                copy.unlink()
        finally:
            moving.kill()


def test_wal_that_begins_anew_is_not_copied(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of two generations of the WAL would take the copy back to an earlier commit, or mix two of them."""
    use_blocks(monkeypatch, 8192)
    enlarge(here)
    original = file_copy._copy_blocks
    numbers = [(number,) for number in range(1, 31)]
    # By the library that makes the backup: two libraries in one process do not see each other's locks.
    with closing(driver.connect(tmp_path / "here.sqlite3")) as writing:
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for number in numbers[2:]:
            writing.execute("INSERT INTO counted VALUES (?)", number)
        # All is in the file, and the next transaction begins the WAL anew.
        writing.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

        def copy(source: BinaryIO, target: BinaryIO, progress: file_copy.Progress) -> None:
            def begin_anew(done: int, _: int) -> None:
                if done == file_copy.STEP_BYTES:
                    writing.execute("CREATE TABLE larger AS SELECT randomblob(200000) FROM counted LIMIT 1")

            original(source, target, begin_anew if str(source.name).endswith("-wal") else progress)

        monkeypatch.setattr(file_copy, "_copy_blocks", copy)
        backup.save(here, tmp_path / "copy")
    assert rows_of(tmp_path / "copy") == numbers


def number_of_moves(file: Path) -> int:
    """Return how many transactions a database has."""
    with closing(sqlite3.connect(file, timeout=60)) as reading:
        return int(reading.execute("SELECT number FROM moved").fetchone()[0])
