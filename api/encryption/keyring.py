"""The keyring, and the algorithms: AES-256-GCM to encrypt texts, HMAC-SHA-256 for blind indexes."""

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

# The prefix of ciphertext; no stored text begins with this control character.
MARK = "\x1e"
# The name in HALL_SEAL_KEYS that stands for no encryption.
PLAIN = "plain"
NONCE_BYTES = 12
KEY_BYTES = 32
DIGEST_LENGTH = 64


class CannotDecrypt(HallError):
    """The key of a value is missing, or the value was changed or moved; the message names the key."""


class Cipher(Protocol):
    """Authenticated encryption with associated data under one key."""

    def encrypt(self, plain: bytes, associated_data: bytes) -> bytes:
        """Encrypt `plain`, and authenticate the associated data with it."""

    def decrypt(self, encrypted: bytes, associated_data: bytes) -> bytes:
        """Decrypt; raise ValueError where the ciphertext or the associated data is not authentic."""


class AES:
    """AES-256-GCM with random nonces."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def encrypt(self, plain: bytes, associated_data: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, associated_data)

    def decrypt(self, encrypted: bytes, associated_data: bytes) -> bytes:
        """Decrypt; raise ValueError where the ciphertext or the associated data is not authentic."""
        try:
            return self._cipher.decrypt(encrypted[:NONCE_BYTES], encrypted[NONCE_BYTES:], associated_data)
        except InvalidTag:
            raise ValueError("it was not encrypted here, or was changed") from None


def blind_index(key: bytes, text: str) -> str:
    """Return the blind index of a text: its HMAC-SHA-256, in hexadecimal."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def parse_key(text: str) -> bytes:
    """Decode a key from base64; raise ValueError unless it has 32 bytes."""
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def new_key() -> str:
    """Return a random key in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys: the first encrypts, all decrypt. Without keys, texts are stored in plain."""

    ciphers: Mapping[str, Cipher] = field(default_factory=dict)
    first: str = PLAIN
    index_key: bytes = b""

    @classmethod
    def parse(cls, keys: str, index_key: str) -> Self:
        """Parse "name:key name:key …"; raise ValueError for a wrong format."""
        entries = [each.partition(":") for each in keys.split()]
        ciphers = {name: AES(parse_key(key)) for name, _, key in entries if name != PLAIN}
        if len(ciphers) + sum(name == PLAIN for name, *_ in entries) != len(entries):
            raise ValueError("two keys have one name")
        first = entries[0][0] if entries else PLAIN
        return cls(ciphers, first, parse_key(index_key) if first != PLAIN else b"")

    @property
    def is_encrypting(self) -> bool:
        """Whether new values are encrypted."""
        return self.first != PLAIN

    def encrypt(self, text: str, associated_data: str) -> str:
        """Return the stored form of a text; the associated data is its "table column row"."""
        if not self.is_encrypting:
            return text
        encrypted = self.ciphers[self.first].encrypt(text.encode("utf-8", "surrogatepass"), associated_data.encode())
        return f"{MARK}{self.first}:{base64.b64encode(encrypted).decode()}"

    def decrypt(self, stored: str, associated_data: str) -> str:
        """Return the text of a stored form; raise CannotDecrypt where no key fits."""
        if not stored.startswith(MARK):
            return stored
        name, _, encrypted = stored[len(MARK) :].partition(":")
        cipher = self.ciphers.get(name)
        if cipher is None:
            raise CannotDecrypt(f"A value is encrypted with the key {name!r}, which HALL_SEAL_KEYS does not have.")
        try:
            plain = cipher.decrypt(base64.b64decode(encrypted), associated_data.encode())
            return plain.decode("utf-8", "surrogatepass")
        except ValueError:
            raise CannotDecrypt(f"A value cannot be opened with the key {name!r}: it was changed, or moved.") from None

    def index(self, text: str) -> str:
        """Return the blind index of a text; the text itself without encryption."""
        # guard: numbers-are-found-by-a-digest
        return blind_index(self.index_key, text) if self.is_encrypting else text


# One keyring per process; `database.connected` sets it.
_current = Keyring()


@contextmanager
def using_keyring(keyring: Keyring) -> Iterator[None]:
    """Make `keyring` the current keyring within the block."""
    global _current  # noqa: PLW0603 - models and rows are created in many places, which should not depend on keys
    before, _current = _current, keyring
    try:
        yield
    finally:
        _current = before


def current_keyring() -> Keyring:
    """Return the keyring of this process."""
    return _current


def index(text: str) -> str:
    """Return the blind index of a text; the text itself without encryption."""
    return _current.index(text)
