"""The keys that seal and open texts, and what sealing is: AES-256-GCM, and HMAC-SHA-256 for what is looked up."""

import base64
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.errors import HallError

# No text that anybody stores begins so: it is a control sign.
MARK = "\x1e"
# The word in a ring that stands for no key: what is written from then on is as it is.
PLAIN = "plain"
NONCE_BYTES = 12
KEY_BYTES = 32
DIGEST_LENGTH = 64


class CannotDecrypt(HallError):
    """A value was sealed by a key that is not in the ring, or for another place; the message says which key."""


class Cipher(Protocol):
    """What seals: authenticated encryption under one key."""

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Return `plain` so that only `open` with the same place gives it back."""

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return what was sealed for that place; raise ValueError where it was not."""


class AES:
    """AES-256-GCM, with a random nonce before each sealed value."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return what was sealed for that place; raise ValueError where it was not."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except InvalidTag:
            raise ValueError("it was not sealed here, or was changed") from None


def blind_index(key: bytes, text: str) -> str:
    """Return the digest by which a sealed text is found: HMAC-SHA-256, in hexadecimal."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def key_of(text: str) -> bytes:
    """Return the key that is written in base64; raise ValueError where it has not 32 bytes."""
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def new_key() -> str:
    """Return a fresh key as it is written."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of a Hall: the first seals, all open. Without any, texts are stored as they are."""

    ciphers: Mapping[str, Cipher] = field(default_factory=dict)
    first: str = PLAIN
    index_key: bytes = b""

    @classmethod
    def read(cls, keys: str, index_key: str) -> Self:
        """Return the ring that is written as "name:key name:key …"; raise ValueError where it is not."""
        written = [each.partition(":") for each in keys.split()]
        ciphers = {name: AES(key_of(key)) for name, _, key in written if name != PLAIN}
        if len(ciphers) + sum(name == PLAIN for name, *_ in written) != len(written):
            raise ValueError("two keys have one name")
        first = written[0][0] if written else PLAIN
        return cls(ciphers, first, key_of(index_key) if first != PLAIN else b"")

    @property
    def seals(self) -> bool:
        """Whether what is written from now on is sealed."""
        return self.first != PLAIN

    def seal(self, text: str, place: str) -> str:
        """Return a text as it is stored at a place: "table column row"."""
        if not self.seals:
            return text
        sealed = self.ciphers[self.first].seal(text.encode("utf-8", "surrogatepass"), place.encode())
        return f"{MARK}{self.first}:{base64.b64encode(sealed).decode()}"

    def open(self, stored: str, place: str) -> str:
        """Return the text that is stored at a place; raise CannotOpen where no key of the ring fits."""
        if not stored.startswith(MARK):
            return stored
        name, _, sealed = stored[len(MARK) :].partition(":")
        cipher = self.ciphers.get(name)
        if cipher is None:
            raise CannotDecrypt(f"A value is sealed with the key {name!r}, which HALL_SEAL_KEYS does not have.")
        try:
            return cipher.open(base64.b64decode(sealed), place.encode()).decode("utf-8", "surrogatepass")
        except ValueError:
            raise CannotDecrypt(f"A value cannot be opened with the key {name!r}: it was changed, or moved.") from None

    def index(self, text: str) -> str:
        """Return what a text is looked up by."""
        # guard: numbers-are-found-by-a-digest
        return blind_index(self.index_key, text) if self.seals else text


# A process has one ring: whoever opens a database puts it there.
_ring = Keyring()


@contextmanager
def using_keyring(ring: Keyring) -> Iterator[None]:
    """Seal and open with `current_keyring` meanwhile."""
    global _ring  # noqa: PLW0603 - models and rows are made in many places, none of which should know of keys
    before, _ring = _ring, ring
    try:
        yield
    finally:
        _ring = before


def current_keyring() -> Keyring:
    """Return the keys of this process."""
    return _ring


def index(text: str) -> str:
    """Return what a text is looked up by."""
    return _ring.index(text)
