"""Passwords: argon2id hashes, verified in a thread, two at a time, of different accounts and addresses."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.accounts.fair_queue import FairQueue

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's first recommendation for argon2id
hashing_queue = FairQueue(concurrency=2)


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`, with its salt and parameters."""
    return _hasher.hash(password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Return whether `password` fits the hash; without a hash, return False after the same work.

    The caller holds a slot of `hashing_queue`.
    """
    # guard: unknown-account-costs-argon2
    fitting = await asyncio.to_thread(_verify, password, password_hash or _dummy_hash())
    return fitting and password_hash is not None


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _dummy_hash() -> str:
    return hash_password("the password of nobody")
