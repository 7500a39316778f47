"""Fault injection: a database that fails before or after its n-th statement."""

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

# The methods through which statements reach PostgreSQL.
METHODS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (PoolConnectionProxy, ("execute", "executemany", "fetch", "fetchrow", "fetchval")),
    # Transactions use the connection behind the pool's proxy.
    (asyncpg.Connection, ("execute",)),
)


class Moment(StrEnum):
    """Whether a statement fails before or after its execution."""

    BEFORE = "before"
    AFTER = "after"


class Duration(StrEnum):
    """How long the database fails."""

    ONCE = "once"
    FOR_GOOD = "for good"


class UnexpectedError(Exception):
    """An error that no driver raises."""


def _full() -> Exception:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
    return error


FAULTS: dict[str, Callable[[], Exception]] = {
    "the disk is full": _full,
    "the connection is lost": lambda: asyncpg.ConnectionDoesNotExistError("connection was closed"),
    "an unexpected error": UnexpectedError,
}


@dataclass(slots=True)
class Fault:
    """Which statement fails, and how; and the number of statements so far."""

    at: int = 0
    moment: Moment = Moment.BEFORE
    duration: Duration = Duration.ONCE
    error: Callable[[], Exception] = UnexpectedError
    seen: int = 0
    raised: int = 0

    def plan(self, at: int, moment: Moment, duration: Duration, error: Callable[[], Exception]) -> None:
        """Make the `at`th statement from now on fail; the first is 1."""
        self.at, self.moment, self.duration, self.error = at, moment, duration, error
        self.seen = self.raised = 0

    def heal(self) -> None:
        """Stop failing, and reset the count."""
        self.at = self.seen = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a statement, and raise before or after it if it is due."""
        self.seen += 1
        is_due = self.is_due()
        if is_due and self.moment is Moment.BEFORE:
            self.fail()
        yield
        if is_due:
            self.fail()

    def is_due(self) -> bool:
        """Return whether the last counted statement fails."""
        return self.at > 0 and (self.seen == self.at or (self.seen > self.at and self.duration is Duration.FOR_GOOD))

    def fail(self) -> None:
        """Raise the error."""
        self.raised += 1
        raise self.error()


@contextmanager
def injected() -> Iterator[Fault]:
    """Wrap every writing statement of this process with a fault, which is inactive until it is planned."""
    fault = Fault()
    with pytest.MonkeyPatch.context() as patch:
        for kind, names in METHODS:
            for name in names:
                patch.setattr(kind, name, _around(getattr(kind, name), fault))
        patch.setattr(driver, "connect", partial(FailingConnection, fault=fault))
        yield fault


class FailingConnection(driver.Connection):
    """A writing connection whose statements fail as planned."""

    def __init__(self, file: str | Path, fault: Fault) -> None:
        super().__init__(file)
        self._fault = fault

    def execute(self, sql: str, values: Sequence[Any] = ()) -> driver.Cursor:
        """Execute a statement, or fail."""
        with self._fault.counted():
            return super().execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> driver.Cursor:
        """Execute a statement for several rows, or fail."""
        with self._fault.counted():
            return super().executemany(sql, values)


def _around(original: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    async def around(self: Any, *arguments: Any, **named: Any) -> Any:
        with fault.counted():
            return await original(self, *arguments, **named)

    return around
