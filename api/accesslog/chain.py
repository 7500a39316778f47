"""The hash chain: each entry has the next number, and a digest over the previous digest and its own content.

Changing, deleting or moving an entry breaks the chain there. Truncating the log or rewriting all of it does not; only
a head that is stored elsewhere detects that. Therefore heads are printed to the process log.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, Self

import msgspec

DIGEST_LENGTH = 64


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
    """The number and the digest of the last entry of a chain."""

    number: int
    digest: str

    def __str__(self) -> str:
        """Return the format that `audit verify --head` parses."""
        return f"{self.number}:{self.digest}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a printed head; raise ValueError if `text` is not one."""
        number, _, digest = text.strip().partition(":")
        if not (number.isascii() and number.isdigit()) or len(digest) != DIGEST_LENGTH:
            raise ValueError(f"{text!r} is no head; one looks like 12:{'0' * DIGEST_LENGTH}")
        return cls(int(number), digest)


EMPTY = ChainHead(0, "0" * DIGEST_LENGTH)


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The number of the first entry that fails verification, and the reason."""

    number: int
    why: str


def head_after(head: ChainHead, entry: Entry) -> ChainHead:
    """Return the head of the chain after appending `entry`."""
    number = head.number + 1
    person, act, granted, at, *texts = entry
    content = msgspec.json.encode((number, person, act, granted, at.astimezone(UTC).isoformat(), *texts))
    # guard: entry-holds-the-one-before
    return ChainHead(number, sha256(head.digest.encode() + content).hexdigest())


def link_entries(head: ChainHead, entries: Iterable[Entry]) -> Iterator[tuple[ChainHead, Entry]]:
    """Yield each entry that follows `head`, with its number and digest."""
    for entry in entries:
        head = head_after(head, entry)
        yield head, entry


def verify_links(head: ChainHead, stored: Iterable[tuple[ChainHead, Entry | None]]) -> ChainHead | BrokenChain:
    """Return the head after the `stored` entries that follow `head`, or the first one that fails verification.

    None stands for an entry that cannot be decoded.
    """
    for link, entry in stored:
        # guard: missing-entry-is-found
        if link.number != head.number + 1:
            return BrokenChain(head.number + 1, "it is missing")
        if entry is None:
            return BrokenChain(link.number, "it cannot be decoded")
        head = head_after(head, entry)
        # guard: changed-entry-is-found
        if link.digest != head.digest:
            return BrokenChain(link.number, "it is not what was written")
    return head
