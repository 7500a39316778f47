"""Checks the access log after all contestants have answered: equal entries in one chain."""

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
    """Return the number of logged pages; raise Different if an entry differs or the chain is broken."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY id").fetchall()  # noqa: S608 - names of ours
    stored = [_read(row) for row in rows]
    head = verify_links(EMPTY, stored)
    if isinstance(head, BrokenChain):
        raise Different(f"entry {head.id} of the access log: {head.why}")
    pages = [entry for _, entry in stored if entry.granted and entry.act == Act.LIST]
    for entry in pages:
        if _content(entry) != _content(pages[0]):
            raise Different(f"entries of the access log differ:\n{entry}\n{pages[0]}")
    return len(pages)


def _content(entry: Entry) -> tuple[object, ...]:
    """Return the parts of an entry that do not depend on the request."""
    return entry.act, entry.actor, entry.organisation, entry.purpose, entry.fields_seen


def _read(row: tuple[Any, ...]) -> tuple[ChainHead, Entry]:
    number, digest, person, act, granted, at, actor, organisation, purpose, fields, people, request_id = row
    seen = orjson.loads(fields), orjson.loads(people)
    account = actor, organisation, purpose
    entry = Entry(person, act, bool(granted), datetime.fromisoformat(at), *account, *seen, request_id)
    return ChainHead(number, digest), entry
