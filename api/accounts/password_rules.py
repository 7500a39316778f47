"""Which passwords an account may have: long enough, and not among the first that anybody would try.

As NIST SP 800-63B asks in 5.1.1.2: a length, a list of common ones, and nothing about capitals, digits and signs.
"""

from collections.abc import Iterable
from functools import cache

SHORTEST = 8
LONGEST = 256
# Fewer different signs are one sign, or two in turn, however often.
FEWEST_SIGNS = 4
# A run of so many digits of one's own document, such as the birth date, is no secret.
KNOWN_RUN = 6


def fault_of(password: str, account: str, id_number: str | None = None) -> str | None:
    """Return why an account may not have a password, for its operator; None if it may."""
    folded = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        return f"A password has {SHORTEST} to {LONGEST} characters."
    if len(set(folded)) < FEWEST_SIGNS:
        return f"A password has at least {FEWEST_SIGNS} different characters."
    # guard: common-passwords
    if folded in _common():
        return "That password is one of the most common ones."
    if _gives_away(folded, [account.casefold(), *_runs(folded, (id_number or "").casefold())]):
        return "That password can be guessed from the account: leave out its name, and the number of the document."
    return None


def _gives_away(password: str, known: Iterable[str]) -> bool:
    """Return whether hardly anything is left of a password without something that is known."""
    return any(len(password) - len(word) < FEWEST_SIGNS for word in known if word and word in password)


def _runs(password: str, number: str) -> list[str]:
    """Return the longest part of a number that stands in a password, if it is long."""
    for length in range(len(number), KNOWN_RUN - 1, -1):
        for start in range(len(number) - length + 1):
            if number[start : start + length] in password:
                return [number[start : start + length]]
    return []


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - only commands set passwords, and it is large

    return frozenset(FREQUENCY_LISTS["passwords"])
