"""Verifies the stored log: every link of each chain, and the heads that were printed.

A chain is verified in segments, each of which begins with the stored digest of the entry before it. Together they
verify every link, so that they can be verified at the same time.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import NamedTuple

from api.accesslog import store
from api.accesslog.chain import BrokenChain, ChainHead, Heads, beginning_of, verify_links

SEGMENT_LENGTH = 10_000


class Segment(NamedTuple):
    """The entries of a chain behind the row `after`, up to the row `last`."""

    after: int
    last: int


# Verifies segments, and yields the results in their order.
Verifier = Callable[[Iterable[Segment]], AsyncIterator[ChainHead | BrokenChain]]


async def verify(
    heads: Iterable[ChainHead] = (),
    *,
    since: Iterable[ChainHead] = (),
    report: Callable[[ChainHead], None] = lambda _: None,
    verifier: Verifier | None = None,
) -> Heads | BrokenChain:
    """Verify the log behind `since`: return its heads, or the first entry that is not what was written.

    The log must contain each of the earlier printed `heads`, and `since`, up to which chains were verified before: that
    detects a truncated and a rewritten log. `report` is called with the heads that have been reached.
    """
    stored = await store.heads()
    begin = {head.chain: beginning_of(head.chain).id for head in stored}
    for head in since:
        begin[head.chain] = max(begin.get(head.chain, head.id), head.id)
    broken = await _misplaced() or await _unlike({*heads, *since}, stored)
    segments = (segment for head in stored for segment in _segments(begin[head.chain], head.id))
    async for result in (verifier or verify_each)(segments):
        if isinstance(result, BrokenChain):
            return result if broken is None else min(result, broken, key=_order)
        report(result)
    return broken or stored


async def verify_each(segments: Iterable[Segment]) -> AsyncIterator[ChainHead | BrokenChain]:
    """Verify segments one after the other."""
    for segment in segments:
        yield await verify_segment(segment)


async def verify_segment(segment: Segment) -> ChainHead | BrokenChain:
    """Return the head at the end of a segment, or its first entry that fails verification."""
    after, last = segment
    head = beginning_of(ChainHead(after, "").chain)
    rows = [row async for row in store.read(after, last)]
    if head.id != after:
        # The segment before it verifies this entry.
        head = rows.pop(0)[0] if rows and rows[0][0].id == after else ChainHead(after, "")
    reached = verify_links(head, rows)
    is_short = isinstance(reached, ChainHead) and reached.id < last
    return BrokenChain(reached.id + 1, "it is missing") if is_short else reached


def _segments(after: int, last: int) -> Iterator[Segment]:
    for begin in range(after, last, SEGMENT_LENGTH):
        yield Segment(begin, min(begin + SEGMENT_LENGTH, last))


async def _misplaced() -> BrokenChain | None:
    """Return a row whose id is no number of a chain."""
    async for first in store.first_of_each_chain():
        if ChainHead(first, "").number == 0:
            return BrokenChain(first, "it has no number of a chain")
    return None


async def _unlike(printed: Iterable[ChainHead], stored: Heads) -> BrokenChain | None:
    """Return the first of the printed heads that the log does not have."""
    ends = {head.chain: head.id for head in stored}
    for head in sorted(printed, key=_order):
        digest = await store.stored_digest(head.id)
        if digest is None and head.number:
            end = ends.get(head.chain, beginning_of(head.chain).id)
            return BrokenChain(min(head.id, end + 1), "it is missing, and its head was printed")
        if digest not in {None, head.digest}:
            return BrokenChain(head.id, "it is not the one whose head was printed")
    return None


def _order(found: ChainHead | BrokenChain) -> tuple[int, int]:
    head = ChainHead(found.id, "")
    return head.chain, head.number
