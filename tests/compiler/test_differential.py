"""Differential tests: compiled plans and graphql-core return the same bytes and have the same side effects.

HALL_DIFFERENTIAL_OPERATIONS is the number of operations: 50,000 in `make differential-test`; by default 140 on SQLite,
and 60 on PostgreSQL, because plans depend little on the database.
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
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from api import clock
from api.accounts import service as accounts
from api.db import database
from api.graphql.compiler.executor import Engine
from api.http.graphql.documents import Documents
from api.http.graphql.execution import Execution, ExecutionOutcome
from api.http.graphql.malformed_documents import MalformedDocument
from api.people.context import Context
from api.people.models import Person
from api.schema.root import schema
from api.settings import Settings
from tests.compiler.varied import other_variables, read, varied
from tests.conftest import DATABASE
from tests.databases import Databases, apart

OPERATIONS = int(os.environ.get("HALL_DIFFERENTIAL_OPERATIONS", "140" if DATABASE == "sqlite" else "60"))
ACCOUNTS = [None, "eligible", "enrolled", "hong-kong", "clerk", "supervisor"]
ACCOUNT_COUNT = len(ACCOUNTS)
TYPES = schema._schema
DOCUMENTS = queries(
    print_schema(TYPES),
    allow_x00=False,
    custom_scalars={"Date": st.dates().map(lambda day: nodes.String(day.isoformat()))},
)


class Side:
    """One of the two executors with its own database."""

    def __init__(self, settings: Settings, engine: Engine | None, secrets: dict[str | None, str | None]) -> None:
        self.settings = settings
        self._execution = Execution(schema, engine, names=True)
        self._documents = Documents(TYPES, introspection=True)
        self._variables: Variables = copy_context()
        self._secrets = secrets

    async def open(self, stop: asyncio.Event, ready: asyncio.Event) -> None:
        """Keep the database open until `stop` is set."""
        async with database.connected(self.settings):
            self._variables = copy_context()
            ready.set()
            await stop.wait()

    async def known(self) -> dict[str, list[str]]:
        """Return argument values that match rows, by argument name."""
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
        """Return the body of the response."""
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
    """Open two equal databases: one for compiled plans, one for graphql-core."""
    with ExitStack() as stack:
        base = _settings(stack, databases, address, folder / "base")
        secrets: dict[str | None, str | None] = {None: None}

        async def issue() -> None:
            async with database.connected(base):
                for account in ACCOUNTS:
                    if account is not None:
                        secrets[account] = await accounts.issue_token(account, now=clock.now())

        apart(issue)
        sides = [
            Side(_settings(stack, databases, base.database, folder / name), engine, secrets)
            for name, engine in (("plans", Engine(schema, compile_at=1)), ("ordinary", None))
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
    """Execute on both sides, and compare the bytes."""
    runner, plans, ordinary = sides
    expected = runner.run(ordinary.answer(text, variables, account))
    assert runner.run(plans.answer(text, variables, account)) == expected, (text, variables, account)


@pytest.fixture
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze the clock, so that both sides use the same time."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.usefixtures("frozen_clock")
def test_plans_return_same_bytes_as_graphql_core(
    databases: Databases, demo_address: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Generated operations of all accounts return the same bytes from both executors, and no plan fails.

    One account repeats the operation with other variables on the cached plan.
    """
    with both(databases, demo_address, tmp_path) as sides:
        runner, plans, _ = sides
        known = runner.run(plans.known())

        @seed(20261124)
        @hypothesis_settings(
            max_examples=max(OPERATIONS // ACCOUNT_COUNT, 1),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(DOCUMENTS, st.integers(min_value=0, max_value=2**32))
        def agree(document: str, number: int) -> None:
            for place, account in enumerate(ACCOUNTS):
                random = Random(number + place)
                text, variables = varied(read(document), TYPES, known, random)
                compare(sides, text, variables, account)
                if variables and place == number % ACCOUNT_COUNT:
                    compare(sides, text, other_variables(variables, random), account)

        agree()
    failed = [record for record in caplog.records if record.getMessage() == "a plan failed"]
    assert not failed, failed[0].__dict__.get("fields")


# Documents, each with variables for consecutive executions of one plan.
REPEATED: list[tuple[str, list[dict[str, Any]]]] = [
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
        'query ($id: ID!) { node(id: $id) { id } personBy(by: { id: $id }, purpose: "a") { id } }',
        [{"id": "person_a"}, {"id": 5}, {"id": None}, {"id": "person_b"}],
    ),
]


@pytest.mark.usefixtures("frozen_clock")
def test_cached_plan_accepts_other_variables(databases: Databases, demo_address: str, tmp_path: Path) -> None:
    """A cached plan gives correct results for other variables: given, null and missing ones in any order."""
    with both(databases, demo_address, tmp_path) as sides:
        for text, values in REPEATED:
            for variables in (*values, *reversed(values)):
                compare(sides, text, variables, "supervisor")
