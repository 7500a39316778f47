"""Exports old entries to a file, and removes from the log what a file has.

Entries leave the log up to a checkpoint, which stays with its tree and its heads: the log behind it is verified from
there. A line of the file is what the digest of an entry is over, in the order of the tree, and the last line is the
note of the checkpoint: the file proves itself. The newest entry of each chain stays: the next one is linked to it.
"""

import gzip
from datetime import date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec
from pypika_tortoise.queries import Query
from pypika_tortoise.terms import Parameter

from api.accesslog import store, tree
from api.accesslog.chain import ChainHead, content_of
from api.accesslog.models import LogCheckpoint, LogRemoval, LogSpan
from api.accesslog.parts import head_before, removed_checkpoint
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.statements import SqlByDialect, Statement
from api.db.transactions.unit_of_work import Work, insert_row
from api.errors import Refused
from api.zone import SHANGHAI

# 《中华人民共和国网络安全法》 asks to keep network logs for at least six months; triggers enforce it too.
KEPT = timedelta(days=184)
# Entries that one transaction removes.
BATCH = 10_000


class End(msgspec.Struct):
    """The last line of a file: the checkpoints between which its entries are, and the note of the later one."""

    after: int
    checkpoint: int
    note: str


def _delete_sql(dialect: type[Query]) -> str:
    first, last = (Parameter(idx=number).get_sql(dialect.SQL_CONTEXT) for number in (1, 2))
    return f"DELETE FROM {store.TABLE} WHERE id >= {first} AND id <= {last}"  # noqa: S608 - our own names


DELETE = SqlByDialect(_delete_sql)


async def export(file: Path, before: date, now: datetime) -> tuple[int, int]:
    """Write the entries of checkpoints before a day to a new file; return the checkpoint and the number of entries."""
    midnight = datetime.combine(before, time(), SHANGHAI)
    checkpoint = await Rows(LogCheckpoint).where(at__lt=midnight).ordered("-id").first(1).one()
    after = await removed_checkpoint()
    if checkpoint is None or checkpoint.id <= after:
        raise Refused(f"no checkpoint before {before} has entries in the log; name a later day.")
    _require_old(checkpoint, now)
    written = 0
    try:
        with gzip.open(file, "xb") as lines:
            for number in range(after + 1, checkpoint.id + 1):
                for line in await _lines_of(number):
                    lines.write(line + b"\n")
                    written += 1
            lines.write(msgspec.json.encode(End(after, checkpoint.id, checkpoint.note)) + b"\n")
    except FileExistsError:
        raise Refused(f"{file} exists already; name a new file.") from None
    return checkpoint.id, written


async def _lines_of(checkpoint: int) -> list[bytes]:
    """Return what the digests of a checkpoint's entries are over."""
    lines = []
    for span in await Rows(LogSpan).where(checkpoint_id=checkpoint).ordered("position").all():
        digest = (await head_before(span.id)).digest
        for (row, stored), entry in await store.read(span.after + 1, span.id):
            if entry is None:
                raise Refused("an entry cannot be read; run `audit verify`.")
            lines.append(digest.encode() + content_of(row, entry))
            digest = stored
    return lines


async def remove(file: Path, now: datetime) -> int:
    """Remove the entries that a file has, if it is whole, and they are old enough; return how many were removed.

    Interrupted, it goes on when it is repeated.
    """
    end = await _verified_end(file)
    checkpoint = await Rows(LogCheckpoint).where(id=end.checkpoint).one()
    if checkpoint is None or checkpoint.note != end.note:
        raise Refused(f"{file} ends with a checkpoint that this log does not have.")
    _require_old(checkpoint, now)
    if await removed_checkpoint() < checkpoint.id:
        exported = sha256(file.read_bytes()).hexdigest()  # noqa: ASYNC240 - a command does nothing else meanwhile
        await in_transaction(lambda: insert_row(LogRemoval, id=checkpoint.id, at=now, exported=exported))
    firsts = {ChainHead(first, "").chain: first async for first in store.first_of_each_chain()}
    removed = 0
    for head in await store.heads():
        last = min((await head_before(head.id + 1, checkpoint.id)).id, head.id - 1)
        for first in range(firsts[head.chain], last + 1, BATCH):
            values = [first, min(first + BATCH - 1, last)]
            await in_transaction(partial(_delete, values))
            removed += values[1] - first + 1
    return removed


def _delete(values: list[int]) -> Work[None]:
    yield Statement(DELETE, values)


async def _verified_end(file: Path) -> End:
    """Return the last line of a file whose other lines are the entries of its checkpoint's tree."""
    try:
        with gzip.open(file, "rb") as lines:
            content = lines.read().split(b"\n")
        end = msgspec.json.decode(content[-2], type=End)
    except (OSError, EOFError, IndexError, msgspec.DecodeError):
        raise Refused(f"{file} cannot be read as an export of the log.") from None
    begin, whole = [await Rows(LogCheckpoint).where(id=number).one() for number in (end.after, end.checkpoint)]
    if await removed_checkpoint() not in {end.after, end.checkpoint} or (begin is None and end.after):
        raise Refused(f"{file} does not begin where the log begins.")
    leaves = (sha256(line).digest() for line in content[:-2])
    # guard: exported-file-is-whole
    if tree.tree_of(begin).with_leaves(leaves) != tree.tree_of(whole):
        raise Refused(f"{file} does not have the entries that were signed.")
    return end


def _require_old(checkpoint: LogCheckpoint, now: datetime) -> None:
    # guard: entries-are-kept-for-six-months
    if checkpoint.at > now - KEPT:
        raise Refused(f"entries are kept for {KEPT.days} days; name a day at least as long ago.")
