"""Who may do what with whose record: the one table, which the code asks and a test prints cell by cell.

Programs act as the account that their token was issued to. What a field shows belongs to the act by which the record
was come to: masked facts to READ, pages and their counts to LIST. `revealed` and `accessLog` have acts of their own.
"""

from collections.abc import Mapping
from enum import StrEnum

from api.accounts.models import Role
from api.accounts.service import Asker


class Act(StrEnum):
    """What can be done with somebody's record."""

    READ = "READ"
    LIST = "LIST"
    REVEAL = "REVEAL"
    READ_ACCESS_LOG = "READ_ACCESS_LOG"
    ENROL = "ENROL"
    WITHDRAW = "WITHDRAW"


class Whose(StrEnum):
    """Whose records an act reaches."""

    NOBODYS = "NOBODYS"
    OWN = "OWN"
    DISTRICTS = "DISTRICTS"
    ALL = "ALL"


ROLES = (None, Role.CITIZEN, Role.CLERK, Role.SUPERVISOR)
_TABLE = {
    # who:                nobody         a citizen      a clerk          a supervisor
    Act.READ:            (Whose.NOBODYS, Whose.OWN,     Whose.DISTRICTS, Whose.ALL),
    # guard: citizens-get-no-list
    Act.LIST:            (Whose.NOBODYS, Whose.NOBODYS, Whose.DISTRICTS, Whose.ALL),
    Act.REVEAL:          (Whose.NOBODYS, Whose.OWN,     Whose.DISTRICTS, Whose.ALL),
    # guard: clerks-read-no-access-log
    Act.READ_ACCESS_LOG: (Whose.NOBODYS, Whose.OWN,     Whose.NOBODYS,   Whose.ALL),
    Act.ENROL:           (Whose.NOBODYS, Whose.OWN,     Whose.NOBODYS,   Whose.NOBODYS),
    Act.WITHDRAW:        (Whose.NOBODYS, Whose.OWN,     Whose.NOBODYS,   Whose.NOBODYS),
}  # fmt: skip
ALLOWED: Mapping[Act, Mapping[Role | None, Whose]] = {
    act: dict(zip(ROLES, whose, strict=True)) for act, whose in _TABLE.items()
}
# Who has to say why; the person can read it.
WITH_PURPOSE: Mapping[Act, frozenset[Role]] = {
    # guard: staff-say-why
    Act.READ: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Act.REVEAL: frozenset(Role),
}


def reach(asker: Asker | None, act: Act) -> Whose:
    """Return whose records `asker` may use so."""
    return ALLOWED[act][None if asker is None else asker.role]


def must_say_why(asker: Asker, act: Act) -> bool:
    """Return whether `asker` may do so only with a purpose."""
    return asker.role in WITH_PURPOSE.get(act, frozenset())
