"""Texts that are signed by Ed25519 keys with a name: https://c2sp.org/signed-note."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# The type of signature.
ED25519 = b"\x01"
ID_BYTES = 4
KEY_BYTES = 32
PRIVATE = "PRIVATE+KEY+"
DASH = "—"
# Limits how much of a foreign text is verified.
MAX_SIGNATURES = 16


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies, with its name."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The first bytes of signatures by this key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """Return the key as it is published: name, id and key."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a published key; raise ValueError if `text` is not one."""
        name, key_id, key = _parts(text)
        found = cls(name, key)
        if found.id != key_id:
            raise ValueError("the id of the key is not that of its name and content")
        return found

    def has_signed(self, signature: bytes, text: str) -> bool:
        """Return whether this key made a signature of a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    name: str
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(self.name, self._key().public_key().public_bytes_raw())

    @classmethod
    def new(cls, name: str) -> Self:
        """Return a random key; raise ValueError if no key can have that name."""
        if not name or "+" in name or any(sign.isspace() or not sign.isprintable() for sign in name):
            raise ValueError("a name has neither spaces nor +")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a private key; raise ValueError if `text` is not one."""
        if not text.startswith(PRIVATE):
            raise ValueError(f"a private key begins with {PRIVATE}")
        name, key_id, seed = _parts(text.removeprefix(PRIVATE))
        found = cls(name, seed)
        if found.public.id != key_id:
            raise ValueError("the id of the key is not that of its name and content")
        return found

    def secret(self) -> str:
        """Return the text that `parse` reads."""
        return f"{PRIVATE}{self.name}+{self.public.id.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"

    def sign(self, text: str) -> str:
        """Return the note of a text that ends with a newline."""
        signature = base64.b64encode(self.public.id + self._key().sign(text.encode())).decode()
        return f"{text}\n{DASH} {self.name} {signature}\n"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The key that signs, and public keys of earlier ones, whose signatures stay valid."""

    signer: Signer
    earlier: tuple[PublicKey, ...] = ()

    @property
    def public(self) -> tuple[PublicKey, ...]:
        """All keys that verify."""
        return self.signer.public, *self.earlier

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a private key and any number of public keys; raise ValueError if they are not such."""
        first, *others = text.split()
        return cls(Signer.parse(first), tuple(map(PublicKey.parse, others)))


def verified_text(note: str, keys: Iterable[PublicKey]) -> str:
    """Return the text of a note that one of the keys has signed; raise ValueError if none of them has."""
    text, separator, signatures = note.rpartition("\n\n")
    lines = signatures.removesuffix("\n").split("\n")
    if not separator or len(lines) > MAX_SIGNATURES:
        raise ValueError("it is no signed note")
    text += "\n"
    known = {(key.name, key.id): key for key in keys}
    is_signed = False
    for line in lines:
        name, signed = _signature(line)
        key = known.get((name, signed[:ID_BYTES]))
        if key is None:
            continue
        # guard: signature-of-a-known-key-is-verified
        if not key.has_signed(signed[ID_BYTES:], text):
            raise ValueError(f"it has a signature of {name} that is not valid")
        is_signed = True
    # guard: note-needs-a-known-key
    if not is_signed:
        raise ValueError("it is signed by none of the known keys")
    return text


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signed = _decode(encoded)
    if dash != DASH or not name or len(signed) <= ID_BYTES:
        raise ValueError("it has a malformed signature")
    return name, signed


def _parts(text: str) -> tuple[str, bytes, bytes]:
    """Return name, id and key of a text."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decode(encoded)
    if not name or key[:1] != ED25519 or len(key) != KEY_BYTES + 1:
        raise ValueError("a key has the form name+id+key, and is one of Ed25519")
    return name, bytes.fromhex(key_id), key[1:]


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("it is not in base64") from None
