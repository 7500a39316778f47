"""The log is append-only: triggers of the database refuse changes."""

import sqlite3

import asyncpg
import pytest

from api import clock, demo
from api.db.database import is_sqlite
from tests.accesslog.entries import COLUMNS, entries
from tests.durability.records import records
from tests.hall import Hall
from tests.people.test_read_authorization import number_of

CHANGES = {
    "a word": "UPDATE access_log_entry SET purpose = 'other'",
    "the digest": "UPDATE access_log_entry SET digest = digest WHERE id = 1",
    "one entry": "DELETE FROM access_log_entry WHERE id = 1",
    "all entries": "DELETE FROM access_log_entry",
}
ON_SQLITE = {
    "one in the place of another": "REPLACE INTO access_log_entry SELECT * FROM access_log_entry WHERE id = 1",
    "one in the place of another, updated": "UPDATE OR REPLACE access_log_entry SET id = 1 WHERE id = 2",
}
ON_POSTGRESQL = {
    "one in the place of another": "INSERT INTO access_log_entry SELECT * FROM access_log_entry WHERE id = 1 "
    "ON CONFLICT (id) DO UPDATE SET purpose = 'other'",
    "the whole table": "TRUNCATE access_log_entry",
    "the whole table, with the people": "TRUNCATE person CASCADE",
}
REFUSED = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)


async def test_entries_cannot_be_changed(hall: Hall) -> None:
    """No statement can update, delete or replace an entry."""
    for _ in range(2):
        await number_of(hall, "eligible")
    before = await entries(hall.settings)
    assert len(before) == 2
    changes = CHANGES | (ON_SQLITE if is_sqlite(hall.settings) else ON_POSTGRESQL)
    for statement in changes.values():
        async with records(hall.settings) as database:
            with pytest.raises(REFUSED, match="only added to"):
                await database.ask(statement)
    assert await entries(hall.settings) == before


async def test_person_with_entries_cannot_be_deleted(hall: Hall) -> None:
    """A person with log entries cannot be deleted."""
    await number_of(hall, "eligible")
    [entry] = await entries(hall.settings)
    async with records(hall.settings) as database:
        await database.ask("PRAGMA foreign_keys = ON") if is_sqlite(hall.settings) else None
        with pytest.raises(REFUSED):
            await database.ask(f"DELETE FROM person WHERE id = {entry['person_id']}")  # noqa: S608 - a number of ours


async def test_demo_update_keeps_log(hall: Hall) -> None:
    """The daily update of the demo's people keeps their log entries."""
    await number_of(hall, "eligible")
    before = await entries(hall.settings)
    later = clock.today().replace(year=clock.today().year + 1, day=1)
    assert await demo.ensure(hall.settings, later) > 0
    assert await entries(hall.settings) == before
    assert set(COLUMNS) == set(before[0])
