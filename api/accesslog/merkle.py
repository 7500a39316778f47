"""The Merkle tree of the log, without a database: RFC 9162, section 2.1, as RFC 6962 defined it.

The leaves are the digests of entries, in the order in which checkpoints have taken them in. A tree is known by its size
and its complete subtrees, at most 64 hashes, to which leaves can be added without the earlier ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree: its size, and the hashes of its complete subtrees, the largest first."""

    size: int = 0
    subtrees: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse hashes that do not fit the size."""
        if len(self.subtrees) != self.size.bit_count():
            raise ValueError("a tree has one complete subtree for each bit of its size")

    @property
    def root(self) -> bytes:
        """The root hash."""
        if not self.subtrees:
            return sha256().digest()
        root, *others = reversed(self.subtrees)
        for left in others:
            root = node_hash(left, root)
        return root

    def with_leaves(self, leaves: Iterable[bytes]) -> "Tree":
        """Return the tree with leaves added behind the others."""
        size, subtrees = self.size, list(self.subtrees)
        for leaf in leaves:
            found = leaf_hash(leaf)
            # Each 1 at the end of the size is a complete subtree that becomes the left half of a larger one.
            complete = size
            while complete & 1:
                found = node_hash(subtrees.pop(), found)
                complete >>= 1
            subtrees.append(found)
            size += 1
        return Tree(size, tuple(subtrees))

    def behind(self, begin: int) -> "Tree":
        """Return the tree of the leaves from `begin` on, which must be where one of the complete subtrees begins."""
        subtrees = [subtree for (first, _), subtree in ranges(self) if first >= begin]
        return Tree(self.size - begin, tuple(subtrees))


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def ranges(tree: Tree) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield the leaves that each complete subtree has, from and to, and its hash."""
    begin = 0
    for subtree in tree.subtrees:
        size = 1 << (tree.size - begin).bit_length() - 1
        yield (begin, begin + size), subtree
        begin += size


def consistency_ranges(first: int, second: int) -> list[tuple[int, int]]:
    """Return from where to where the leaves are whose hashes prove that a tree of one size continues a smaller one.

    They are in the order of the proof: RFC 9162, section 2.1.4.1.
    """
    if first in {0, second}:
        return []
    found: list[tuple[int, int]] = []
    begin, end = 0, second
    while first != end:
        middle = begin + _left_size(end - begin)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((begin, middle))
            begin = middle
    # Where the smaller tree is complete, its root is known.
    return [*([(begin, end)] if begin else []), *reversed(found)]


def inclusion_path(before: Tree, leaves: Sequence[bytes], place: int) -> list[bytes]:
    """Return the hashes that prove leaf `place` of `leaves` in the tree `before` with these leaves."""
    known = dict(ranges(before))
    index, end = before.size + place, before.size + len(leaves)

    def hash_of(begin: int, end: int) -> bytes:
        if (begin, end) in known:
            return known[begin, end]
        if end - begin == 1:
            return leaf_hash(leaves[begin - before.size])
        middle = begin + _left_size(end - begin)
        return node_hash(hash_of(begin, middle), hash_of(middle, end))

    path: list[bytes] = []
    begin = 0
    while end - begin > 1:
        middle = begin + _left_size(end - begin)
        if index < middle:
            path.append(hash_of(middle, end))
            end = middle
        else:
            path.append(hash_of(begin, middle))
            begin = middle
    return path[::-1]


def root_by_path(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes:
    """Return the root of the tree of this size that has `leaf` at `index`, as RFC 9162 computes it in section 2.1.3.2.

    Raise ValueError if the path does not fit.
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    left, last, root = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if not last:
            raise ValueError("the path is too long")
        if left & 1 or left == last:
            root = node_hash(sibling, root)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        left, last = left >> 1, last >> 1
    if last:
        raise ValueError("the path is too short")
    return root


def _left_size(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
