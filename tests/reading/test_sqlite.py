"""The embedded database's reader: short reads in the loop, long ones beside it, and what is remembered of them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.reading.sqlite import Reader
from api.sqlite import driver

LONG = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one row."""
    path = tmp_path / "counted.sqlite3"
    with closing(driver.connect(path)) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        writing.executescript("CREATE TABLE counted (number INTEGER); INSERT INTO counted VALUES (1);")
    return path


@pytest.fixture
def reader(file: Path) -> Iterator[Reader]:
    """A reader of it."""
    with closing(Reader(file)) as reader:
        yield reader


async def test_what_takes_long_is_read_in_a_thread(reader: Reader) -> None:
    """It is stopped in the loop, and gives the same rows elsewhere; short reads go on in the loop."""
    assert reader.at_once(LONG, ()) is None
    assert await reader.apart(LONG, ()) == [(300_000,)]
    assert reader.at_once("SELECT number FROM counted WHERE number = ?", (1,)) == [(1,)]


def test_nobody_waits_for_one_who_writes(file: Path, reader: Reader) -> None:
    """While a transaction is open elsewhere, what was committed before it is read."""
    with closing(driver.connect(file)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE counted SET number = 2")
        assert reader.at_once("SELECT number FROM counted", ()) == [(1,)]
        writing.execute("COMMIT")
        assert reader.at_once("SELECT number FROM counted", ()) == [(2,)]


def test_what_is_remembered_is_forgotten_when_anybody_has_written(file: Path, reader: Reader) -> None:
    """By another connection, of this process or another."""
    reader.kept()["who"] = "somebody"
    assert reader.kept() == {"who": "somebody"}
    with closing(driver.connect(file)) as writing:
        writing.execute("UPDATE counted SET number = 3")
        assert reader.kept() == {}
        reader.kept()["who"] = "somebody"
        writing.execute("BEGIN IMMEDIATE")
        assert reader.kept() == {"who": "somebody"}
        writing.execute("ROLLBACK")
    assert reader.kept() == {"who": "somebody"}
