"""Promises, each with a check that runs from outside the Hall.

To add one, write a module in this package with a function like `malformed_bodies` in malformed.py: it takes the Target,
and the first line of its docstring is the promise. It returns the number of attempts, or raises Broken with the
actual behaviour. A check that kills processes, locks databases or sets clocks starts a Hall of its own: it is
decorated with `with_its_own`, or is a list of test files in external_suites.py.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.attack.target import Target

Check = Callable[[Target], Awaitable[str]]
PROMISES: list["Promise"] = []


class Broken(Exception):
    """A promise that does not hold; the message has the actual behaviour."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence about the Hall and its check."""

    name: str
    sentence: str
    check: Check
    needs_own: bool


def promise(check: Check) -> Check:
    """Register a check that runs at any Hall; its name and docstring are those of the promise."""
    _register(check, needs_own=False)
    return check


def with_its_own(check: Check) -> Check:
    """Register a check that starts its own Hall."""
    _register(check, needs_own=True)
    return check


def _register(check: Check, *, needs_own: bool) -> None:
    sentence = (check.__doc__ or "").strip().splitlines()[0].rstrip(".")
    PROMISES.append(Promise(check.__name__.replace("_", "-"), sentence, check, needs_own))


def require(condition: object, otherwise: str) -> None:
    """Raise Broken with `otherwise` unless a condition holds."""
    if not condition:
        raise Broken(otherwise)
