"""Row numbers as opaque texts: ids of entries, and cursors, that disclose neither order nor quantity.

One block of AES-256, under a key that is derived from HALL_INDEX_KEY. Without keys (HALL_SEAL_KEYS) the key is derived
from nothing: the texts are then opaque to people, but not to those who read this file.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from api.encryption.keyring import current_keyring

BYTES = 8
BLOCK = 2 * BYTES
PURPOSE = b"opaque row numbers"


def opaque(kind: str, number: int) -> str:
    """Return the text for a row number of a kind."""
    encrypt, _ = _block_cipher(current_keyring().index_key)
    block = encrypt(_tag(kind) + number.to_bytes(BYTES, "big", signed=True))
    return base64.urlsafe_b64encode(block).decode().rstrip("=")


def number_of(kind: str, text: str) -> int | None:
    """Return the row number of a text of this kind; None where it is not one."""
    try:
        block = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(block) != BLOCK:
        return None
    _, decrypt = _block_cipher(current_keyring().index_key)
    plain = decrypt(block)
    # guard: opaque-texts-are-of-one-kind
    return int.from_bytes(plain[BYTES:], "big", signed=True) if plain[:BYTES] == _tag(kind) else None


@lru_cache(maxsize=4)
def _block_cipher(index_key: bytes) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """Return the functions that encrypt and decrypt one block. Blocks are unique, so no mode has to hide equal ones."""
    key = hmac.new(index_key, PURPOSE, sha256).digest()
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - one block each
    return cipher.encryptor().update, cipher.decryptor().update


@lru_cache(maxsize=64)
def _tag(kind: str) -> bytes:
    return sha256(kind.encode()).digest()[:BYTES]
