"""Reads the stored access log, and changes it as an attacker with database access could."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from api.db.database import is_sqlite
from api.settings import Settings
from tests.durability.records import Records, records

COLUMNS = (
    "id", "digest", "person_id", "act", "granted", "actor", "organisation", "purpose", "fields_seen", "people_seen",
    "request_id",
)  # fmt: skip
TRIGGERS = ("kept", "stays", "new")


async def entries(settings: Settings) -> list[dict[str, Any]]:
    """Return every entry of the log, oldest first."""
    async with records(settings) as database:
        rows = await database.ask(f"SELECT {', '.join(COLUMNS)} FROM access_log_entry ORDER BY id")  # noqa: S608 - our own names
    found = [dict(zip(COLUMNS, tuple(row), strict=True)) for row in rows]
    lists = ("fields_seen", "people_seen")
    return [entry | {name: json.loads(entry[name]) for name in lists} for entry in found]


@dataclass(frozen=True, slots=True)
class UnprotectedLog:
    """The database without the triggers that protect the log, which its owner can drop."""

    records: Records

    async def execute(self, statement: str) -> None:
        """Execute a statement; what the Hall reads afterwards is no snapshot from before."""
        await self.records.ask(statement)
        await asyncio.sleep(0)


@asynccontextmanager
async def without_triggers(settings: Settings, *tables: str) -> AsyncIterator[UnprotectedLog]:
    """Drop the triggers that protect the log."""
    async with records(settings) as database:
        for table in tables or ("access_log_entry",):
            if is_sqlite(settings):
                for guard in TRIGGERS:
                    await database.ask(f"DROP TRIGGER {table}_{guard}")
            else:
                await database.ask(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield UnprotectedLog(database)
