"""A guard that can be taken away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: where it stands, what is written there, what is left without it, and who should notice where."""

    name: str
    file: str
    written: str
    without: str
    tests: str
    database: str = "sqlite"
