"""The chain in the database: how entries are added to it, and how it is read from end to end."""

from collections.abc import AsyncIterator, Iterable, Sequence
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
# Taken by whoever adds entries, until its transaction ends. SQLite lets only one write anyway.
LOCK = "SELECT pg_advisory_xact_lock(720071)"
LAST = f"SELECT id, digest FROM {TABLE} ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own names
INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES"
AT_ONCE = 10_000


def _lock(dialect: type[Query]) -> str:
    return LOCK if issubclass(dialect, PostgreSQLQuery) else ""


def _insert(dialect: type[Query]) -> str:
    gaps = [Parameter(idx=place) for place, _ in enumerate(COLUMNS, start=1)]
    return f"{INSERT} ({', '.join(gap.get_sql(dialect.SQL_CONTEXT) for gap in gaps)})"


def _reveals(dialect: type[Query]) -> str:
    actor, since = (Parameter(idx=place).get_sql(dialect.SQL_CONTEXT) for place in (1, 2))
    conditions = f"act = 'REVEAL' AND granted AND actor = {actor} AND at >= {since}"
    return f"SELECT COUNT(*) FROM {TABLE} WHERE {conditions}"  # noqa: S608 - our own names


LOCKING, ASKING, ADDING = SqlByDialect(_lock), SqlByDialect(lambda _: LAST), SqlByDialect(_insert)
REVEALS = SqlByDialect(_reveals)


def append(entries: Sequence[Entry]) -> Work[None]:
    """Add entries; as the last statements of a transaction, for others wait until it ends."""
    yield Statement(LOCKING)
    given = yield Statement(ASKING)
    last = ChainHead(*given[0]) if given else EMPTY
    yield Statement(ADDING, many=[_row(head, entry) for head, entry in link_entries(last, entries)])


def reveals(actor: str, since: datetime) -> Work[int]:
    """Return how many records an account was shown in full since a moment; nobody adds another in this transaction."""
    yield Statement(LOCKING)
    [[number]] = yield Statement(REVEALS, [actor, since.astimezone(UTC)])
    return int(number)


async def head() -> ChainHead:
    """Return the head of the log as it is now."""
    last = await Rows(AccessLogEntry).only(("digest",)).ordered("-id").first(1).one()
    return ChainHead(last.id, last.digest) if last else EMPTY


async def verified(heads: Iterable[ChainHead] = ()) -> ChainHead | BrokenChain:
    """Return the head of the log after going through all of it, or the first entry that is not what was written.

    Each of `heads`, printed earlier, must be on the way: that finds a tail that was cut off, and a log written anew.
    """
    expected = {head.number: head for head in heads}
    reached = EMPTY
    async for stored in _stored():
        found = verify_links(reached, stored)
        if isinstance(found, BrokenChain):
            return found
        reached = found
        for kept, _ in stored:
            if expected.pop(kept.number, kept) != kept:
                return BrokenChain(kept.number, "it is not the one whose head was printed")
    if expected:
        return BrokenChain(min(*expected, reached.number + 1), "it is missing, and its head was printed")
    return reached


async def _stored() -> AsyncIterator[list[tuple[ChainHead, Entry | None]]]:
    """Yield the log from its beginning, some thousand entries at a time, and no further than it can be read."""
    database = get_connections().get("default")
    last, size = 0, AT_ONCE
    while True:
        try:
            _, rows = await database.execute_query(
                f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE id > {last:d} ORDER BY id LIMIT {size:d}"  # noqa: S608 - our own names and numbers
            )
        except OperationalError:
            # Bytes that are no text: which entry has them, one at a time will tell.
            if size == 1:
                yield [(ChainHead(last + 1, ""), None)]
                return
            size = 1
            continue
        if not rows:
            return
        yield [_read(tuple(row)) for row in rows]
        last = rows[-1]["id"]


def _row(place: ChainHead, entry: Entry) -> list[Any]:
    return [
        place.number,
        place.digest,
        *entry[:7],
        msgspec.json.encode(entry.fields_seen).decode(),
        msgspec.json.encode(entry.people_seen).decode(),
        entry.request_id,
    ]


def _read(row: tuple[Any, ...]) -> tuple[ChainHead, Entry | None]:
    number, digest, person, act, granted, at, actor, organisation, purpose, fields_seen, people_seen, request_id = row
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        seen = msgspec.json.decode(fields_seen), msgspec.json.decode(people_seen)
    except (ValueError, RecursionError):
        return ChainHead(number, digest), None
    entry = Entry(person, act, bool(granted), moment, actor, organisation, purpose, *seen, request_id)
    return ChainHead(number, digest), entry
