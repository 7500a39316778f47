"""What makes the log one chain: each entry has the next number, and a digest over the digest before and all it says.

Whoever changes, drops or moves an entry breaks the chain there. Whoever drops the last entries, or writes the whole
log anew, does not: only a head that is kept elsewhere tells. So heads are printed to the log of the process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, Self

import msgspec

DIGEST_LENGTH = 64


class Entry(NamedTuple):
    """What an entry says, before it has its place in the chain."""

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
    """The last entry of a chain: how many there are, and the digest over them all."""

    number: int
    digest: str

    def __str__(self) -> str:
        """Return the head as it is printed, and as `audit verify --head` takes it."""
        return f"{self.number}:{self.digest}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the head that was printed as `text`; raise ValueError if it was none."""
        number, _, digest = text.strip().partition(":")
        if not (number.isascii() and number.isdigit()) or len(digest) != DIGEST_LENGTH:
            raise ValueError(f"{text!r} is no head; one looks like 12:{'0' * DIGEST_LENGTH}")
        return cls(int(number), digest)


EMPTY = ChainHead(0, "0" * DIGEST_LENGTH)


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """Where a chain does not hold: the number of the first entry that is not what it was."""

    number: int
    why: str


def head_after(head: ChainHead, entry: Entry) -> ChainHead:
    """Return the head once `entry` follows."""
    number = head.number + 1
    person, act, granted, at, *said = entry
    content = msgspec.json.encode((number, person, act, granted, at.astimezone(UTC).isoformat(), *said))
    # guard: entry-holds-the-one-before
    return ChainHead(number, sha256(head.digest.encode() + content).hexdigest())


def link_entries(head: ChainHead, entries: Iterable[Entry]) -> Iterator[tuple[ChainHead, Entry]]:
    """Yield each of the entries that follow `head`, with its place."""
    for entry in entries:
        head = head_after(head, entry)
        yield head, entry


def verify_links(head: ChainHead, stored: Iterable[tuple[ChainHead, Entry | None]]) -> ChainHead | BrokenChain:
    """Return the head after the entries that are `stored` behind `head`, or where they are not what was written.

    None is an entry that cannot be read any more.
    """
    for kept, entry in stored:
        # guard: missing-entry-is-found
        if kept.number != head.number + 1:
            return BrokenChain(head.number + 1, "it is missing")
        if entry is None:
            return BrokenChain(kept.number, "it cannot be read")
        head = head_after(head, entry)
        # guard: changed-entry-is-found
        if kept.digest != head.digest:
            return BrokenChain(kept.number, "it is not what was written")
    return head
