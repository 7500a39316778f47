"""Opening the database within seconds; an error is one line that names the database and the cause."""

import os
import socket
import sqlite3
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import asyncpg
from asyncpg.exceptions import TargetServerAttributeNotMatched
from tortoise.backends.base.client import BaseDBAsyncClient

from api.db import errors
from api.db.postgresql.client import Client as PostgreSQLClient
from api.db.postgresql.dsn import parse_dsn
from api.db.sqlite.client import Client as SQLiteClient
from api.errors import DatabaseBusy, DatabaseUnreachable, DatabaseUnusable, HallError
from api.settings import Settings

# A command must end within ten seconds, and on a busy machine starting Python takes some of them.
OPENING_SECONDS = 6
LOCKED = "another process has locked it, and did not let go of it in time"
NO_ANSWER = "it did not answer in time"
# By primary result code. Other codes are programming errors.
SQLITE_CAUSES = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_NOTADB: "it is not a database of SQLite",
    sqlite3.SQLITE_CORRUPT: "it is damaged; restore a backup",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_NOMEM: "the memory is full",
    sqlite3.SQLITE_READONLY: "it cannot be written to: the file, its folder or its disk is read-only",
    sqlite3.SQLITE_PERM: "it may not be opened",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
}
# SQLSTATE prefixes whose messages name roles, databases, schemas and settings, but contain no values.
STATES_WITH_SAFE_MESSAGES = ("08", "28", "3D", "3F", "42501", "53", "57P", "58", "25006")
# Connection exceptions, insufficient resources, operator intervention, and writes on a standby.
PASSING_STATES = ("08", "53", "57", "25006")
CREATE_CURE = "GRANT USAGE, CREATE ON SCHEMA public to the role that migrates, or let it own the database"


@contextmanager
def naming_errors(settings: Settings, *, is_opening: bool = False) -> Iterator[None]:
    """Translate errors of the database to DatabaseUnusable, which names the database and the cause.

    `is_opening` includes OSError, which later could concern any file.
    """
    try:
        yield
    except Exception as error:
        cause = _cause(error, settings, is_opening=is_opening)
        if cause is None:
            raise
        kind = DatabaseUnreachable if _may_pass(error, settings) else DatabaseUnusable
        raise kind(f"{_place(settings)}: {cause}.") from error


async def probe(client: BaseDBAsyncClient) -> None:
    """Connect to the database once; raise the driver's error where that fails."""
    if isinstance(client, PostgreSQLClient):
        await client.check()
    else:
        await cast("SQLiteClient", client).check()


def make_file(settings: Settings) -> None:
    """Create the folder and the file of the SQLite database, and remove all permissions of others.

    SQLite creates the files beside it with the same permissions. Group permissions are the operator's choice.
    """
    file = file_of(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    # SQLite then fails too, with a better error.
    with suppress(OSError):
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        elif file.is_file() and (mode := stat.S_IMODE(file.stat().st_mode)) & stat.S_IRWXO:
            file.chmod(mode & ~stat.S_IRWXO)


def file_of(settings: Settings) -> Path:
    """Return the path of the SQLite database."""
    return Path(urlsplit(settings.database).path or settings.database.removeprefix("sqlite://"))


def cause_of_file(error: Exception, file: Path) -> str | None:
    """Return why SQLite cannot use a file; None for other errors."""
    code = getattr(error, "sqlite_errorcode", None)
    cause = None if code is None else SQLITE_CAUSES.get(code & 0xFF)
    if code is not None and code & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
        return _access_problem(file) or cause
    return cause


def _access_problem(file: Path) -> str | None:
    folder = file.parent
    if file.is_dir():
        return "it is a folder"
    if not folder.is_dir():
        return f"there is no folder {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} may not be written to, and SQLite has files beside the database"
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return "it may not be read and written"
    return None


def _may_pass(error: BaseException, settings: Settings) -> bool:
    """Return whether a server that starts, or another one that becomes the primary, ends an error."""
    if settings.database.startswith("sqlite:"):
        return False
    cause = errors.driver_error(error) if isinstance(error, Exception) else error
    if isinstance(cause, DatabaseBusy):
        return cause.__cause__ is None or _may_pass(cause.__cause__, settings)
    if isinstance(cause, asyncpg.PostgresError):
        return (cause.sqlstate or "").startswith(PASSING_STATES)
    if isinstance(cause, socket.gaierror | ssl.SSLError) or "SSL upgrade" in str(cause):
        return False
    return isinstance(cause, TargetServerAttributeNotMatched | asyncpg.InterfaceError | OSError)


def _place(settings: Settings) -> str:
    if settings.database.startswith("sqlite:"):
        return f"the database {file_of(settings)}"
    return str(parse_dsn(settings.database))


def _cause(error: Exception, settings: Settings, *, is_opening: bool) -> str | None:
    if isinstance(error, DatabaseBusy):
        # It wraps a driver error, or a time-out.
        inner = error.__cause__
        return _cause(inner, settings, is_opening=True) or NO_ANSWER if isinstance(inner, Exception) else NO_ANSWER
    if isinstance(error, HallError):
        return None
    cause = errors.driver_error(error)
    if isinstance(cause, sqlite3.Error):
        return cause_of_file(cause, file_of(settings))
    if isinstance(cause, asyncpg.PostgresError):
        return _postgresql_cause(cause)
    if isinstance(cause, TargetServerAttributeNotMatched):
        return f"no server is what target_session_attrs={parse_dsn(settings.database).session} asks for"
    if isinstance(cause, asyncpg.InterfaceError):
        return "the connection was lost"
    return _os_cause(cause) if is_opening and isinstance(cause, OSError) else None


def _postgresql_cause(error: asyncpg.PostgresError) -> str | None:
    state = error.sqlstate or ""
    if state in errors.LOCK_STATES:
        return LOCKED
    if not state.startswith(STATES_WITH_SAFE_MESSAGES):
        return None
    message = str(error).partition("\n")[0]
    if state.startswith("3F") or (state == "42501" and "for schema" in message):
        return f"{message}; {CREATE_CURE}"
    return message


def _os_cause(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return NO_ANSWER
    if isinstance(error, socket.gaierror):
        return "there is no host of that name"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS connection came about ({error.reason})"
    if isinstance(error, ConnectionError) and "SSL upgrade" in str(error):
        return "it has no TLS, which sslmode asks for"
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        return "the connection was refused; nothing listens there"
    if isinstance(error, FileNotFoundError):
        return "nothing listens there"
    if error.filename and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}"
    return os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "the connection was lost"
