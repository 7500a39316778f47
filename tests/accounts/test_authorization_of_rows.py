"""The authorization table applied to a loaded row, for records that were not reached by a scoped query."""

from datetime import datetime

import pytest

from api.accounts.authorization import ALLOWED, Act, Scope
from api.accounts.models import Role
from api.accounts.service import Principal
from api.people.models import Person
from api.people.service import may
from api.zone import SHANGHAI

PERSON = Person(id=7, insured_district="120101")
UNINSURED = Person(id=7, insured_district=None)


def account_of(role: Role, person: int | None = None, *districts: str) -> Principal:
    """Return a signed-in account."""
    return Principal(
        session=1,
        account_id=1,
        account="account",
        role=role,
        person=person,
        organisation="",
        districts=frozenset(districts),
        expires_at=datetime(2026, 1, 1, tzinfo=SHANGHAI),
    )


OWNER, STRANGER = account_of(Role.CITIZEN, 7), account_of(Role.CITIZEN, 8)
HERE, ELSEWHERE, NOWHERE = (
    account_of(Role.CLERK, None, "120101"),
    account_of(Role.CLERK, None, "120105"),
    account_of(Role.CLERK),
)
SUPERVISOR = account_of(Role.SUPERVISOR)


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        (Act.READ, [OWNER, HERE, SUPERVISOR]),
        (Act.LIST, [HERE, SUPERVISOR]),
        (Act.REVEAL, [OWNER, HERE, SUPERVISOR]),
        (Act.READ_ACCESS_LOG, [OWNER, SUPERVISOR]),
        (Act.ENROL, [OWNER]),
        (Act.WITHDRAW, [OWNER]),
    ],
)
def test_accounts_allowed_by_act(act: Act, allowed: list[Principal]) -> None:
    """Exactly the accounts in the table may."""
    accounts = [None, OWNER, STRANGER, HERE, ELSEWHERE, NOWHERE, SUPERVISOR]
    assert [each for each in accounts if may(each, act, PERSON)] == allowed
    assert may(STRANGER, Act.READ, PERSON) is False


def test_record_without_district() -> None:
    """Only supervisors and the person may read a record without a district."""
    accounts = [None, OWNER, STRANGER, HERE, ELSEWHERE, NOWHERE, SUPERVISOR]
    assert [each for each in accounts if may(each, Act.READ, UNINSURED)] == [OWNER, SUPERVISOR]


def test_no_scope_without_session() -> None:
    """Without a session no record is in scope for any act."""
    assert {scopes[None] for scopes in ALLOWED.values()} == {Scope.NONE}
