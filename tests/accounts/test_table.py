"""The table itself, for one row in hand: it guards what is come to by another way than asking for it."""

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
    """Return somebody who asks."""
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
    """Whoever stands in the table, and nobody else."""
    everybody = [None, OWNER, STRANGER, HERE, ELSEWHERE, NOWHERE, SUPERVISOR]
    assert [each for each in everybody if may(each, act, PERSON)] == allowed
    assert may_see(STRANGER, PERSON) is False


def test_who_is_insured_nowhere_is_of_no_district() -> None:
    """Only supervisors find them, and they themselves."""
    everybody = [None, OWNER, STRANGER, HERE, ELSEWHERE, NOWHERE, SUPERVISOR]
    assert [each for each in everybody if may_see(each, UNINSURED)] == [OWNER, SUPERVISOR]


def test_nobody_may_do_anything() -> None:
    """Whoever is not signed in has no record of their own, and no role has more than the table says."""
    assert {whose[None] for whose in ALLOWED.values()} == {Scope.NONE}
