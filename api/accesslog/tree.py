"""Signed checkpoints in the database: which entries each has added to the Merkle tree.

A checkpoint takes in the entries behind those of the checkpoint before, chain by chain. It has the next number, so that
of several processes one adds it.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from api.accesslog import store
from api.accesslog.chain import CHAIN_LENGTH, beginning_of
from api.accesslog.merkle import Tree
from api.accesslog.models import LogCheckpoint, LogSpan
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.statements import insert
from api.db.transactions.unit_of_work import Work
from api.encryption.signed_note import LogKeys, verified_text
from api.errors import Conflict

# Limits what one proof has to read.
MAX_ENTRIES = 500
# Origin, size and root of a checkpoint, and the end of the last.
LINES = 4


class Unusable(Exception):
    """The stored log cannot be signed: it is not what was written."""


class Span(NamedTuple):
    """Consecutive entries of a chain: the row before the first, and the digest of each."""

    after: int
    digests: list[str]

    @property
    def last(self) -> int:
        """The row id of the last entry."""
        return self.after + len(self.digests)


async def latest() -> LogCheckpoint | None:
    """Return the newest checkpoint."""
    return await Rows(LogCheckpoint).ordered("-id").first(1).one()


def tree_of(checkpoint: LogCheckpoint | None) -> Tree:
    """Return the tree of a checkpoint; raise ValueError if the row is damaged."""
    return Tree() if checkpoint is None else Tree(checkpoint.size, tuple(map(bytes.fromhex, checkpoint.subtrees)))


def text_of(origin: str, tree: Tree) -> str:
    """Return the text of a checkpoint: https://c2sp.org/tlog-checkpoint."""
    return f"{origin}\n{tree.size}\n{base64.b64encode(tree.root).decode()}\n"


def size_of(text: str) -> int:
    """Return the size of the tree of a checkpoint's text; raise ValueError if it is none."""
    lines = text.split("\n")
    if len(lines) != LINES or not (lines[1].isascii() and lines[1].isdigit()):
        raise ValueError("it is no checkpoint")
    return int(lines[1])


def leaves(digests: Iterable[str]) -> list[bytes]:
    """Return the leaves of entries."""
    return list(map(bytes.fromhex, digests))


async def add_checkpoints(keys: LogKeys, now: datetime, interval: timedelta) -> AsyncIterator[str]:
    """Add checkpoints until the tree has every entry; yield their notes, without those that other processes add.

    Add none if the newest is younger than `interval`. Raise Unusable if an entry is missing, or the newest checkpoint
    is not signed by a key of this Hall.
    """
    last = await latest()
    if last is not None and last.at > now - interval:
        return
    while True:
        _require_signed(last, keys)
        spans = [span async for span in _new_spans()]
        if not spans:
            return
        # In a thread, so that requests are served between the hashes.
        tree = await asyncio.to_thread(_extended, last, spans)
        note = keys.signer.sign(text_of(keys.signer.name, tree))
        try:
            await in_transaction(partial(_store, last, tree, note, spans, now))
        except Conflict:
            return
        # Published only now: the standby has what the checkpoint says, because it has the checkpoint.
        yield note
        last = await latest()


def _extended(last: LogCheckpoint | None, spans: list[Span]) -> Tree:
    return tree_of(last).with_leaves(leaf for span in spans for leaf in leaves(span.digests))


def _require_signed(checkpoint: LogCheckpoint | None, keys: LogKeys) -> None:
    if checkpoint is None:
        return
    try:
        text = verified_text(checkpoint.note, keys.public)
        stored = text_of(text.partition("\n")[0], tree_of(checkpoint))
    except ValueError as error:
        raise Unusable(f"checkpoint {checkpoint.id} of the access log cannot be continued: {error}") from None
    # guard: signed-tree-is-continued
    if text != stored:
        raise Unusable(f"checkpoint {checkpoint.id} of the access log is not what was signed: run `audit verify`")


async def _new_spans() -> AsyncIterator[Span]:
    """Yield the entries that no checkpoint has, at most MAX_ENTRIES."""
    left = MAX_ENTRIES
    for head in await store.heads():
        after = await _last_of(head.chain)
        last = min(head.id, after + left)
        if last <= after:
            continue
        links = await store.read_links(after, last)
        if [link.id for link in links] != list(range(after + 1, last + 1)):
            raise Unusable("an entry of the access log is missing: run `audit verify`")
        left -= len(links)
        yield Span(after, [link.digest for link in links])


async def _last_of(chain: int) -> int:
    """Return the last entry of a chain that a checkpoint has; the row before the first if none has."""
    begin = beginning_of(chain).id
    rows = Rows(LogSpan).only(()).where(id__gt=begin, id__lt=begin + CHAIN_LENGTH)
    last = await rows.ordered("-id").first(1).one()
    return last.id if last else begin


def _store(before: LogCheckpoint | None, tree: Tree, note: str, spans: list[Span], now: datetime) -> Work[None]:
    number, position = (0, 0) if before is None else (before.id, before.size)
    subtrees = [subtree.hex() for subtree in tree.subtrees]
    yield insert(LogCheckpoint, {"id": number + 1, "at": now, "size": tree.size, "subtrees": subtrees, "note": note})
    for span in spans:
        values = {"id": span.last, "after": span.after, "digest": span.digests[-1], "position": position}
        yield insert(LogSpan, values | {"checkpoint_id": number + 1})
        position += len(span.digests)
