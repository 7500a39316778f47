"""Authorization: the one table of roles, acts and the records that they reach.

Programs act as the account that their token was issued to. Masked facts of a single record belong to READ, pages and
their counts to LIST. `revealed` and `accessLog` have acts of their own.
"""

from collections.abc import Mapping
from enum import StrEnum

from api.accounts.models import Role
from api.accounts.service import Principal


class Act(StrEnum):
    """A use of a person's record."""

    READ = "READ"
    LIST = "LIST"
    REVEAL = "REVEAL"
    READ_ACCESS_LOG = "READ_ACCESS_LOG"
    ENROL = "ENROL"
    WITHDRAW = "WITHDRAW"


class Scope(StrEnum):
    """The records that an act reaches."""

    NONE = "NONE"
    OWN = "OWN"
    DISTRICTS = "DISTRICTS"
    ALL = "ALL"


ROLES = (None, Role.CITIZEN, Role.CLERK, Role.SUPERVISOR)
_TABLE = {
    # role:               none           citizen        clerk            supervisor
    Act.READ:            (Scope.NONE, Scope.OWN,     Scope.DISTRICTS, Scope.ALL),
    # guard: citizens-get-no-list
    Act.LIST:            (Scope.NONE, Scope.NONE, Scope.DISTRICTS, Scope.ALL),
    Act.REVEAL:          (Scope.NONE, Scope.OWN,     Scope.DISTRICTS, Scope.ALL),
    # guard: clerks-read-no-access-log
    Act.READ_ACCESS_LOG: (Scope.NONE, Scope.OWN,     Scope.NONE,   Scope.ALL),
    Act.ENROL:           (Scope.NONE, Scope.OWN,     Scope.NONE,   Scope.NONE),
    Act.WITHDRAW:        (Scope.NONE, Scope.OWN,     Scope.NONE,   Scope.NONE),
}  # fmt: skip
ALLOWED: Mapping[Act, Mapping[Role | None, Scope]] = {
    act: dict(zip(ROLES, scopes, strict=True)) for act, scopes in _TABLE.items()
}
# Roles that must state a purpose, which the person can read.
PURPOSE_REQUIRED: Mapping[Act, frozenset[Role]] = {
    # guard: staff-say-why
    Act.READ: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Act.REVEAL: frozenset(Role),
}


def scope_of(principal: Principal | None, act: Act) -> Scope:
    """Return the records that `principal` may use in this way."""
    return ALLOWED[act][None if principal is None else principal.role]


def requires_purpose(principal: Principal, act: Act) -> bool:
    """Return whether `principal` must state a purpose."""
    return principal.role in PURPOSE_REQUIRED.get(act, frozenset())
