"""加密存储: encryption at rest, where HALL_SEAL_KEYS is set: identity numbers, telephone numbers, addresses.

    columns.py       encrypted columns and blind indexes
    keyring.py       the keys: AES-256-GCM to encrypt, HMAC-SHA-256 for blind indexes
    opaque.py        row numbers as opaque texts, for ids and cursors
    signed_note.py   texts that are signed by Ed25519 keys: the checkpoints of the access log

A ciphertext names its key and is bound to its table, column and row: copied elsewhere, it cannot be decrypted. Without
keys, values and indexes are stored in plain text. A certified module for SM4 and SM3 replaces
`AES` and `blind` in keyring.py: no other code depends on the algorithms.
"""

from api.encryption.columns import BlindIndex, EncryptedModel, EncryptedText, as_stored
from api.encryption.keyring import index

__all__ = ["BlindIndex", "EncryptedModel", "EncryptedText", "as_stored", "index"]
