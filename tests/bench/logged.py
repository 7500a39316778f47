"""Checks the access log after all contestants have answered: equal entries in one chain."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from api.accesslog.chain import EMPTY, BrokenChain, ChainHead, Entry, verify_links
from api.accesslog.store import COLUMNS, TABLE
from api.accounts.authorization import Act
from tests.bench.contestants import Store
from tests.bench.rounds import Different

QUERY = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY id"  # noqa: S608 - names of ours


def check_log(store: Store, address: str) -> int:
    """Return the number of logged pages; raise Different if an entry differs or the chain is broken."""
    rows = _on_sqlite(address) if store is Store.SQLITE else asyncio.run(_on_postgresql(address))
    stored = [_read(row) for row in rows]
    head = verify_links(EMPTY, stored)
    if isinstance(head, BrokenChain):
        raise Different(f"entry {head.id} of the access log: {head.why}")
    pages = [entry for _, entry in stored if entry.granted and entry.act == Act.LIST]
    for entry in pages:
        if _content(entry) != _content(pages[0]):
            raise Different(f"entries of the access log differ:\n{entry}\n{pages[0]}")
    return len(pages)


def _on_sqlite(address: str) -> Sequence[tuple[Any, ...]]:
    with closing(sqlite3.connect(address.removeprefix("sqlite://"))) as connection:
        return connection.execute(QUERY).fetchall()


async def _on_postgresql(address: str) -> Sequence[tuple[Any, ...]]:
    connection = await asyncpg.connect(address)
    try:
        return [tuple(row) for row in await connection.fetch(QUERY)]
    finally:
        await connection.close()


def _content(entry: Entry) -> tuple[object, ...]:
    """Return the parts of an entry that do not depend on the request."""
    return entry.act, entry.actor, entry.organisation, entry.purpose, entry.fields_seen


def _read(row: tuple[Any, ...]) -> tuple[ChainHead, Entry]:
    number, digest, person, act, granted, at, actor, organisation, purpose, fields, people, request_id = row
    seen = orjson.loads(fields), orjson.loads(people)
    account = actor, organisation, purpose
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    entry = Entry(person, act, bool(granted), moment, *account, *seen, request_id)
    return ChainHead(number, digest), entry
