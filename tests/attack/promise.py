"""What an attack is made of: promises, each with a check that somebody outside can run.

To add one, write a file in this folder with a function like `malformed_bodies` in malformed.py: it takes the Target,
and its first line is the promise. It returns a figure that says how much was tried, or raises Broken, which says what
happened instead. One that kills processes, locks databases or sets clocks starts a Hall for itself: it is marked
`with_its_own`, or consists of tests that own.py names.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.attack.target import Target

Check = Callable[[Target], Awaitable[str]]
PROMISES: list["Promise"] = []


class Broken(Exception):
    """A promise that did not hold; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence about the Hall, and the check that it is true."""

    name: str
    sentence: str
    check: Check
    needs_own: bool


def promise(check: Check) -> Check:
    """Enter among the promises what is tried at any Hall: `check`, named as it is, described by its first line."""
    _enter(check, needs_own=False)
    return check


def with_its_own(check: Check) -> Check:
    """Enter among the promises what kills processes or locks databases, and starts a Hall of its own for that."""
    _enter(check, needs_own=True)
    return check


def _enter(check: Check, *, needs_own: bool) -> None:
    sentence = (check.__doc__ or "").strip().splitlines()[0].rstrip(".")
    PROMISES.append(Promise(check.__name__.replace("_", "-"), sentence, check, needs_own))


def demand(is_so: object, otherwise: str) -> None:
    """Raise Broken with `otherwise` unless it is so."""
    if not is_so:
        raise Broken(otherwise)
