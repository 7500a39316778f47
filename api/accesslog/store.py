"""The chains in the database: append, count, read."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from api.accesslog.chain import (
    CHAIN_LENGTH,
    EMPTY,
    ChainHead,
    Entry,
    Heads,
    StoredEntry,
    beginning_of,
    chain_of,
    link_entries,
)
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work

COLUMNS = (
    "id", "digest", "person_id", "act", "granted", "at", "actor", "organisation", "purpose", "fields_seen",
    "people_seen", "request_id",
)  # fmt: skip
TABLE = "access_log_entry"
# Serializes transactions that append to a chain. SQLite has a single writer anyway.
FIRST_LOCK = 720071
LOCK_SPACING = 2**32
INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES"
_chains = 1


def _lock(dialect: type[Query]) -> str:
    return "SELECT pg_advisory_xact_lock($1)" if issubclass(dialect, PostgreSQLQuery) else ""


def _read_head(dialect: type[Query]) -> str:
    # Of 64 bits, while the column may still have 32.
    begin, end = (f"CAST({Parameter(idx=number).get_sql(dialect.SQL_CONTEXT)} AS BIGINT)" for number in (1, 2))
    return f"SELECT id, digest FROM {TABLE} WHERE id > {begin} AND id < {end} ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own names


def _insert(dialect: type[Query]) -> str:
    gaps = [Parameter(idx=number) for number, _ in enumerate(COLUMNS, start=1)]
    return f"{INSERT} ({', '.join(gap.get_sql(dialect.SQL_CONTEXT) for gap in gaps)})"


def _count_reveals(dialect: type[Query]) -> str:
    actor, since = (Parameter(idx=number).get_sql(dialect.SQL_CONTEXT) for number in (1, 2))
    conditions = f"act = 'REVEAL' AND granted AND actor = {actor} AND at >= {since}"
    return f"SELECT COUNT(*) FROM {TABLE} WHERE {conditions}"  # noqa: S608 - our own names


LOCK_CHAIN, READ_HEAD, INSERT_ENTRY = SqlByDialect(_lock), SqlByDialect(_read_head), SqlByDialect(_insert)
COUNT_REVEALS = SqlByDialect(_count_reveals)


@contextmanager
def using_chains(number: int) -> Iterator[None]:
    """Append to so many chains within the block; outside of one, as in commands, to the first."""
    global _chains  # noqa: PLW0603 - entries are appended in many places, which should not depend on the setting
    before, _chains = _chains, number
    try:
        yield
    finally:
        _chains = before


def append(entries: Sequence[Entry], chain: int | None = None) -> Work[None]:
    """Append entries to one chain, that of the first entry unless `chain` names one.

    Keep this last in a transaction: it holds a lock on the chain until the commit.
    """
    beginning = beginning_of(chain_of(entries[0], _chains) if chain is None else chain)
    yield _lock_of(beginning.chain)
    rows = yield Statement(READ_HEAD, [beginning.id, beginning.id + CHAIN_LENGTH])
    last = ChainHead(*rows[0]) if rows else beginning
    yield Statement(INSERT_ENTRY, many=[_to_row(head, entry) for head, entry in link_entries(last, entries)])


def count_reveals(actor: str, since: datetime) -> Work[int]:
    """Lock the first chain, and return how many records an account was shown in full since a moment.

    Append what is decided by the number to the first chain, in the same transaction.
    """
    yield _lock_of(EMPTY.chain)
    [[number]] = yield Statement(COUNT_REVEALS, [actor, since.astimezone(UTC)])
    return int(number)


def _lock_of(chain: int) -> Statement:
    return Statement(LOCK_CHAIN, [FIRST_LOCK + chain * LOCK_SPACING])


async def heads() -> Heads:
    """Return the heads of the stored chains."""
    found = [await _head(ChainHead(first, "").chain) async for first in first_of_each_chain()]
    return Heads(reversed(found))


async def _head(chain: int) -> ChainHead:
    beginning = beginning_of(chain)
    rows = await _ask(f"id > {beginning.id:d} AND id < {beginning.id + CHAIN_LENGTH:d} ORDER BY id DESC LIMIT 1")
    return rows[0] if rows else beginning


async def first_of_each_chain() -> AsyncIterator[int]:
    """Yield the first row id in the range of each chain that has rows, the highest chain first."""
    rows = await _ask("id IS NOT NULL ORDER BY id LIMIT 1")
    while rows:
        yield rows[0].id
        end = beginning_of(rows[0].chain).id + CHAIN_LENGTH
        rows = await _ask(f"id >= {end:d} ORDER BY id LIMIT 1")


async def stored_digest(entry: int) -> str | None:
    """Return the digest of an entry."""
    rows = await _ask(f"id = {entry:d}")
    return rows[0].digest if rows else None


async def read_links(after: int, last: int) -> list[ChainHead]:
    """Return ids and digests of the entries behind a row, up to another, in order."""
    return await _ask(f"id > {after:d} AND id <= {last:d} ORDER BY id")


async def _ask(condition: str) -> list[ChainHead]:
    """Return ids and digests of entries, as they are now: a read by `Rows` may see the snapshot of the iteration."""
    query = f"SELECT id, digest FROM {TABLE} WHERE {condition}"  # noqa: S608 - our own names and numbers
    _, rows = await get_connections().get("default").execute_query(query)
    return [ChainHead(row["id"], row["digest"]) for row in rows]


async def read(first: int, last: int) -> list[StoredEntry]:
    """Return the rows with these ids, in order, up to the first that the driver cannot decode."""
    query = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE id >= {first:d} AND id <= {last:d} ORDER BY id"  # noqa: S608 - our own names and numbers
    try:
        _, rows = await get_connections().get("default").execute_query(query)
    except OperationalError:
        # Invalid UTF-8 in one of the rows: read halves to find it.
        if first == last:
            return [((first, ""), None)]
        middle = (first + last) // 2
        half = await read(first, middle)
        is_readable = all(entry is not None for _, entry in half)
        return half + await read(middle + 1, last) if is_readable else half
    return [_parse_row(tuple(row)) for row in rows]


def _to_row(link: ChainHead, entry: Entry) -> list[Any]:
    return [
        link.id,
        link.digest,
        *entry[:7],
        msgspec.json.encode(entry.fields_seen).decode(),
        msgspec.json.encode(entry.people_seen).decode(),
        entry.request_id,
    ]


def _parse_row(row: tuple[Any, ...]) -> StoredEntry:
    number, digest, person, act, granted, at, actor, organisation, purpose, fields_seen, people_seen, request_id = row
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        seen = msgspec.json.decode(fields_seen), msgspec.json.decode(people_seen)
    except (ValueError, RecursionError):
        return (number, digest), None
    entry = Entry(person, act, bool(granted), moment, actor, organisation, purpose, *seen, request_id)
    return (number, digest), entry
