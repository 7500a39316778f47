"""The private attributes of libraries that the adapters use exist; a failure names what an upgrade has moved."""

import inspect
import re
from importlib.metadata import version
from typing import Any

import aiosqlite
import asyncpg
import pytest
import strawberry
import uvicorn
from asyncpg import connect_utils
from graphql import build_schema, graphql_sync
from tortoise import context
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state_apps import StateApps

from api import adapters
from api.adapters import aiosqlite as aiosqlite_adapter
from api.adapters import asyncpg as asyncpg_adapter
from api.adapters import limits as limits_adapter
from api.adapters import tortoise as tortoise_adapter
from api.adapters import uvicorn as uvicorn_adapter
from api.adapters.graphql_core import QUOTED_VALUE
from api.http.graphql import shared_rate_limits
from api.http.observability.logs import RequestLog
from api.people.models import Person
from tests.architecture.sources import lines_with, matching, no_offenders

LIBRARIES = {
    "strawberry": "strawberry-graphql", "tortoise": "tortoise-orm", "aiosqlite": "aiosqlite", "asyncpg": "asyncpg",
    "uvicorn": "uvicorn", "graphql_core": "graphql-core", "limits": "limits",
}  # fmt: skip


def missing(owner: object, names: tuple[str, ...]) -> list[str]:
    """Return the names that an object does not have."""
    return [name for name in names if not hasattr(owner, name)]


def failure(library: str, part: str) -> str:
    """Return the failure message."""
    return f"{LIBRARIES[library]} {version(LIBRARIES[library])} moved {part}: adapt api/adapters/{library}.py"


@pytest.mark.parametrize("library", LIBRARIES)
def test_adapters_were_checked_with_pinned_version(library: str) -> None:
    """An upgrade of a library requires a check of its adapter, which sets READ_IN."""
    from importlib import import_module

    read_in = import_module(f"{adapters.__name__}.{library}").READ_IN
    assert read_in == version(LIBRARIES[library]), (
        f"api/adapters/{library}.py was checked with {read_in}: check it with {version(LIBRARIES[library])}, "
        "then set READ_IN"
    )


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ a(n: VALUE) }", {}),
        ("query ($n: Int) { a(n: $n) }", {"n": "a long secret"}),
        ("query ($n: Int) { a(n: $n) }", {"n": 2**40}),
        ('{ "a long secret" }', {}),
        ("{ a(n: 1) 12345678 }", {}),
    ],
)
def test_graphql_core(document: str, variables: dict[str, Any]) -> None:
    """Messages that quote a value match the pattern by which values are removed."""
    schema = build_schema("type Query { a(n: Int): Int }")
    values = (*map(str, variables.values()), "a long secret", "12345678", "1234567890123")
    result = graphql_sync(schema, document.replace("VALUE", "1234567890123"), variable_values=variables)
    quoting = [each.message for each in result.errors or () if any(value in each.message for value in values)]
    assert quoting
    for message in quoting:
        hidden = QUOTED_VALUE.sub("", message)
        assert not any(value in hidden for value in values), failure("graphql_core", f"the words of {message!r}")


def test_strawberry() -> None:
    """The schema has graphql-core's schema."""

    @strawberry.type
    class Query:
        one: int = 1

    assert missing(strawberry.Schema(Query), ("_schema",)) == [], failure("strawberry", "Schema._schema")


def test_tortoise() -> None:
    """Models have their metadata; clients have a connection and a lock; the context is accessible."""
    meta: Any = Person._meta
    described = ("db_table", "fields_map", "fields_db_projection", "basetable", "pk_attr", "db_pk_column")
    client = SqliteClient("/nowhere", connection_name="default")
    assert missing(meta, described) == [], failure("tortoise", "the description of models")
    assert missing(client, ("_connection", "_lock")) == [], failure(
        "tortoise", "the connection of a client, or its lock"
    )
    assert missing(context, ("_current_context", "_global_context", "require_context")) == [], failure(
        "tortoise", "the current context"
    )
    assert "_storage_var" in inspect.getsource(type(TortoiseContext().connections)), failure(
        "tortoise", "the connections of a context"
    )


def test_tortoises_migrations() -> None:
    """The executor has the attributes that the Hall's sets, and the methods that it replaces or calls."""
    apps: Any = {"hall": {"default_connection": "default"}}
    nowhere: Any = None
    original, own = MigrationExecutor(nowhere, apps), tortoise_adapter.Migrations(tortoise_adapter.Recorder(None), apps)
    assert vars(own).keys() == vars(original).keys(), failure("tortoise", "the attributes of its executor")
    assert missing(original, ("_project_state", "_full_plan")) == [], failure("tortoise", "the executor's states")
    assert missing(MigrationRecorder, ("_make_model",)) == [], failure("tortoise", "the recorder's model")
    assert missing(StateApps(), ("_default_connections", "_connections", "apps")) == [], failure(
        "tortoise", "the models of a state"
    )


async def test_aiosqlite() -> None:
    """A connection has the driver's connection and a thread that runs functions."""
    async with aiosqlite.connect(":memory:") as connection:
        assert missing(connection, ("_conn", "_execute", "_thread")) == [], failure(
            "aiosqlite", "the connection's parts"
        )
        found = await aiosqlite_adapter.run_in_thread(connection, lambda number: number + 1, 1)
        assert found == 2, failure("aiosqlite", "Connection._execute")


def test_asyncpg() -> None:
    """The DSN parser has the expected arguments, and connections have a transport."""
    taken = set(inspect.signature(connect_utils._parse_connect_dsn_and_args).parameters) - {"dsn"}
    assert taken == set(asyncpg_adapter.ARGUMENTS), failure("asyncpg", "the arguments of its parser")
    assert "_transport" in inspect.getsource(asyncpg.Connection), failure("asyncpg", "the transport of a connection")


async def test_uvicorn() -> None:
    """The protocol and the request cycle have the methods and attributes that the Hall uses."""
    config = uvicorn.Config(RequestLog.__call__, log_config=None)
    config.load()
    protocol = uvicorn_adapter.HttpToolsProtocol(config, uvicorn.server.ServerState(), app_state={})
    assert missing(protocol, uvicorn_adapter.PROTOCOL_METHODS) == [], failure("uvicorn", "methods of its protocol")
    assert missing(protocol, uvicorn_adapter.PROTOCOL_ATTRIBUTES) == [], failure(
        "uvicorn", "attributes of its protocol"
    )
    cycle = inspect.getsource(uvicorn_adapter.RequestResponseCycle.__init__)
    moved = [name for name in uvicorn_adapter.CYCLE_ATTRIBUTES if f"self.{name}" not in cycle]
    assert moved == [], failure("uvicorn", f"{', '.join(moved)} of its request cycle")


async def test_limits() -> None:
    """A storage has the client of a Redis, and of its sentinels, which can be closed."""
    for address in ("redis://127.0.0.1:1", "redis+sentinel://127.0.0.1:1/hall"):
        storage: Any = shared_rate_limits.connect(address)
        assert missing(storage, ("bridge",)) == [], failure("limits", "the bridge of a storage")
        assert missing(storage.bridge, ("storage",)) == [], failure("limits", "the client of a bridge")
        assert hasattr(storage.bridge, "sentinel") is ("sentinel" in address), failure("limits", "the sentinels")
        await limits_adapter.close(storage)


def test_private_names_are_used_in_adapters_only() -> None:
    """Private names of libraries are used in api/adapters/ only."""
    found = [
        place for place, line in lines_with(re.compile(r"noqa: [A-Z0-9, ]*SLF001"), *matching("api/*.py"))
        if not place.startswith("api/adapters/") and "of the same class" not in line
    ]  # fmt: skip
    no_offenders(found, "Move it to the library's module in api/adapters/.")
