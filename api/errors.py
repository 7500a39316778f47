"""What can go wrong that is not an answer.

A citizen who does not qualify is not an error: that is an answer with a type of its own. What is left:

    HallError
    ├── SettingsError          an environment variable is missing or wrong; the message says the cure
    ├── Malformed              a guide, a parameter, a code table cannot be read; the message says file and line
    ├── DatabaseError
    │   ├── DatabaseBehind     migrations are pending; the message says how to migrate
    │   ├── DatabaseUnusable   it cannot be opened or used; the message says which it is, and why
    │   ├── DatabaseBusy       no connection or lock in time: try again
    │   └── Conflict           a unique constraint decided for somebody else
    └── Refused                this person may not do that, said by a command

Messages never hold personal data.
"""


class HallError(Exception):
    """Anything that the Hall itself declares to be wrong."""


class SettingsError(HallError):
    """A setting is missing or wrong; the message names the variable and the cure."""


class Malformed(HallError):
    """A data file of the house cannot be read; the message names the file and the line."""


class DatabaseError(HallError):
    """The database did not do what it was asked."""


class DatabaseBehind(DatabaseError):
    """Migrations are pending; the message says how to apply them."""


class DatabaseUnusable(DatabaseError):
    """The database cannot be opened or used; the message names the file or the server, and the cause."""


class DatabaseBusy(DatabaseError):
    """No connection or no lock in time; the same request may succeed in a moment."""


class Conflict(DatabaseError):
    """A unique constraint of the database decided for another row."""


class Refused(HallError):
    """A command was asked for something that may not be; the message says why."""
