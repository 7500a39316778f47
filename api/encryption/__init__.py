"""加密存储: encryption at rest, where HALL_SEAL_KEYS says so. Numbers, telephones and addresses are sealed.

    ring.py      the keys, and what sealing is
    columns.py   columns that are sealed, and the one by which a sealed number is found
    service.py   sealing anew what is stored, and whether the keys fit

A sealed value names the key that sealed it, and belongs to its place: moved to another row, column or table it cannot
be opened. A number is looked up by a digest under another key. Without keys everything is stored as it is, and the
digest is the number. A module that is certified for SM4 and SM3 takes the place of `AES` and `blind` in ring.py:
nothing else knows what they are.
"""

from api.encryption.columns import Index, Sealed, SealedModel, as_stored
from api.encryption.keyring import index

__all__ = ["Index", "Sealed", "SealedModel", "as_stored", "index"]
