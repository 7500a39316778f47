"""A handwritten access log for the Python peers: the same entries in the same durable hash chain.

A page is returned after its entry is committed; concurrent entries share a transaction (group commit).
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import orjson

from api.accesslog.chain import EMPTY, ChainHead, Entry, link_entries
from api.accesslog.store import COLUMNS, INSERT, TABLE
from tests.bench.peers.running import PRAGMAS

FIELDS = [
    "birthDate", "countryOrRegion", "department", "employer", "employmentScope", "ethnicGroup", "hostEmployerName",
    "householdRegistrationAddress", "householdRegistrationType", "idNumber", "idType", "insurances",
    "insuredDistrict", "mobileNumber", "name", "positionNature", "postalCode", "publicSectorStaffCategory",
    "residentialAddress", "sex", "workStartDate",
]  # fmt: skip
PLACEHOLDERS = ", ".join("?" * len(COLUMNS))


class Log:
    """Appends entries to the log of a database."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []

    async def record_page(self, actor: str, organisation: str, people: list[int]) -> None:
        """Return after the entry for a page with these persons is committed."""
        entry = Entry(
            None, "LIST", True, datetime.now(UTC), actor, organisation, "", FIELDS, people, uuid4().hex
        )  # fmt: skip
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._waiting.append((entry, written))
        if len(self._waiting) == 1:
            loop.call_soon(self._write)
        await written

    def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        self._connection.execute("BEGIN IMMEDIATE")
        append(self._connection, [entry for entry, _ in batch])
        self._connection.execute("COMMIT")
        for _, written in batch:
            written.set_result(None)


def append(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Append entries within the open transaction."""
    last = connection.execute(f"SELECT id, digest FROM {TABLE} ORDER BY id DESC LIMIT 1").fetchone()
    head = EMPTY if last is None else ChainHead(last[0], last[1])
    connection.executemany(
        f"{INSERT} ({PLACEHOLDERS})", [_row(place, entry) for place, entry in link_entries(head, entries)]
    )


def _row(place: ChainHead, entry: Entry) -> tuple[object, ...]:
    seen = orjson.dumps(entry.fields_seen).decode(), orjson.dumps(entry.people_seen).decode()
    return (place.number, place.digest, *entry[:3], str(entry.at), *entry[4:7], *seen, entry.request_id)
