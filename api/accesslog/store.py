"""The chain in the database: append, count, verify."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from pypika_tortoise.dialects import PostgreSQLQuery
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from api.accesslog.chain import EMPTY, BrokenChain, ChainHead, Entry, link_entries, verify_links
from api.accesslog.models import AccessLogEntry
from api.db.query.rows import Rows
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work

COLUMNS = (
    "id", "digest", "person_id", "act", "granted", "at", "actor", "organisation", "purpose", "fields_seen",
    "people_seen", "request_id",
)  # fmt: skip
TABLE = "access_log_entry"
# Serializes appending transactions. SQLite has a single writer anyway.
POSTGRESQL_LOCK = "SELECT pg_advisory_xact_lock(720071)"
SELECT_HEAD = f"SELECT id, digest FROM {TABLE} ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own names
INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES"
BATCH_SIZE = 10_000


def _lock(dialect: type[Query]) -> str:
    return POSTGRESQL_LOCK if issubclass(dialect, PostgreSQLQuery) else ""


def _insert(dialect: type[Query]) -> str:
    gaps = [Parameter(idx=number) for number, _ in enumerate(COLUMNS, start=1)]
    return f"{INSERT} ({', '.join(gap.get_sql(dialect.SQL_CONTEXT) for gap in gaps)})"


def _count_reveals(dialect: type[Query]) -> str:
    actor, since = (Parameter(idx=number).get_sql(dialect.SQL_CONTEXT) for number in (1, 2))
    conditions = f"act = 'REVEAL' AND granted AND actor = {actor} AND at >= {since}"
    return f"SELECT COUNT(*) FROM {TABLE} WHERE {conditions}"  # noqa: S608 - our own names


LOCK_CHAIN, READ_HEAD, INSERT_ENTRY = SqlByDialect(_lock), SqlByDialect(lambda _: SELECT_HEAD), SqlByDialect(_insert)
COUNT_REVEALS = SqlByDialect(_count_reveals)


def append(entries: Sequence[Entry]) -> Work[None]:
    """Append entries. Keep this last in a transaction: it holds a lock on the log until the commit."""
    yield Statement(LOCK_CHAIN)
    rows = yield Statement(READ_HEAD)
    last = ChainHead(*rows[0]) if rows else EMPTY
    yield Statement(INSERT_ENTRY, many=[_to_row(head, entry) for head, entry in link_entries(last, entries)])


def count_reveals(actor: str, since: datetime) -> Work[int]:
    """Lock the log and return how many records an account was shown in full since a moment."""
    yield Statement(LOCK_CHAIN)
    [[number]] = yield Statement(COUNT_REVEALS, [actor, since.astimezone(UTC)])
    return int(number)


async def head() -> ChainHead:
    """Return the head of the stored log."""
    last = await Rows(AccessLogEntry).only(("digest",)).ordered("-id").first(1).one()
    return ChainHead(last.id, last.digest) if last else EMPTY


async def verify(
    heads: Iterable[ChainHead] = (),
    *,
    since: ChainHead = EMPTY,
    report: Callable[[ChainHead], None] = lambda _: None,
) -> ChainHead | BrokenChain:
    """Verify the log behind `since`: return its head, or the first entry that is not what was written.

    The log must contain each of the earlier printed `heads`, and `since`, up to which it was verified before: that
    detects a truncated and a rewritten log. `report` is called with the heads that have been reached.
    """
    expected = {head.number: head for head in (*heads, *([since] if since.number else []))}
    for number in sorted(number for number in expected if number <= since.number):
        printed = expected.pop(number)
        found = await Rows(AccessLogEntry).only(("digest",)).where(id=number).one()
        if found is None:
            return BrokenChain(number, "it is missing, and its head was printed")
        if found.digest != printed.digest:
            return BrokenChain(number, "it is not the one whose head was printed")
    reached = since
    async for stored in _stored_batches(since.number):
        result = verify_links(reached, stored)
        if isinstance(result, BrokenChain):
            return result
        reached = result
        report(reached)
        for link, _ in stored:
            if expected.pop(link.number, link) != link:
                return BrokenChain(link.number, "it is not the one whose head was printed")
    if expected:
        return BrokenChain(min(*expected, reached.number + 1), "it is missing, and its head was printed")
    return reached


async def _stored_batches(last: int = 0) -> AsyncIterator[list[tuple[ChainHead, Entry | None]]]:
    """Yield the log behind `last` in batches, in order, up to the first row that the driver cannot decode."""
    database = get_connections().get("default")
    size = BATCH_SIZE
    while True:
        try:
            _, rows = await database.execute_query(
                f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE id > {last:d} ORDER BY id LIMIT {size:d}"  # noqa: S608 - our own names and numbers
            )
        except OperationalError:
            # Invalid UTF-8 in one of the rows: read them one by one to find it.
            if size == 1:
                yield [(ChainHead(last + 1, ""), None)]
                return
            size = 1
            continue
        if not rows:
            return
        yield [_parse_row(tuple(row)) for row in rows]
        last = rows[-1]["id"]


def _to_row(link: ChainHead, entry: Entry) -> list[Any]:
    return [
        link.number,
        link.digest,
        *entry[:7],
        msgspec.json.encode(entry.fields_seen).decode(),
        msgspec.json.encode(entry.people_seen).decode(),
        entry.request_id,
    ]


def _parse_row(row: tuple[Any, ...]) -> tuple[ChainHead, Entry | None]:
    number, digest, person, act, granted, at, actor, organisation, purpose, fields_seen, people_seen, request_id = row
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        seen = msgspec.json.decode(fields_seen), msgspec.json.decode(people_seen)
    except (ValueError, RecursionError):
        return ChainHead(number, digest), None
    entry = Entry(person, act, bool(granted), moment, actor, organisation, purpose, *seen, request_id)
    return ChainHead(number, digest), entry
