"""What the access log says after everybody has answered: the same of each, in one chain."""

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

import orjson

from api.accesslog.chain import EMPTY, BrokenChain, ChainHead, Entry, verify_links
from api.accesslog.store import COLUMNS, TABLE
from api.accounts.authorization import Act
from tests.bench.rounds import Different


def check_log(path: str) -> int:
    """Return how many pages were logged; raise Different where an entry says something else, or the chain is broken."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY id").fetchall()  # noqa: S608 - names of ours
    stored = [_read(row) for row in rows]
    reached = verify_links(EMPTY, stored)
    if isinstance(reached, BrokenChain):
        raise Different(f"entry {reached.number} of the access log: {reached.why}")
    pages = [entry for _, entry in stored if entry.granted and entry.act == Act.LIST]
    for entry in pages:
        if _said(entry) != _said(pages[0]):
            raise Different(f"the access log says otherwise:\n{entry}\n{pages[0]}")
    return len(pages)


def _said(entry: Entry) -> tuple[object, ...]:
    """Return what an entry says beside whom it showed when, and to which request."""
    return entry.act, entry.actor, entry.organisation, entry.purpose, entry.fields_seen


def _read(row: tuple[Any, ...]) -> tuple[ChainHead, Entry]:
    number, digest, person, act, granted, at, actor, organisation, purpose, fields, people, request_id = row
    seen = orjson.loads(fields), orjson.loads(people)
    who = actor, organisation, purpose
    entry = Entry(person, act, bool(granted), datetime.fromisoformat(at), *who, *seen, request_id)
    return ChainHead(number, digest), entry
