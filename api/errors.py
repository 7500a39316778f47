"""The exceptions of the Hall. A citizen who does not qualify gets a typed result, not an error.

    HallError
    ├── SettingsError          an environment variable is missing or wrong; the message says how to fix it
    ├── Malformed              a data file, such as a code table, is malformed; the message has file and line
    ├── DatabaseError
    │   ├── DatabaseBehind     migrations are pending; the message says how to migrate
    │   ├── DatabaseUnusable   the database cannot be opened or used; the message says which one, and why
    │   │   └── DatabaseUnreachable   no server answers, or none is the primary: that may pass
    │   ├── DatabaseBusy       no connection or lock before the time-out: retry
    │   └── Conflict           a unique constraint was violated
    └── Refused                a command refuses its arguments; the message says why

Messages never contain personal data.
"""


class HallError(Exception):
    """The base class."""


class SettingsError(HallError):
    """A setting is missing or wrong; the message names the variable and how to fix it."""


class Malformed(HallError):
    """A data file of the Hall is malformed; the message names the file and the line."""


class DatabaseError(HallError):
    """A database operation failed."""


class DatabaseBehind(DatabaseError):
    """Migrations are pending; the message says how to apply them."""


class DatabaseUnusable(DatabaseError):
    """The database cannot be opened or used; the message names the file or the server, and the cause."""


class DatabaseUnreachable(DatabaseUnusable):
    """No server of a PostgreSQL address answers, or none is the primary, which may pass without an operator."""


class DatabaseBusy(DatabaseError):
    """No connection or lock before the time-out; a retry may succeed."""


class Conflict(DatabaseError):
    """A unique constraint of the database was violated."""


class Refused(HallError):
    """A command refuses its arguments; the message says why."""
