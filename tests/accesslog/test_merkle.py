"""The Merkle tree and its proofs are those of RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accesslog.merkle import Tree, inclusion_path, leaf_hash, root_by_path

LEAVES = st.lists(st.binary(max_size=4), max_size=40)
# Known answers of Certificate Transparency's reference implementation, for the leaves below.
REFERENCE_LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 defines it, recursively."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def test_roots_are_those_of_certificate_transparency() -> None:
    """The roots of one to eight leaves are the published ones, and so is that of no leaf."""
    roots = [Tree().with_leaves(REFERENCE_LEAVES[:size]).root.hex() for size in range(1, 9)]
    assert roots == REFERENCE_ROOTS
    assert Tree().root == root_of([])


@given(LEAVES, LEAVES)
def test_tree_grows(first: list[bytes], second: list[bytes]) -> None:
    """Leaves may be added at once or later."""
    tree = Tree().with_leaves(first).with_leaves(second)
    assert (tree.size, tree.root) == (len(first + second), root_of(first + second))
    assert tree == Tree(tree.size, tree.subtrees)


@given(LEAVES, LEAVES.filter(bool), st.data())
def test_each_leaf_has_a_proof(first: list[bytes], second: list[bytes], data: st.DataObject) -> None:
    """The path of a leaf leads to the root, and no other leaf, place, size or path does."""
    before = Tree().with_leaves(first)
    place = data.draw(st.integers(0, len(second) - 1))
    index, size = len(first) + place, len(first) + len(second)
    path = inclusion_path(before, second, place)
    root = root_of(first + second)
    assert root_by_path(second[place], index, size, path) == root
    assert root_by_path(second[place] + b"x", index, size, path) != root
    for wrong in ([path[:-1]] if path else []) + [[*path, b"\x00" * 32]]:
        with pytest.raises(ValueError, match="the path is too"):
            root_by_path(second[place], index, size, wrong)
    if path:
        assert root_by_path(second[place], index, size, [leaf_hash(path[0]), *path[1:]]) != root


@pytest.mark.parametrize("index", [-1, 3])
def test_place_is_in_the_tree(index: int) -> None:
    """A proof names a leaf that the tree has."""
    with pytest.raises(ValueError, match="no such leaf"):
        root_by_path(b"", index, 3, [])
    with pytest.raises(ValueError, match="one complete subtree"):
        Tree(3, (b"",))
