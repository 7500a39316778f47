"""Verifies the stored log: every link of each chain, the Merkle tree of every checkpoint, and what was printed or kept.

The log is verified in parts that do not depend on each other, so that processes can share them. The entries of some
checkpoints are a part: it begins with the tree and the heads that the checkpoint before has stored, which the part
before verifies. So is a segment of a chain behind the last checkpoint: it begins with the stored digest of an entry.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from api.accesslog import store, tree
from api.accesslog.chain import BrokenChain, ChainHead, Heads, beginning_of
from api.accesslog.models import LogCheckpoint
from api.accesslog.parts import (
    Broken,
    BrokenCheckpoint,
    Part,
    Segment,
    Stretch,
    fault_of,
    head_before,
    removed_checkpoint,
    verify_part,
)
from api.db.query.rows import Rows
from api.encryption.signed_note import PublicKey, verified_text

# The entries of a part.
PART_LENGTH = 50_000
# How many checkpoints are listed at once.
LISTED = 5_000
# Verifies parts, and yields the results in their order.
Results = AsyncGenerator[tuple[Part, Broken | None], None]
Verifier = Callable[[AsyncIterator[Part], Sequence[PublicKey]], Results]
# Is called with a head or the number of a checkpoint, up to which all is verified, and the number of entries.
Report = Callable[[ChainHead | int, int], None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was printed, kept or verified before, and has to be in the log."""

    heads: Sequence[ChainHead] = ()
    # Verified before, up to these heads and this checkpoint.
    since: Sequence[ChainHead] = ()
    since_checkpoint: int | None = None
    # Signed checkpoints, and the keys that may have signed them. Without keys, no signature is verified.
    notes: Sequence[str] = ()
    keys: Sequence[PublicKey] = ()


NOTHING = Evidence()


async def each_in_turn(parts: AsyncIterator[Part], keys: Sequence[PublicKey]) -> Results:
    """Verify parts one after the other."""
    async for part in parts:
        yield part, await verify_part(part, keys)


async def verify(
    evidence: Evidence = NOTHING, report: Report = lambda *_: None, verifier: Verifier = each_in_turn
) -> Heads | Broken:
    """Verify the log: return its heads, or what is found first that is not what was written.

    Printed heads and kept checkpoints detect a truncated and a rewritten log.
    """
    stored = await store.heads()
    gone = await removed_checkpoint()
    unlike = await _misplaced() or await _unlike({*evidence.heads, *evidence.since}, stored, gone)
    base = await _base(evidence, gone)
    found = unlike or await _unlike_notes(evidence) or await _unsigned(base, evidence.keys)
    entries = 0
    async with aclosing(verifier(_parts(base, stored, evidence), evidence.keys)) as results:
        async for part, broken in results:
            if broken is not None:
                both = [each for each in (broken, unlike) if isinstance(each, BrokenChain)]
                return min(both, key=_order) if len(both) > 1 else broken
            if isinstance(part, Stretch):
                entries = part.size
                report(part.last, entries)
            else:
                entries += part.last - part.head.id
                report(ChainHead(part.last, await store.stored_digest(part.last) or ""), entries)
    return found or stored


async def _base(evidence: Evidence, removed: int) -> int:
    """Return the checkpoint from which on everything is verified; 0 is the beginning."""
    last = await tree.latest()
    if evidence.since_checkpoint is None and evidence.since and last is not None:
        return int(last.id)
    return max(evidence.since_checkpoint or 0, removed)


async def _parts(base: int, stored: Heads, evidence: Evidence) -> AsyncIterator[Part]:
    """Yield what follows the checkpoint `base`: the others, then the entries of each chain that none of them has."""
    after = last = base
    begin = size = await _size_of(base)
    while listed := await Rows(LogCheckpoint).only(("size",)).where(id__gt=last).ordered("id").first(LISTED).all():
        for checkpoint in listed:
            # Also if numbers are missing: the part says so.
            last, size = checkpoint.id, checkpoint.size
            if size - begin >= PART_LENGTH:
                yield Stretch(after, last, size)
                after, begin = last, size
    if after != last:
        yield Stretch(after, last, size)
    known = {head.chain: head for head in sorted(evidence.since, key=_order)}
    for head in stored:
        reached = await head_before(head.id + 1, last)
        known_head = known.get(head.chain)
        if known_head is not None and known_head.id > reached.id:
            reached = known_head
        for part in _segments(reached, head.id):
            yield part


def _segments(head: ChainHead, last: int) -> Iterator[Segment]:
    for begin in range(head.id, last, PART_LENGTH):
        # The digest of an entry within the chain is read with the segment.
        yield Segment(head if begin == head.id else ChainHead(begin, ""), min(begin + PART_LENGTH, last))


async def _size_of(number: int) -> int:
    checkpoint = await Rows(LogCheckpoint).only(("size",)).where(id=number).one()
    return 0 if checkpoint is None else int(checkpoint.size)


async def _misplaced() -> BrokenChain | None:
    """Return a row whose id is no number of a chain."""
    async for first in store.first_of_each_chain():
        if ChainHead(first, "").number == 0:
            return BrokenChain(first, "it has no number of a chain")
    return None


async def _unlike(printed: Iterable[ChainHead], stored: Heads, removed: int) -> BrokenChain | None:
    """Return the first of the printed heads that the log does not have, and that was not removed with a checkpoint."""
    ends = {head.chain: head.id for head in stored}
    for head in sorted(printed, key=_order):
        digest = await store.stored_digest(head.id)
        is_removed = removed and head.id <= (await head_before(ends.get(head.chain, head.id) + 1, removed)).id
        if digest is None and head.number and not is_removed:
            end = ends.get(head.chain, beginning_of(head.chain).id)
            return BrokenChain(min(head.id, end + 1), "it is missing, and its head was printed")
        if digest not in {None, head.digest}:
            return BrokenChain(head.id, "it is not the one whose head was printed")
    return None


async def _unlike_notes(evidence: Evidence) -> BrokenCheckpoint | None:
    """Return the first of the kept checkpoints that the log does not have; raise ValueError if one is not signed."""
    for note in evidence.notes:
        text = verified_text(note, evidence.keys)
        size = tree.size_of(text)
        stored = await Rows(LogCheckpoint).where(size__gt=size - 1).ordered("id").first(1).one()
        if stored is None or stored.size != size:
            newest = await tree.latest()
            number = stored.id if stored else (newest.id + 1 if newest else 1)
            return BrokenCheckpoint(number, f"one of {size} entries was signed, and is not in the log")
        # guard: kept-checkpoint-is-compared
        if text != tree.text_of(text.partition("\n")[0], tree.tree_of(stored)):
            return BrokenCheckpoint(stored.id, "it is not the one that was signed and kept")
    return None


async def _unsigned(base: int, keys: Sequence[PublicKey]) -> BrokenCheckpoint | None:
    """Return the checkpoint with which verification begins, if it is missing or not what was signed."""
    if base == 0:
        return None
    checkpoint = await Rows(LogCheckpoint).where(id=base).one()
    if checkpoint is None:
        return BrokenCheckpoint(base, "it is missing")
    try:
        why = fault_of(checkpoint, tree.tree_of(checkpoint), keys)
    except ValueError as error:
        why = str(error)
    return None if why is None else BrokenCheckpoint(base, why)


def _order(found: ChainHead | BrokenChain) -> tuple[int, int]:
    head = ChainHead(found.id, "")
    return head.chain, head.number
