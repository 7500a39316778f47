"""A database that fails at the n-th statement: just before it, or just after it was carried out."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy

from api.db.sqlite import driver

# Every way in which a statement reaches PostgreSQL.
WAYS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (PoolConnectionProxy, ("execute", "executemany", "fetch", "fetchrow", "fetchval")),
    # Its transactions speak to the connection behind the pool's.
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
    """An error that no driver raises."""


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

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a statement, and fail before it or after it where it is due."""
        self.seen += 1
        is_due = self.is_due()
        if is_due and self.moment is Moment.BEFORE:
            self.strike()
        yield
        if is_due:
            self.strike()

    def is_due(self) -> bool:
        """Return whether the statement that was counted last fails."""
        return self.at > 0 and (self.seen == self.at or (self.seen > self.at and self.lasting is Lasting.FOR_GOOD))

    def strike(self) -> None:
        """Raise the error."""
        self.raised += 1
        raise self.error()


@contextmanager
def injected() -> Iterator[Fault]:
    """Put a fault, which does nothing until it is planned, around every statement of this process that may write."""
    fault = Fault()
    with pytest.MonkeyPatch.context() as patch:
        for kind, names in WAYS:
            for name in names:
                patch.setattr(kind, name, _around(getattr(kind, name), fault))
        patch.setattr(driver, "connect", partial(Failing, fault=fault))
        yield fault


class Failing(driver.Connection):
    """A connection that may write, whose statements fail as planned."""

    def __init__(self, file: str | Path, fault: Fault) -> None:
        super().__init__(file)
        self._fault = fault

    def execute(self, sql: str, values: Sequence[Any] = ()) -> driver.Cursor:
        """Carry out a statement, or fail."""
        with self._fault.counted():
            return super().execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> driver.Cursor:
        """Carry out a statement for several rows, or fail."""
        with self._fault.counted():
            return super().executemany(sql, values)


def _around(original: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    async def around(self: Any, *arguments: Any, **named: Any) -> Any:
        with fault.counted():
            return await original(self, *arguments, **named)

    return around
