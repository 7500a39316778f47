"""Translates driver errors: transient ones to DatabaseBusy, violated constraints to Conflict.

Drivers raise most errors past Tortoise's exceptions, and their messages contain values, which must not leave api/db/.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import asyncpg
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError, TransactionManagementError

from api.errors import Conflict, DatabaseBusy

# Transient primary result codes: locks, a full disk, no memory, I/O errors, a moved file. Extended codes have the
# primary code in their last byte.
TRANSIENT_SQLITE = frozenset(
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
# SQLSTATE classes: connection exception, invalid catalog name, transaction rollback, insufficient resources, operator
# intervention, system error.
TRANSIENT_CLASSES = ("08", "3D", "40", "53", "57", "58")
# lock_not_available, idle_in_transaction_session_timeout, transaction_timeout, read_only_sql_transaction (a standby).
TRANSIENT_STATES = frozenset({"55P03", "25P03", "25P04", "25006"})
# Locks and deadlocks of other transactions, and the time-out of a statement that waits for them.
LOCK_STATES = frozenset({"55P03", "40P01", "57014"})
# A migration has changed the types of columns since a statement was prepared. asyncpg then prepares all of them again.
OUTDATED_STATEMENTS = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
# Connection errors; TimeoutError is an OSError. asyncpg raises InternalClientError where the server has ended the
# session, and has not closed the connection yet.
CONNECTION_ERRORS = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, DBConnectionError)
logger = logging.getLogger("hall")


@contextmanager
def translating() -> Iterator[None]:
    """Translate errors that the block raises."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - translates or re-raises every error
        raise_translated(error)


def raise_translated(error: Exception) -> NoReturn:
    """Raise the translation of a driver error, or the error itself where it has none."""
    translation = translate(error)
    if translation is error:
        raise error
    raise translation from error


def translate(error: Exception) -> Exception:
    """Return the translation of a driver error, or the error itself where it has none."""
    if isinstance(error, IntegrityError | sqlite3.IntegrityError):
        return Conflict("a constraint of the database decided otherwise")
    cause = driver_error(error)
    if not _is_transient(cause):
        return error
    logger.warning("the database did not do what it was asked: %s", _name(cause))
    return DatabaseBusy("the database is busy or cannot be reached")


def driver_error(error: Exception) -> BaseException:
    """Return the driver's error inside one of Tortoise's."""
    if isinstance(error, OperationalError | TransactionManagementError) and error.args:
        inner = error.args[0]
        return inner if isinstance(inner, BaseException) else error
    return error


def is_lock(error: Exception) -> bool:
    """Return whether PostgreSQL ended a statement because of another transaction's lock."""
    cause = driver_error(error)
    return isinstance(cause, asyncpg.PostgresError) and cause.sqlstate in LOCK_STATES


def _is_transient(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & 0xFF in TRANSIENT_SQLITE or code == sqlite3.SQLITE_READONLY_DBMOVED
    if isinstance(cause, OUTDATED_STATEMENTS):
        return True
    if isinstance(cause, asyncpg.PostgresError):
        state = cause.sqlstate or ""
        return state.startswith(TRANSIENT_CLASSES) or state in TRANSIENT_STATES
    return isinstance(cause, (*CONNECTION_ERRORS, TransactionManagementError))


def _name(cause: BaseException) -> str:
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__
