"""Proofs that the newest checkpoint continues an earlier one: what a witness needs to know that the log only grew.

Most hashes are in the rows of checkpoints, which have the complete subtrees of their trees. A subtree that no
checkpoint has is that of the last checkpoint before its end, with the entries in between: at most those of one
checkpoint.
"""

import base64

from api.accesslog import store
from api.accesslog.merkle import Tree, consistency_ranges, ranges
from api.accesslog.models import LogCheckpoint, LogSpan
from api.accesslog.tree import latest, leaves, tree_of
from api.db.query.rows import Rows


class UnknownSize(Exception):
    """No checkpoint has this size."""


class Removed(Exception):
    """Entries that the proof needs were removed."""


async def proof_since(size: int) -> str | None:
    """Return the newest checkpoint, and the proof that it continues the one of an earlier size.

    The text is what https://c2sp.org/tlog-witness takes at add-checkpoint. None if there is no checkpoint; raise
    UnknownSize or Removed.
    """
    newest = await latest()
    if newest is None:
        return None
    first = await Rows(LogCheckpoint).where(size=size).first(1).one() if size else None
    if size and first is None:
        raise UnknownSize
    known, whole = dict(ranges(tree_of(first))), tree_of(newest)
    path = [
        known.get((begin, end)) or (await _tree_between(begin, end, whole)).root
        for begin, end in consistency_ranges(size, newest.size)
    ]
    lines = [f"old {size}", *(base64.b64encode(node).decode() for node in path), "", newest.note]
    return "\n".join(lines)


async def _tree_between(begin: int, end: int, whole: Tree) -> Tree:
    """Return the tree of some leaves of the newest checkpoint, whose tree is `whole`."""
    if end == whole.size and begin in {first for (first, _), _ in ranges(whole)}:
        return whole.behind(begin)
    before = await Rows(LogCheckpoint).where(size__lt=end).ordered("-size").first(1).one()
    if before is None or before.size <= begin:
        tree, start = Tree(), begin
    else:
        tree, start = tree_of(before).behind(begin), before.size
    return tree.with_leaves(await _leaves(0 if before is None else before.id, start, end))


async def _leaves(before: int, start: int, end: int) -> list[bytes]:
    """Return leaves by their places in the tree, which the checkpoint behind `before` has added."""
    found: list[bytes] = []
    for span in await Rows(LogSpan).where(checkpoint_id=before + 1).ordered("position").all():
        # The row ids of a span are consecutive, and so are its places.
        offset = span.after - span.position
        first, last = max(start, span.position) + offset, min(end + offset, span.id)
        if first < last:
            found += leaves(link.digest for link in await store.read_links(first, last))
    if len(found) != end - start:
        raise Removed
    return found
