"""加密存储: encryption at rest, where HALL_SEAL_KEYS is set: identity numbers, telephone numbers, addresses.

    columns.py   encrypted columns, and the blind index by which a number is found
    keyring.py   the keys: AES-256-GCM to encrypt, HMAC-SHA-256 for the index

A ciphertext names its key and is bound to its place: moved to another row, column or table it cannot be decrypted.
Without keys everything is stored as it is, and the index is the number. A certified module for SM4 and SM3 replaces
`AES` and `blind` in keyring.py: no other code knows which algorithms are used.
"""

from api.encryption.columns import BlindIndex, Sealed, SealedModel, as_stored
from api.encryption.keyring import index

__all__ = ["BlindIndex", "Sealed", "SealedModel", "as_stored", "index"]
