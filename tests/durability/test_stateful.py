"""Stateful property tests: persons enrol, withdraw, retry and are looked up in any order, compared with a model."""

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
from tests.durability.crowd import Member, store_members
from tests.durability.scale import IS_FULL, repetitions
from tests.hall import Hall, open_hall
from tests.schemes.flexible_employment.test_registration import REGISTER, WITHDRAW, form

EXAMPLES = repetitions(50, 1000)
STEPS = 20
PERSONS = 2
# A failing example is repeated with other persons.
PEOPLE = EXAMPLES * PERSONS * 2
PURPOSE = "核对停缴日期"
DISTRICTS = ("120101", "120102")
OWN = """
{ viewer { person {
    id insuredDistrict { code } accessLog { totalCount }
    flexibleEmployment { current { id status } enrolments { id status } }
} } }
"""
LOOK_UP = "query ($id: ID!, $why: String) { personBy(by: { id: $id }, purpose: $why) { id } }"
REVEAL = "query ($why: String!) { viewer { person { revealed(purpose: $why) { idNumber } } } }"
persons, keys = st.integers(0, PERSONS - 1), st.sampled_from(["first", "second", "third", "fourth"])


# The district of all participations.
RECORDED = "120101"


@dataclass(slots=True)
class Model:
    """The expected record of a person."""

    member: Member
    public_id: str
    district: str = RECORDED
    # Whether each enrolment is in force, oldest first.
    enrolments: dict[str, bool] = field(default_factory=dict)
    # The content and the resulting enrolment of each idempotency key.
    keys: dict[str, tuple[object, str]] = field(default_factory=dict)
    entries: int = 0

    @property
    def current(self) -> str | None:
        """The enrolment in force."""
        return next((enrolment for enrolment, stands in self.enrolments.items() if stands), None)


class EnrolmentMachine(RuleBasedStateMachine):
    """The actions of two persons; `place` has the Hall and unused persons."""

    place: "Place"

    @initialize()
    def two_people(self) -> None:
        """Start with two unused persons."""
        self.models = [self.place.next() for _ in range(PERSONS)]

    @rule(one=persons, key=keys, district=st.sampled_from(DISTRICTS), dry=st.sampled_from([False, False, False, True]))
    def enrol(self, one: int, key: str, district: str, *, dry: bool) -> None:
        """A person sends the form, possibly as a dry run or under a used key."""
        person = self.models[one]
        given = self.place.form | {"idempotencyKey": key, "insuredDistrict": district, "dryRun": dry}
        answer = self.place.ask(REGISTER, person.member.token, input=given)["registerFlexibleEmployment"]
        content = ("enrol", district)
        if key in person.keys:
            self._check_used_key(answer, person.keys[key], content, "FlexibleEmploymentRegistered")
        elif person.current:
            assert (answer["__typename"], answer["enrolment"]["id"]) == ("AlreadyEnrolled", person.current)
        elif dry:
            assert answer["__typename"] == "RegistrationPreview"
        else:
            assert (answer["__typename"], answer["replayed"]) == ("FlexibleEmploymentRegistered", False)
            enrolment = answer["enrolment"]["id"]
            assert all(enrolment not in each.enrolments for each in self.models)
            person.enrolments[enrolment] = True
            person.keys[key] = content, enrolment
            person.district = district
            person.entries += 1

    @rule(one=persons, whose=persons, number=st.integers(0, 3), key=keys)
    def withdraw(self, one: int, whose: int, number: int, key: str) -> None:
        """A person withdraws an enrolment: the one in force, an ended one, or another person's."""
        person, enrolments = self.models[one], list(self.models[whose].enrolments)
        if not enrolments:
            return
        enrolment = enrolments[number % len(enrolments)]
        given = {"enrolmentId": enrolment, "idempotencyKey": key}
        answer = self.place.ask(WITHDRAW, person.member.token, input=given)["withdrawFlexibleEmployment"]
        content = ("withdraw", enrolment)
        if key in person.keys:
            self._check_used_key(answer, person.keys[key], content, "FlexibleEmploymentWithdrawn")
        elif enrolment not in person.enrolments:
            assert answer == {"__typename": "AccessProblem", "code": "NOT_FOUND"}
        elif not person.enrolments[enrolment]:
            assert answer["__typename"] == "NotWithdrawable"
        else:
            assert (answer["__typename"], answer["replayed"]) == ("FlexibleEmploymentWithdrawn", False)
            person.enrolments[enrolment] = False
            # The withdrawal restores the district of the participations.
            person.district = RECORDED
            person.keys[key] = content, enrolment
            person.entries += 1

    @staticmethod
    def _check_used_key(answer: dict[str, Any], earlier: tuple[object, str], content: object, done: str) -> None:
        """Check a used key: the same content replays, other content is a conflict."""
        if earlier[0] == content:
            assert (answer["__typename"], answer["replayed"], answer["enrolment"]["id"]) == (done, True, earlier[1])
        else:
            assert answer["code"] == "IDEMPOTENCY_CONFLICT"

    @rule(one=persons, why=st.sampled_from([PURPOSE, PURPOSE, " ", None]))
    def look_up(self, one: int, why: str | None) -> None:
        """A clerk looks a person up, which needs a purpose and an insured district in the clerk's scope."""
        person = self.models[one]
        found = self.place.ask(LOOK_UP, self.place.clerk, id=person.public_id, why=why)["personBy"]
        is_shown = why == PURPOSE and person.district == "120101"
        assert found == ({"id": person.public_id} if is_shown else None)
        person.entries += is_shown

    @rule(one=persons, why=st.sampled_from([PURPOSE, ""]))
    def reveal(self, one: int, why: str) -> None:
        """A person reveals their own number."""
        person = self.models[one]
        shown = self.place.ask(REVEAL, person.member.token, why=why)["viewer"]["person"]["revealed"]
        assert (shown is not None) == (why == PURPOSE)
        person.entries += why == PURPOSE

    @invariant()
    def records_equal_models(self) -> None:
        """Each person reads the model's enrolments, district and number of log entries."""
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
    """A Hall, a clerk's token, and the unused persons."""

    runner: asyncio.Runner
    hall: Hall
    clerk: str
    form: dict[str, Any]
    members: Iterator[Member]

    def ask(self, document: str, token: str, **variables: Any) -> dict[str, Any]:
        """Return the data of a response without errors."""
        request = {"query": document, "variables": variables}
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.runner.run(self.hall.post(json=request, headers=headers)).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def next(self) -> Model:
        """Return an unused person."""
        member = next(self.members)
        return Model(member, self.ask(OWN, member.token)["viewer"]["person"]["id"])


@asynccontextmanager
async def _opened(production: Settings) -> AsyncIterator[tuple[Hall, str, dict[str, Any], list[Member]]]:
    members = await store_members(production, PEOPLE)
    async with connected(production):
        await administration.add_staff(
            "desk", "a password", organisation="和平区", districts=["120101"], now=clock.now()
        )
        clerk = await accounts.issue_token("desk", now=clock.now())
    async with open_hall(production) as hall:
        yield hall, clerk, await form(hall), members


@pytest.fixture
def place(empty_settings: Settings) -> Iterator[Place]:
    """A production Hall in its own event loop, because steps of the state machine are synchronous."""
    unlimited = replace(empty_settings, rate_cost=0, rate_address_cost=0, rate_lookups=0)
    production = replace(unlimited, public_url="https://hall.example")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        hall, clerk, given, members = runner.run(stack.enter_async_context(_opened(production)))
        yield Place(runner, hall, clerk, given, iter(members))
        runner.run(stack.aclose())


def test_histories_equal_model(place: Place) -> None:
    """In any order of actions, nothing is stored twice or lost, and the log is complete."""
    machine = type("HistoriesHere", (EnrolmentMachine,), {"place": place})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            # Each example needs unused persons, so that failing ones cannot be shrunk.
            phases=[Phase.generate],
            derandomize=not IS_FULL,
            suppress_health_check=list(HealthCheck),
        ),
    )
