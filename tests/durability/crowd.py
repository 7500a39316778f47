"""Many persons who may enrol, each with a bearer token, and their submissions."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api import clock
from api.accounts.models import Account, Role, Session, SessionKind
from api.accounts.service import TOKEN_LIFETIME
from api.db.database import connected
from api.db.transactions.transaction import transaction
from api.people.identity_number import check_character
from api.people.models import Employer, Participation, Person
from api.schemes.flexible_employment.scheme import SCHEME
from api.settings import Settings
from tests.schemes.flexible_employment.test_registration import REGISTER

# Many clients with one address need a server without rate limits.
UNLIMITED = {"HALL_RATE_COST": "0", "HALL_RATE_ADDRESS_COST": "0"}
BORN = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Member:
    """A person who may enrol, with a bearer token."""

    number: int
    token: str

    def body(self, key: str) -> bytes:
        """Return the body of a submission under a key."""
        return json.dumps({"query": REGISTER, "variables": {"input": self._form(key)}}).encode()

    def headers(self) -> dict[str, str]:
        """Return the headers of a submission."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def _form(self, key: str) -> dict[str, Any]:
        notice = SCHEME.notice_on(clock.today())
        assert notice is not None
        return {
            "idempotencyKey": key,
            "noticeVersion": notice.version,
            "insuredDistrict": "120101",
            "worksInCity": True,
            "householdRegistrationType": "11",
            "ethnicGroup": "01",
            "residentialAddress": f"天津市和平区南京路{self.number}号",
            "mobileNumber": f"138{self.number:08}",
        }


async def store_members(settings: Settings, count: int) -> list[Member]:
    """Store this number of persons whose employer has stopped paying, and return them."""
    members = [Member(number, f"token-of-{number}") for number in range(count)]
    async with connected(settings):
        await transaction(lambda: _store(members))
    return members


async def issue_tokens(settings: Settings, members: list[Member]) -> None:
    """Issue the tokens again, in a restored database."""
    async with connected(settings):
        await transaction(lambda: _issue(members))


async def _store(members: list[Member]) -> None:
    now = clock.now()
    await Person.bulk_create(list(_people(len(members))))
    people = await Person.all().order_by("id_number")
    employer, _ = await Employer.get_or_create(code="91120101MA05EXAMPL", defaults={"name": "单位"})
    await Participation.bulk_create(
        [
            Participation(
                person_id=person.id,
                type="110",
                status="2",
                district="120101",
                # Without an employer it would be flexible employment.
                employer=employer,
                started_on=date(2015, 7, 1),
                ended_on=now.date() - timedelta(days=40),
            )
            for person in people
        ]
    )
    await Account.bulk_create(
        [Account(name=f"m{person.id}", password_hash="-", role=Role.CITIZEN, person_id=person.id) for person in people]
    )
    await _issue(members)


async def _issue(members: list[Member]) -> None:
    now = clock.now()
    accounts = await Account.all().order_by("person__id_number")
    await Session.bulk_create(
        [
            Session(
                secret_digest=hashlib.sha256(member.token.encode()).hexdigest(),
                account_id=account.id,
                kind=SessionKind.PROGRAM,
                started_at=now,
                seen_at=now,
                expires_at=now + TOKEN_LIFETIME,
            )
            for member, account in zip(members, accounts, strict=True)
        ]
    )


def _people(count: int) -> Iterator[Person]:
    for number in range(count):
        seventeen = f"120101{BORN + timedelta(days=number // 500):%Y%m%d}{number % 500 * 2 + 1:03}"
        yield Person(
            id_type="01",
            id_number=seventeen + check_character(seventeen),
            name="张海光",
            folded_name="张海光",
            sex="1",
            birth_date=BORN + timedelta(days=number // 500),
            insured_district="120101",
        )
