"""Passwords: kept as argon2id hashes, checked in a thread, two at most at once, of two accounts and two addresses."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.accounts.fair_queue import FairQueue

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's first recommendation for argon2id
turns = FairQueue(at_once=2)


def hashed(password: str) -> str:
    """Return the argon2id hash of `password`, with its salt and parameters."""
    return _hasher.hash(password)


async def fits(password: str, password_hash: str | None) -> bool:
    """Return whether `password` is the one that was hashed; without a hash, False after the same work.

    For the caller that has one of the `turns`.
    """
    # guard: unknown-account-costs-argon2
    fitting = await asyncio.to_thread(_verified, password, password_hash or _nobodys_hash())
    return fitting and password_hash is not None


def _verified(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hashed("the password of nobody")
