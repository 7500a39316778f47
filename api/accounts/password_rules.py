"""Password rules after NIST SP 800-63B, 5.1.1.2: a length and a list of common passwords, no composition rules."""

from collections.abc import Iterable
from functools import cache

MIN_LENGTH = 8
MAX_LENGTH = 256
# Rejects repetitions of one, two or three characters.
MIN_DISTINCT = 4
# A run of so many digits of the person's own document, such as the birth date, is guessable.
MIN_DOCUMENT_RUN = 6


def password_problem(password: str, account: str, id_number: str | None = None) -> str | None:
    """Return the reason why an account may not have a password, for the operator; None if it may."""
    folded = password.casefold()
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters."
    if len(set(folded)) < MIN_DISTINCT:
        return f"A password has at least {MIN_DISTINCT} different characters."
    # guard: common-passwords
    if folded in _common():
        return "That password is one of the most common ones."
    if _is_guessable(folded, [account.casefold(), *_runs(folded, (id_number or "").casefold())]):
        return "That password can be guessed from the account: leave out its name, and the number of the document."
    return None


def _is_guessable(password: str, words: Iterable[str]) -> bool:
    """Return whether a password is one of the `words` with fewer than four characters added."""
    return any(len(password) - len(word) < MIN_DISTINCT for word in words if word and word in password)


def _runs(password: str, number: str) -> list[str]:
    """Return the longest run of the number that the password contains, if it has at least MIN_DOCUMENT_RUN digits."""
    for length in range(len(number), MIN_DOCUMENT_RUN - 1, -1):
        for start in range(len(number) - length + 1):
            if number[start : start + length] in password:
                return [number[start : start + length]]
    return []


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - only commands set passwords, and it is large

    return frozenset(FREQUENCY_LISTS["passwords"])
