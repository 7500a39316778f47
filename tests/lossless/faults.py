"""A database that fails at the n-th statement: just before it, or just after it was carried out."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiosqlite
import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy

# Every way in which a statement reaches either database through the connections that write.
WAYS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (
        aiosqlite.Connection,
        ("execute", "execute_insert", "execute_fetchall", "executemany", "commit", "rollback"),
    ),
    (PoolConnectionProxy, ("execute", "executemany", "fetch", "fetchrow", "fetchval")),
    # PostgreSQL's transactions speak to the connection behind the pool's.
    (asyncpg.Connection, ("execute",)),
)


class Moment(StrEnum):
    """When a statement fails."""

    BEFORE = "before"
    AFTER = "after"


class Lasting(StrEnum):
    """How long the database fails."""

    ONCE = "once"
    FOR_GOOD = "for good"


class OursToBlame(Exception):
    """A fault that no driver knows."""


def _full() -> Exception:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
    return error


FAULTS: dict[str, Callable[[], Exception]] = {
    "the disk is full": _full,
    "the connection is lost": lambda: asyncpg.ConnectionDoesNotExistError("connection was closed"),
    "a mistake of ours": OursToBlame,
}


@dataclass(slots=True)
class Fault:
    """Which statement fails, and how; and how many there were so far."""

    at: int = 0
    moment: Moment = Moment.BEFORE
    lasting: Lasting = Lasting.ONCE
    error: Callable[[], Exception] = OursToBlame
    seen: int = 0
    raised: int = 0

    def plan(self, at: int, moment: Moment, lasting: Lasting, error: Callable[[], Exception]) -> None:
        """Let the `at`th statement from now on fail; the first is 1."""
        self.at, self.moment, self.lasting, self.error = at, moment, lasting, error
        self.seen = self.raised = 0

    def heal(self) -> None:
        """Let nothing fail any more, and count anew."""
        self.at = self.seen = 0

    def is_due(self) -> bool:
        """Return whether the statement that was counted last fails."""
        return self.at > 0 and (self.seen == self.at or (self.seen > self.at and self.lasting is Lasting.FOR_GOOD))

    def strike(self) -> None:
        """Raise the error."""
        self.raised += 1
        raise self.error()


@contextmanager
def injected() -> Iterator[Fault]:
    """Put a fault, which does nothing until it is planned, around every statement of this process."""
    fault = Fault()
    with pytest.MonkeyPatch.context() as patch:
        for kind, names in WAYS:
            for name in names:
                patch.setattr(kind, name, _around(getattr(kind, name), fault))
        yield fault


def _around(original: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    async def around(self: Any, *arguments: Any, **named: Any) -> Any:
        fault.seen += 1
        is_due = fault.is_due()
        if is_due and fault.moment is Moment.BEFORE:
            fault.strike()
        answer = await original(self, *arguments, **named)
        if is_due:
            fault.strike()
        return answer

    return around
