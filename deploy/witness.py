"""A witness of a Hall's access log: keeps its newest checkpoint, and checks that the log only grows.

    python3 witness.py https://hall.example hall.example/access-log+1a2b3c4d+AAAA… checkpoint.txt

Run it regularly, on a machine that the operators of the Hall do not control; it needs Python 3.10 and nothing else. The
second argument is the public key that the Hall has published. The first run keeps a checkpoint in the file; each later
one replaces it by the newest, if that is signed and continues the kept one. The exit status is 0 then, 2 if the Hall
does not answer, and 1 if it contradicts what was kept: the file stays as it is, and its answer is stored beside it.
"""

import base64
import hashlib
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

# The size of the tree, and its root.
Checkpoint = tuple[int, bytes]
Point = tuple[int, int, int, int]
# RFC 8032, section 5.1: the field, the base point and its order, and a constant of the curve.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")
D = -121665 * pow(121666, -1, P) % P
ED25519 = b"\x01"
DASH = "\u2014"


class Contradiction(Exception):
    """The Hall answers something that contradicts what was kept, or is not signed by its key."""


def main(hall: str, key: str, path: Path) -> int:
    """Return the exit status."""
    try:
        kept = checkpoint_of(path.read_text("utf-8"), key) if path.exists() else None
    except (Contradiction, UnicodeError) as error:
        say(f"{path} cannot be used: {error}")
        return 2
    size = 0 if kept is None else kept[0]
    try:
        answer = ask(f"{hall.rstrip('/')}/access-log/consistency?old={size}")
    except urllib.error.HTTPError as error:
        say(f"HTTP {error.code}: {error.read().decode(errors='replace')}")
        # The log has no checkpoint of the size that was kept: it does not continue it.
        return 1 if error.code == 404 and size else 2
    except OSError as error:
        say(f"{hall} does not answer: {error}")
        return 2
    try:
        newest, note = verified(answer, key, kept)
    except Contradiction as error:
        evidence = path.with_name(f"{path.name}.contradiction")
        evidence.write_text(answer, "utf-8")
        say(f"The log contradicts {path}: {error}. Its answer is in {evidence}.")
        return 1
    replace(path, note)
    say(f"The log has {newest[0]} entries, and continues the {size} that were kept.")
    return 0


def ask(address: str) -> str:
    """Return what the Hall answers."""
    with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - the operator of the witness names the Hall
        return str(response.read().decode())


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def replace(path: Path, content: str) -> None:
    """Replace a file at once."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def verified(answer: str, key: str, kept: Checkpoint | None) -> tuple[Checkpoint, str]:
    """Return the checkpoint of an answer, and its note; raise Contradiction unless it continues the kept one."""
    head, separator, note = answer.partition("\n\n")
    old, *lines = head.split("\n")
    if not separator or old != f"old {kept[0] if kept else 0}":
        raise Contradiction("the answer is not what was asked for")
    newest = checkpoint_of(note, key)
    try:
        path = [base64.b64decode(line, validate=True) for line in lines]
    except ValueError:
        raise Contradiction("the proof is not in base64") from None
    if kept is not None and not is_consistent(kept, newest, path):
        raise Contradiction(f"no proof leads from the kept root to that of {newest[0]} entries")
    return newest, note


def is_consistent(first: Checkpoint, second: Checkpoint, path: list[bytes]) -> bool:
    """Return whether a proof leads from a checkpoint to a later one: RFC 9162, section 2.1.4.2."""
    (size, root), (larger, new_root) = first, second
    if size == larger:
        return not path and root == new_root
    if not 0 < size < larger or not path:
        return False
    # A complete tree is the first node itself.
    nodes = [root, *path] if size & (size - 1) == 0 else path
    place, last = size - 1, larger - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_hash = new_hash = nodes[0]
    for node in nodes[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            old_hash, new_hash = parent(node, old_hash), parent(node, new_hash)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new_hash = parent(new_hash, node)
        place, last = place >> 1, last >> 1
    return not last and (old_hash, new_hash) == (root, new_root)


def parent(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def checkpoint_of(note: str, key: str) -> Checkpoint:
    """Return the checkpoint of a note; raise Contradiction unless `key` has signed it."""
    name, key_id, encoded = key.split("+", 2)
    public = base64.b64decode(encoded)
    if hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] != key_id or public[:1] != ED25519:
        raise SystemExit("The public key is not whole.")
    text, _, signatures = note.partition("\n\n")
    try:
        for line in signatures.split("\n"):
            dash, signer, signed = (*line.split(" "), "", "")[:3]
            signature = base64.b64decode(signed) if (dash, signer) == (DASH, name) else b""
            if signature[:4].hex() == key_id and is_signed(public[1:], signature[4:], f"{text}\n".encode()):
                origin, size, root = text.split("\n")
                if origin == name:
                    return int(size), base64.b64decode(root)
    except ValueError:
        raise Contradiction("the checkpoint is malformed") from None
    raise Contradiction("the checkpoint is not signed by the key of the log")


# Ed25519, by RFC 8032: only verification, so that nothing secret is computed.


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether a signature of a message is that of a public key."""
    base, key, commitment = map(point, (BASE, public, signature[:32]))
    scalar = int.from_bytes(signature[32:], "little")
    if base is None or key is None or commitment is None or len(signature) != 64 or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    one, other = times(scalar, base), added(commitment, times(challenge, key))
    return all((one[i] * other[2] - other[i] * one[2]) % P == 0 for i in (0, 1))


def point(encoded: bytes) -> Point | None:
    """Return the point of 32 bytes in extended coordinates, or None if there is none."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (not x and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def added(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, one: Point) -> Point:
    """Return the multiple of a point."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = added(total, one)
        one, scalar = added(one, one), scalar >> 1
    return total


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
