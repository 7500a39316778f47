"""Receipts: a number that can be read over the telephone, and a digest that anyone can recompute.

A number is random, so it does not reveal how many were issued; the last character is a check character. The alphabet
has 31 characters, without I, L, O, 0 and 1. Since 31 is prime, any wrong character or swap of neighbours is detected.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from api.text.canonical_json import content_digest
from api.text.i18n import Text
from api.zone import in_shanghai

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "TJ"
RANDOM_SIGNS = 15
GROUP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt: label, value, and for programs the name of the field that it shows."""

    label: Text
    value: Text
    key: str | None = None


def new_number() -> str:
    """Return a new number, such as `TJ-7K3M-PQ9X-V2HD-WR4C`: 74 random bits and a check character."""
    left, signs = secrets.randbelow(len(ALPHABET) ** RANDOM_SIGNS), ""
    for _ in range(RANDOM_SIGNS):
        left, place = divmod(left, len(ALPHABET))
        signs += ALPHABET[place]
    return _format(signs + check_sign(signs))


def check_sign(signs: str) -> str:
    """Return the check character: the weighted sum of all characters, weights 2, 3, 4, …, modulo 31."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=2))
    return ALPHABET[total % len(ALPHABET)]


def read_number(text: str) -> str | None:
    """Return a typed number in its printed form; None if it is not valid."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum()).removeprefix(PREFIX)
    if len(signs) != RANDOM_SIGNS + 1 or any(sign not in ALPHABET for sign in signs):
        return None
    return _format(signs) if check_sign(signs[:-1]) == signs[-1] else None


def _format(signs: str) -> str:
    return "-".join((PREFIX, *(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))))


def digest(number: str, issued_at: datetime, lines: Sequence[Line]) -> str:
    """Return the SHA-256, in hexadecimal, of the receipt's canonical content.

    The content is UTF-8 JSON without spaces: an array of the number, the moment of issue in +08:00 to the second, and
    the lines, each an array of its Chinese label and value.
    """
    moment = in_shanghai(issued_at).isoformat(timespec="seconds")
    content = [number, moment, [[line.label.zh, line.value.zh] for line in lines]]
    return content_digest(content)


def is_same_digest(stored_digest: str, given_digest: str) -> bool:
    """Compare two digests in constant time."""
    return compare_digest(stored_digest.encode(), given_digest.strip().lower().encode("utf-8", "surrogatepass"))
