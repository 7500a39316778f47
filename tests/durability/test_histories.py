"""Stateful property tests: people enrol, withdraw, retry and are looked up in any order, compared with a model."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from api import clock
from api.accounts import service as accounts
from api.cli.accounts import administration
from api.db.database import connected
from api.settings import Settings
from tests.durability.crowd import Member, invite
from tests.durability.scale import IS_FULL, many
from tests.hall import Hall, open_hall
from tests.schemes.flexible_employment.test_registration import REGISTER, WITHDRAW, form

HISTORIES = many(50, 1000)
STEPS = 20
EACH = 2
# What fails is played once more, with other people.
PEOPLE = HISTORIES * EACH * 2
PURPOSE = "核对停缴日期"
DISTRICTS = ("120101", "120102")
OWN = """
{ viewer { person {
    id insuredDistrict { code } accessLog { totalCount }
    flexibleEmployment { current { id status } enrolments { id status } }
} } }
"""
LOOK_UP = "query ($id: ID!, $why: String) { node(id: $id, purpose: $why) { id } }"
REVEAL = "query ($why: String!) { viewer { person { revealed(purpose: $why) { idNumber } } } }"
who, keys = st.integers(0, EACH - 1), st.sampled_from(["first", "second", "third", "fourth"])


# The district of everybody's participations.
RECORDED = "120101"


@dataclass(slots=True)
class Known:
    """What a person's record must be, as far as this history goes."""

    member: Member
    public_id: str
    district: str = RECORDED
    # The newest last, each with whether it stands.
    enrolments: dict[str, bool] = field(default_factory=dict)
    # What each key was used for, and the enrolment that came of it.
    keys: dict[str, tuple[object, str]] = field(default_factory=dict)
    entries: int = 0

    @property
    def current(self) -> str | None:
        """The enrolment in force."""
        return next((enrolment for enrolment, stands in self.enrolments.items() if stands), None)


class Histories(RuleBasedStateMachine):
    """What may happen to two people at one Hall; `place` is where, and who has not had a history yet."""

    place: "Place"

    @initialize()
    def two_people(self) -> None:
        """Begin with two who have never been here."""
        self.known = [self.place.next() for _ in range(EACH)]

    @rule(one=who, key=keys, district=st.sampled_from(DISTRICTS), dry=st.sampled_from([False, False, False, True]))
    def enrol(self, one: int, key: str, district: str, *, dry: bool) -> None:
        """A person sends the form, possibly as a dry run, possibly under an earlier key."""
        person = self.known[one]
        given = self.place.form | {"idempotencyKey": key, "insuredDistrict": district, "dryRun": dry}
        answer = self.place.ask(REGISTER, person.member.token, input=given)["registerFlexibleEmployment"]
        content = ("enrol", district)
        if key in person.keys:
            self._repeated(answer, person.keys[key], content, "FlexibleEmploymentRegistered")
        elif person.current:
            assert (answer["__typename"], answer["enrolment"]["id"]) == ("AlreadyEnrolled", person.current)
        elif dry:
            assert answer["__typename"] == "RegistrationPreview"
        else:
            assert (answer["__typename"], answer["replayed"]) == ("FlexibleEmploymentRegistered", False)
            enrolment = answer["enrolment"]["id"]
            assert all(enrolment not in each.enrolments for each in self.known)
            person.enrolments[enrolment] = True
            person.keys[key] = content, enrolment
            person.district = district
            person.entries += 1

    @rule(one=who, whose=who, number=st.integers(0, 3), key=keys)
    def withdraw(self, one: int, whose: int, number: int, key: str) -> None:
        """A person withdraws an enrolment: the one in force, an old one, or another person's."""
        person, enrolments = self.known[one], list(self.known[whose].enrolments)
        if not enrolments:
            return
        enrolment = enrolments[number % len(enrolments)]
        given = {"enrolmentId": enrolment, "idempotencyKey": key}
        answer = self.place.ask(WITHDRAW, person.member.token, input=given)["withdrawFlexibleEmployment"]
        content = ("withdraw", enrolment)
        if key in person.keys:
            self._repeated(answer, person.keys[key], content, "FlexibleEmploymentWithdrawn")
        elif enrolment not in person.enrolments:
            assert answer == {"__typename": "AccessProblem", "code": "NOT_FOUND"}
        elif not person.enrolments[enrolment]:
            assert answer["__typename"] == "NotWithdrawable"
        else:
            assert (answer["__typename"], answer["replayed"]) == ("FlexibleEmploymentWithdrawn", False)
            person.enrolments[enrolment] = False
            # The record is as it was before: insured in the district of its participations.
            person.district = RECORDED
            person.keys[key] = content, enrolment
            person.entries += 1

    @staticmethod
    def _repeated(answer: dict[str, Any], earlier: tuple[object, str], content: object, done: str) -> None:
        """A key that was used before: the same again is answered as then, anything else is a conflict."""
        if earlier[0] == content:
            assert (answer["__typename"], answer["replayed"], answer["enrolment"]["id"]) == (done, True, earlier[1])
        else:
            assert answer["code"] == "IDEMPOTENCY_CONFLICT"

    @rule(one=who, why=st.sampled_from([PURPOSE, PURPOSE, " ", None]))
    def look_up(self, one: int, why: str | None) -> None:
        """A clerk looks a person up, which needs a purpose and an insured district in the clerk's scope."""
        person = self.known[one]
        found = self.place.ask(LOOK_UP, self.place.clerk, id=person.public_id, why=why)["node"]
        is_shown = why == PURPOSE and person.district == "120101"
        assert found == ({"id": person.public_id} if is_shown else None)
        person.entries += is_shown

    @rule(one=who, why=st.sampled_from([PURPOSE, ""]))
    def reveal(self, one: int, why: str) -> None:
        """A person reveals their own number."""
        person = self.known[one]
        shown = self.place.ask(REVEAL, person.member.token, why=why)["viewer"]["person"]["revealed"]
        assert (shown is not None) == (why == PURPOSE)
        person.entries += why == PURPOSE

    @invariant()
    def everybody_reads_what_happened(self) -> None:
        """Enrolments, the one in force, the district, and one log entry for each use."""
        for person in getattr(self, "known", ()):
            read = self.place.ask(OWN, person.member.token)["viewer"]["person"]
            scheme = read["flexibleEmployment"]
            assert [each["id"] for each in scheme["enrolments"]] == list(person.enrolments)[::-1]
            assert {each["id"]: each["status"] == "REGISTERED" for each in scheme["enrolments"]} == person.enrolments
            assert (scheme["current"] or {}).get("id") == person.current
            assert read["insuredDistrict"]["code"] == person.district
            assert read["accessLog"]["totalCount"] == person.entries


@dataclass(slots=True)
class Place:
    """A Hall, its clerk, and those who have not been there yet."""

    runner: asyncio.Runner
    hall: Hall
    clerk: str
    form: dict[str, Any]
    members: Iterator[Member]

    def ask(self, document: str, token: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an answer; a valid call has no errors."""
        asked = {"query": document, "variables": variables}
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.runner.run(self.hall.post(json=asked, headers=headers)).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def next(self) -> Known:
        """Return a person who has not appeared yet."""
        member = next(self.members)
        return Known(member, self.ask(OWN, member.token)["viewer"]["person"]["id"])


@asynccontextmanager
async def _opened(production: Settings) -> AsyncIterator[tuple[Hall, str, dict[str, Any], list[Member]]]:
    members = await invite(production, PEOPLE)
    async with connected(production):
        await administration.add_staff(
            "desk", "a password", organisation="和平区", districts=["120101"], now=clock.now()
        )
        clerk = await accounts.issue_token("desk", now=clock.now())
    async with open_hall(production) as hall:
        yield hall, clerk, await form(hall), members


@pytest.fixture
def place(empty_settings: Settings) -> Iterator[Place]:
    """A production Hall in a loop of its own: a history goes on in many steps that are not asynchronous."""
    unlimited = replace(empty_settings, rate_cost=0, rate_address_cost=0, rate_lookups=0)
    production = replace(unlimited, public_url="https://hall.example")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        hall, clerk, given, members = runner.run(stack.enter_async_context(_opened(production)))
        yield Place(runner, hall, clerk, given, iter(members))
        runner.run(stack.aclose())


def test_every_history_ends_as_the_model_says(place: Place) -> None:
    """In any order of actions, nothing is stored twice or lost, and the log is complete."""
    machine = type("HistoriesHere", (Histories,), {"place": place})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            # Each history needs people of its own, so that a long one is not made shorter.
            phases=[Phase.generate],
            derandomize=not IS_FULL,
            suppress_health_check=list(HealthCheck),
        ),
    )
