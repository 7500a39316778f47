"""The hash chains: each entry has the next number of its chain, and a digest over the previous digest and its content.

Changing, deleting or moving an entry breaks the chain there. Truncating the log or rewriting all of it does not; only
a head that is stored elsewhere detects that. Therefore heads are printed to the process log.

Entry n of chain c is the row n - c * 2^48: row ids are unique, those of a chain are consecutive, and the first chain
has the positive ones. A Hall of a release with one chain takes the largest id for the head, which is that of the first
chain.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, Self
from zlib import crc32

import msgspec

DIGEST_LENGTH = 64
NUMBER_BITS = 48
CHAIN_LENGTH = 1 << NUMBER_BITS
HEAD = re.compile(r"(?:(?P<chain>[0-9]{1,2})/)?(?P<number>[0-9]{1,14}):(?P<digest>[0-9a-f]{64})", re.ASCII)


class Entry(NamedTuple):
    """The content of an entry, without number and digest."""

    person: int | None
    act: str
    granted: bool
    at: datetime
    actor: str
    organisation: str
    purpose: str
    fields_seen: list[str]
    people_seen: list[int]
    request_id: str


class ChainHead(NamedTuple):
    """The row id and the digest of the last entry of a chain."""

    id: int
    digest: str

    @property
    def chain(self) -> int:
        """The chain."""
        return -(self.id >> NUMBER_BITS)

    @property
    def number(self) -> int:
        """How many entries the chain has."""
        return self.id & CHAIN_LENGTH - 1

    def __str__(self) -> str:
        """Return the format that `audit verify --head` parses."""
        return f"{place(self.id)}:{self.digest}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a printed head; raise ValueError if `text` is not one."""
        found = HEAD.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no head; one looks like 12:{EMPTY.digest} or 3/12:{EMPTY.digest}")
        return cls(int(found["number"]) - int(found["chain"] or 0) * CHAIN_LENGTH, found["digest"])


# The row id and the digest of an entry, and its content, unless it cannot be decoded.
StoredEntry = tuple[tuple[int, str], Entry | None]


class Heads(tuple[ChainHead, ...]):
    """The heads of all chains that have entries."""

    __slots__ = ()

    @property
    def entries(self) -> int:
        """How many entries the log has."""
        return sum(head.number for head in self)

    def __str__(self) -> str:
        """Return the heads, or that of an empty log."""
        return " ".join(map(str, self or (EMPTY,)))


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The row id of the first entry of a chain that fails verification, and the reason."""

    id: int
    why: str

    def __str__(self) -> str:
        """Return what an auditor reads."""
        return f"entry {place(self.id)}: {self.why}"


def beginning_of(chain: int) -> ChainHead:
    """Return the head of a chain without entries."""
    return ChainHead(-chain * CHAIN_LENGTH, "0" * DIGEST_LENGTH)


EMPTY = beginning_of(0)


def chain_of(entry: Entry, chains: int) -> int:
    """Return the chain of an entry: all entries of a person are in one, in their order, unless `chains` is changed."""
    return (crc32(entry.actor.encode()) if entry.person is None else entry.person) % chains


def place(entry: int) -> str:
    """Return the number of an entry as it is printed, with its chain unless that is the first."""
    head = ChainHead(entry, "")
    return f"{head.chain}/{head.number}" if head.chain else str(head.number)


def head_after(head: ChainHead, entry: Entry) -> ChainHead:
    """Return the head of the chain after appending `entry`."""
    row = head.id + 1
    return ChainHead(row, _digest(head.digest, row, entry))


def _digest(before: str, row: int, entry: Entry) -> str:
    # guard: entry-holds-the-one-before
    return sha256(before.encode() + content_of(row, entry)).hexdigest()


def content_of(row: int, entry: Entry) -> bytes:
    """Return the content of an entry, which its digest is over, behind the digest before."""
    person, act, granted, at, *texts = entry
    return msgspec.json.encode((row, person, act, granted, at.astimezone(UTC).isoformat(), *texts))


def link_entries(head: ChainHead, entries: Iterable[Entry]) -> Iterator[tuple[ChainHead, Entry]]:
    """Yield each entry that follows `head`, with its number and digest."""
    for entry in entries:
        head = head_after(head, entry)
        yield head, entry


def verify_links(head: ChainHead, stored: Iterable[StoredEntry]) -> ChainHead | BrokenChain:
    """Return the head after the `stored` entries that follow `head`, or the first one that fails verification.

    None stands for an entry that cannot be decoded.
    """
    row, digest = head
    for (stored_row, stored_digest), entry in stored:
        row += 1
        # guard: missing-entry-is-found
        if stored_row != row:
            return BrokenChain(row, "it is missing")
        if entry is None:
            return BrokenChain(row, "it cannot be decoded")
        digest = _digest(digest, row, entry)
        # guard: changed-entry-is-found
        if stored_digest != digest:
            return BrokenChain(row, "it is not what was written")
    return ChainHead(row, digest)
