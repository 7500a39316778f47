"""Differential tests: whatever is asked, plans and the ordinary executor answer the same, and leave the same traces.

HALL_DIFFERENTIAL_OPERATIONS says how many operations are tried: fifty thousand by `make differential-test`; otherwise
two hundred on SQLite and, since plans depend little on the database, a hundred on PostgreSQL.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import Context as Variables
from contextvars import copy_context
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphql import print_schema
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as trying
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from api import clock
from api.accounts import service as accounts
from api.db import database
from api.graphql.compiler.executor import Engine
from api.http.graphql.documents import Documents, MalformedDocument
from api.http.graphql.execution import Execution, ExecutionOutcome
from api.people.context import Context
from api.people.models import Person
from api.schema.root import schema
from api.settings import Settings
from tests.compiler.varied import otherwise, read, varied
from tests.conftest import DATABASE
from tests.databases import Databases, apart

OPERATIONS = int(os.environ.get("HALL_DIFFERENTIAL_OPERATIONS", "200" if DATABASE == "sqlite" else "100"))
ASKERS = [None, "eligible", "enrolled", "hong-kong", "clerk", "supervisor"]
EACH = len(ASKERS)
TYPES = schema._schema
DOCUMENTS = queries(
    print_schema(TYPES),
    allow_x00=False,
    custom_scalars={"Date": st.dates().map(lambda day: nodes.String(day.isoformat()))},
)


class Side:
    """One of the two: a database of its own, and what answers from it."""

    def __init__(self, settings: Settings, engine: Engine | None, secrets: dict[str | None, str | None]) -> None:
        self.settings = settings
        self._execution = Execution(schema, engine, names=True)
        self._documents = Documents(TYPES, introspection=True)
        self._variables: Variables = copy_context()
        self._secrets = secrets

    async def open(self, stop: asyncio.Event, ready: asyncio.Event) -> None:
        """Keep the database open until `stop`."""
        async with database.connected(self.settings):
            self._variables = copy_context()
            ready.set()
            await stop.wait()

    async def known(self) -> dict[str, list[str]]:
        """Return texts that find somebody, by the arguments that take them."""
        people = await self._inside(lambda: Person.all().limit(40).values_list("public_id", "id_number"))
        return {
            "id": [public_id for public_id, _ in people],
            "idNumber": [number for _, number in people],
            "idType": ["01", "02", "08"],
            "purpose": ["核对参保信息"],
            "district": ["120101", "120102", "120116"],
            "sex": ["1", "2"],
        }

    async def answer(self, text: str, variables: dict[str, Any], account: str | None) -> bytes:
        """Return the body of the answer."""
        try:
            operation = self._documents.operation(text, None)
        except MalformedDocument as malformed:
            return repr(malformed.errors).encode()
        context = Context(
            settings=self.settings, request_id="request", moment=clock.now(), bearer=self._secrets[account]
        )
        outcome: ExecutionOutcome = await self._inside(lambda: self._execution.outcome(operation, variables, context))
        return outcome.body

    async def _inside(self, work: Callable[[], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            return await work()

        return await asyncio.get_running_loop().create_task(run(), context=self._variables)


Sides = tuple[asyncio.Runner, Side, Side]


@contextmanager
def both(databases: Databases, address: str, folder: Path) -> Iterator[Sides]:
    """Keep two equal databases open: one for plans, one for the ordinary executor."""
    with ExitStack() as stack:
        base = _settings(stack, databases, address, folder / "base")
        secrets: dict[str | None, str | None] = {None: None}

        async def issue() -> None:
            async with database.connected(base):
                for account in ASKERS:
                    if account is not None:
                        secrets[account] = await accounts.issue_token(account, now=clock.now())

        apart(issue)
        sides = [
            Side(_settings(stack, databases, base.database, folder / name), engine, secrets)
            for name, engine in (("plans", Engine(schema, worth_after=1)), ("ordinary", None))
        ]
        runner = stack.enter_context(asyncio.Runner())
        stop, tasks = asyncio.Event(), []
        for side in sides:
            ready = asyncio.Event()

            async def opened(side: Side = side, ready: asyncio.Event = ready) -> None:
                tasks.append(asyncio.create_task(side.open(stop, ready)))
                await ready.wait()

            runner.run(opened())
        yield runner, sides[0], sides[1]

        async def closed() -> None:
            stop.set()
            await asyncio.gather(*tasks)

        runner.run(closed())


def _settings(stack: ExitStack, databases: Databases, address: str, folder: Path) -> Settings:
    """Return the settings of a Hall with a copy of the database at `address`."""
    folder.mkdir()
    copy = stack.enter_context(databases.copy(address, folder))
    return Settings.from_environment({"HALL_MODE": "demo", "HALL_DATA": str(folder), "HALL_DATABASE_URL": copy})


def compare(sides: Sides, text: str, variables: dict[str, Any], account: str | None) -> None:
    """Ask both sides, who answer the same bytes."""
    runner, plans, ordinary = sides
    expected = runner.run(ordinary.answer(text, variables, account))
    assert runner.run(plans.answer(text, variables, account)) == expected, (text, variables, account)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock: what is asked twice is asked in the same moment."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.usefixtures("still")
def test_plans_answer_as_the_ordinary_executor_does(
    databases: Databases, demo_address: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Operations of any shape, by everybody: the same bytes from both engines, and no plan fails.

    One of everybody asks once more with other values, of the plan that is there.
    """
    with both(databases, demo_address, tmp_path) as sides:
        runner, plans, _ = sides
        known = runner.run(plans.known())

        @seed(20261124)
        @trying(
            max_examples=max(OPERATIONS // EACH, 1),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(DOCUMENTS, st.integers(min_value=0, max_value=2**32))
        def agree(document: str, number: int) -> None:
            for place, account in enumerate(ASKERS):
                random = Random(number + place)
                text, variables = varied(read(document), TYPES, known, random)
                compare(sides, text, variables, account)
                if variables and place == number % EACH:
                    compare(sides, text, otherwise(variables, random), account)

        agree()
    failed = [record for record in caplog.records if record.getMessage() == "a plan failed"]
    assert not failed, failed[0].__dict__.get("fields")


# Each is asked with these values, one after the other, of one plan.
ANSWERED_AGAIN: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "query ($first: Int, $after: String) { people(first: $first, after: $after) { nodes { id name } } }",
        [
            {},
            {"first": 2},
            {"first": None},
            {"first": 2, "after": "YXQ6Mg"},
            {"after": None},
            {"first": 3, "after": ""},
        ],
    ),
    (
        "query ($first: Int! = 1) { people(first: $first) { nodes { name } } }",
        [{}, {"first": 2}, {"first": None}, {"first": 3}],
    ),
    (
        'query ($number: String!, $type: String) { person(idNumber: $number, idType: $type, purpose: "a") { name } }',
        [{"number": "x"}, {"number": "x", "type": None}, {"number": "y", "type": "01"}, {"type": "01"}],
    ),
    (
        "query ($name: String) { people(filter: {nameContains: $name}) { totalCount } }",
        [{"name": "王"}, {}, {"name": None}, {"name": "李"}],
    ),
    (
        "query ($filter: PersonFilter, $first: Int) { people(filter: $filter, first: $first) { nodes { name } } }",
        [{"filter": {"nameContains": "王"}}, {}, {"filter": None, "first": 2}, {"filter": {"district": "120101"}}],
    ),
    (
        'query ($id: ID!) { node(id: $id, purpose: "a") { id } }',
        [{"id": "person_a"}, {"id": 5}, {"id": None}, {"id": "person_b"}],
    ),
]


@pytest.mark.usefixtures("still")
def test_a_plan_that_is_kept_answers_other_values(databases: Databases, demo_address: str, tmp_path: Path) -> None:
    """Whichever are given, null or left out: nothing stays of those before."""
    with both(databases, demo_address, tmp_path) as sides:
        for text, values in ANSWERED_AGAIN:
            for variables in (*values, *reversed(values)):
                compare(sides, text, variables, "supervisor")
