"""The authorization table applied to a loaded row, for records that were not reached by a scoped query."""

from datetime import datetime

import pytest

from api.accounts.authorization import ALLOWED, Act, Scope
from api.accounts.models import Role
from api.accounts.service import Asker
from api.people.models import Person
from api.people.service import may, may_see
from api.zone import SHANGHAI

PERSON = Person(id=7, insured_district="120101")
UNINSURED = Person(id=7, insured_district=None)


def asker(role: Role, person: int | None = None, *districts: str) -> Asker:
    """Return a signed-in account."""
    return Asker(
        session=1,
        account_id=1,
        account="somebody",
        role=role,
        person=person,
        organisation="",
        districts=frozenset(districts),
        expires_at=datetime(2026, 1, 1, tzinfo=SHANGHAI),
    )


OWNER, STRANGER = asker(Role.CITIZEN, 7), asker(Role.CITIZEN, 8)
HERE, ELSEWHERE, NOWHERE = asker(Role.CLERK, None, "120101"), asker(Role.CLERK, None, "120105"), asker(Role.CLERK)
SUPERVISOR = asker(Role.SUPERVISOR)


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
def test_who_may_do_so_with_this_record(act: Act, allowed: list[Asker]) -> None:
    """Exactly the accounts in the table may."""
    everybody = [None, OWNER, STRANGER, HERE, ELSEWHERE, NOWHERE, SUPERVISOR]
    assert [each for each in everybody if may(each, act, PERSON)] == allowed
    assert may_see(STRANGER, PERSON) is False


def test_who_is_insured_nowhere_is_of_no_district() -> None:
    """Only supervisors and the person may read a record without a district."""
    everybody = [None, OWNER, STRANGER, HERE, ELSEWHERE, NOWHERE, SUPERVISOR]
    assert [each for each in everybody if may_see(each, UNINSURED)] == [OWNER, SUPERVISOR]


def test_nobody_may_do_anything() -> None:
    """Without a sign-in there is no record in scope, and no role has more than the table allows."""
    assert {whose[None] for whose in ALLOWED.values()} == {Scope.NONE}
