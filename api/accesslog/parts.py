"""Parts of the log that are verified independently of each other: see verification.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from api.accesslog import store, tree
from api.accesslog.chain import BrokenChain, ChainHead, beginning_of, verify_links
from api.accesslog.merkle import Tree
from api.accesslog.models import LogCheckpoint, LogRemoval, LogSpan
from api.db.query.rows import Rows
from api.encryption.signed_note import PublicKey, verified_text

LARGEST = 2**63 - 1


class Stretch(NamedTuple):
    """The entries that the checkpoints behind `after` added, up to the checkpoint `last`, whose tree has `size`."""

    after: int
    last: int
    size: int


class Segment(NamedTuple):
    """The entries of a chain behind `head`, up to the row `last`; without a digest in `head`, that of its row."""

    head: ChainHead
    last: int


Part = Stretch | Segment


@dataclass(frozen=True, slots=True)
class BrokenCheckpoint:
    """The number of a checkpoint that fails verification, and the reason."""

    number: int
    why: str

    def __str__(self) -> str:
        """Return what an auditor reads."""
        return f"checkpoint {self.number}: {self.why}"


Broken = BrokenChain | BrokenCheckpoint


async def verify_part(part: Part, keys: Sequence[PublicKey] = ()) -> Broken | None:
    """Return what fails verification first in a part; None if nothing does."""
    return await (_verify_stretch(part, keys) if isinstance(part, Stretch) else _verify_segment(part))


async def _verify_segment(segment: Segment) -> BrokenChain | None:
    head, last = segment
    digest = head.digest or await store.stored_digest(head.id)
    rows = await store.read(head.id + 1, last)
    # Where the row is missing, the segment before it says so.
    reached = verify_links(head._replace(digest=digest or ""), rows)
    if isinstance(reached, BrokenChain):
        return reached
    return BrokenChain(reached.id + 1, "it is missing") if reached.id < last else None


async def _verify_stretch(stretch: Stretch, keys: Sequence[PublicKey]) -> Broken | None:
    spans = (
        await Rows(LogSpan).where(checkpoint_id__gt=stretch.after, checkpoint_id__lte=stretch.last).ordered("id").all()
    )
    digests: dict[int, str] = {}
    for _, of_chain in groupby(spans, key=lambda span: ChainHead(span.id, "").chain):
        broken = await _verify_spans(list(of_chain), digests)
        if broken is not None:
            return broken
    return await _verify_trees(stretch, spans, digests, keys)


async def _verify_spans(spans: Sequence[LogSpan], digests: dict[int, str]) -> Broken | None:
    """Verify the entries of consecutive spans of a chain, and add their digests."""
    head = await head_before(spans[0].id)
    for span in spans:
        if span.after != head.id:
            return BrokenCheckpoint(span.checkpoint_id, "it does not go on where the one before ended")
        head = ChainHead(span.id, span.digest)
    first, last = await head_before(spans[0].id), spans[-1].id
    rows = await store.read(first.id + 1, last)
    reached = verify_links(first, rows)
    if isinstance(reached, BrokenChain):
        return reached
    if reached.id < last:
        return BrokenChain(reached.id + 1, "it is missing")
    digests.update(link for link, _ in rows)
    for span in spans:
        if digests[span.id] != span.digest:
            return BrokenCheckpoint(span.checkpoint_id, "it names another digest than the entry has")
    return None


async def removed_checkpoint() -> int:
    """Return the checkpoint up to which entries were removed; 0 if none were."""
    removal = await Rows(LogRemoval).only(()).ordered("-id").first(1).one()
    return removal.id if removal else 0


async def head_before(entry: int, checkpoint: int = LARGEST) -> ChainHead:
    """Return the last head, before an entry, of its chain that the checkpoints up to `checkpoint` have."""
    beginning = beginning_of(ChainHead(entry, "").chain)
    rows = Rows(LogSpan).where(id__gt=beginning.id, id__lt=entry, checkpoint_id__lte=checkpoint)
    before = await rows.ordered("-id").first(1).one()
    return ChainHead(before.id, before.digest) if before else beginning


async def _verify_trees(
    stretch: Stretch, spans: Sequence[LogSpan], digests: dict[int, str], keys: Sequence[PublicKey]
) -> BrokenCheckpoint | None:
    """Verify that each checkpoint of a stretch has the tree of the one before with its own entries."""
    rows = Rows(LogCheckpoint).where(id__gt=stretch.after - 1, id__lte=stretch.last).ordered("id")
    stored = {checkpoint.id: checkpoint for checkpoint in await rows.all()}
    added: dict[int, list[LogSpan]] = {}
    for span in sorted(spans, key=lambda span: span.position):
        added.setdefault(span.checkpoint_id, []).append(span)
    try:
        reached = tree.tree_of(stored.get(stretch.after))
    except ValueError as error:
        return BrokenCheckpoint(stretch.after, str(error))
    for number in range(stretch.after + 1, stretch.last + 1):
        if number not in stored:
            return BrokenCheckpoint(number, "it is missing")
        for span in added.get(number, []):
            if span.position != reached.size:
                return BrokenCheckpoint(number, "its entries are in another order")
            leaves = tree.leaves(digests[entry] for entry in range(span.after + 1, span.id + 1))
            reached = reached.with_leaves(leaves)
        why = fault_of(stored[number], reached, keys)
        if why is not None:
            return BrokenCheckpoint(number, why)
    return None


def fault_of(checkpoint: LogCheckpoint, expected: Tree, keys: Sequence[PublicKey]) -> str | None:
    """Return why a stored checkpoint is not a signed one of the expected tree; without keys, signatures are ignored."""
    try:
        text = verified_text(checkpoint.note, keys) if keys else checkpoint.note.rpartition("\n\n")[0] + "\n"
        stored = tree.tree_of(checkpoint)
    except ValueError as error:
        return str(error)
    # guard: tree-is-that-of-the-entries
    if stored != expected or text != tree.text_of(text.partition("\n")[0], expected):
        return "its tree is not that of the entries"
    return None
