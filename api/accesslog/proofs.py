"""Proofs that an entry is in the log: https://c2sp.org/tlog-proof, which a person keeps and anybody verifies offline.

The extra data is what the digest of the entry is over: the digest before, and the content.
"""

import base64
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from api.accesslog import store, tree
from api.accesslog.chain import CHAIN_LENGTH, DIGEST_LENGTH, ChainHead, beginning_of, content_of
from api.accesslog.merkle import Tree, inclusion_path, root_by_path
from api.accesslog.models import LogCheckpoint, LogSpan
from api.accesslog.parts import head_before
from api.db.query.rows import Rows
from api.encryption.signed_note import PublicKey, verified_text

FORMAT = "c2sp.org/tlog-proof@v1"
EXTRA, INDEX = "extra ", "index "
# A path of a tree of 2^64 entries, and the lines before it.
MAX_LINES = 68


async def proof_of(entry: int) -> str | None:
    """Return the proof that an entry is in the tree of the first checkpoint that has it; None if none has yet."""
    spans, checkpoint, before = await _checkpoint_of(entry)
    if checkpoint is None:
        return None
    digests: list[str] = []
    place = 0
    for span in spans:
        if span.after < entry <= span.id:
            place = len(digests) + entry - span.after - 1
        digests += [link.digest for link in await store.read_links(span.after, span.id)]
    [(_, content)] = await store.read(entry, entry) or [((0, ""), None)]
    if before.size + len(digests) != checkpoint.size or content is None:
        return None
    path = inclusion_path(before, tree.leaves(digests), place)
    extra = (await _digest_before(entry)).encode() + content_of(entry, content)
    lines = [FORMAT, EXTRA + _encode(extra), f"{INDEX}{before.size + place}", *map(_encode, path), "", checkpoint.note]
    return "\n".join(lines)


async def _checkpoint_of(entry: int) -> tuple[Sequence[LogSpan], LogCheckpoint | None, Tree]:
    """Return the spans of the checkpoint that has added an entry, the checkpoint, and the tree before it."""
    end = beginning_of(ChainHead(entry, "").chain).id + CHAIN_LENGTH
    span = await Rows(LogSpan).where(id__gt=entry - 1, id__lt=end).ordered("id").first(1).one()
    if span is None:
        return (), None, Tree()
    number = span.checkpoint_id
    two = await Rows(LogCheckpoint).where(id__in=[number - 1, number]).all()
    stored = {checkpoint.id: checkpoint for checkpoint in two}
    spans = await Rows(LogSpan).where(checkpoint_id=number).ordered("position").all()
    return spans, stored.get(number), tree.tree_of(stored.get(number - 1))


async def _digest_before(entry: int) -> str:
    beginning = beginning_of(ChainHead(entry, "").chain)
    if entry == beginning.id + 1:
        return beginning.digest
    # The entry before may have been removed; the checkpoint before has its digest.
    return await store.stored_digest(entry - 1) or (await head_before(entry)).digest


def verified_content(proof: str, keys: Iterable[PublicKey]) -> list[Any]:
    """Return the content of the entry, as content_of wrote it; raise ValueError if the proof is not valid."""
    head, separator, note = proof.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) > MAX_LINES or lines[0] != FORMAT:
        raise ValueError(f"it does not begin with {FORMAT}")
    extra, index, path = _parse(lines[1:])
    text = verified_text(note, keys)
    root = root_by_path(sha256(extra).digest(), index, tree.size_of(text), path)
    # guard: proof-leads-to-the-signed-root
    if root != base64.b64decode(text.split("\n")[2]):
        raise ValueError("it does not lead to the root that was signed")
    content: list[Any] = msgspec.json.decode(extra[DIGEST_LENGTH:], type=list[Any])
    return content


def _parse(lines: list[str]) -> tuple[bytes, int, list[bytes]]:
    match lines:
        case [extra, index, *path] if extra.startswith(EXTRA) and index.startswith(INDEX):
            number = index.removeprefix(INDEX)
            if number.isascii() and number.isdigit():
                return _decode(extra.removeprefix(EXTRA)), int(number), list(map(_decode, path))
    raise ValueError("it lacks the entry or its place")


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("it is not in base64") from None
