"""What a driver raises, and what it means: ours are one exception for all that passes by itself, one for a constraint.

Drivers raise most of it past Tortoise's own exceptions, and their messages carry values: neither leaves this room.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import asyncpg
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError, TransactionManagementError

from api.errors import Conflict, DatabaseBusy

# Locked by another, full, out of memory, not to be read or written just now, or moved away: it may come back. Extended
# codes have these in their last byte.
PASSING_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_READONLY,
    }
)
# Classes of SQLSTATE: connection, no such database just now, rolled back for another, out of resources, ended by the
# operator, the system's.
PASSING_POSTGRESQL = ("08", "3D", "40", "53", "57", "58")
# No lock in time, a transaction that was idle or open for too long, and a server that is a standby just now.
PASSING_STATES = frozenset({"55P03", "25P03", "25P04", "25006"})
# What no statement was sent for; a time-out is an OSError too.
UNREACHABLE = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, DBConnectionError)
logger = logging.getLogger("hall")


@contextmanager
def translating() -> Iterator[None]:
    """Raise the error of ours that a driver's means, where it has such a meaning."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        raise_translated(error)


def raise_translated(error: Exception) -> NoReturn:
    """Raise the error of ours that a driver's means; the error itself where it has no such meaning."""
    ours = translate(error)
    if ours is error:
        raise error
    raise ours from error


def translate(error: Exception) -> Exception:
    """Return the error of ours that a driver's means; the error itself where it has no such meaning."""
    if isinstance(error, IntegrityError | sqlite3.IntegrityError):
        return Conflict("a constraint of the database decided otherwise")
    cause = driver_error(error)
    if not _passes(cause):
        return error
    logger.warning("the database did not do what it was asked: %s", _name(cause))
    return DatabaseBusy("the database is busy or cannot be reached")


def driver_error(error: Exception) -> BaseException:
    """Return what the driver raised, where Tortoise has wrapped it."""
    if isinstance(error, OperationalError | TransactionManagementError) and error.args:
        inner = error.args[0]
        return inner if isinstance(inner, BaseException) else error
    return error


def _passes(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & 0xFF in PASSING_SQLITE or code == sqlite3.SQLITE_READONLY_DBMOVED
    if isinstance(cause, asyncpg.PostgresError):
        state = cause.sqlstate or ""
        return state.startswith(PASSING_POSTGRESQL) or state in PASSING_STATES
    return isinstance(cause, (*UNREACHABLE, TransactionManagementError))


def _name(cause: BaseException) -> str:
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__
