"""Private parts of libraries are where the adapters look for them: a failure here says what an upgrade has moved."""

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
from tortoise import context
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.context import TortoiseContext

from api import adapters
from api.adapters import aiosqlite as aiosqlite_adapter
from api.adapters import asyncpg as asyncpg_adapter
from api.adapters import uvicorn as uvicorn_adapter
from api.http.observability.logs import RequestLog
from api.people.models import Person
from tests.architecture.sources import lines_with, matching, no_offenders

LIBRARIES = {
    "strawberry": "strawberry-graphql", "tortoise": "tortoise-orm", "aiosqlite": "aiosqlite", "asyncpg": "asyncpg",
    "uvicorn": "uvicorn",
}  # fmt: skip


def missing(owner: object, names: tuple[str, ...]) -> list[str]:
    """Return those of the names that an object does not have."""
    return [name for name in names if not hasattr(owner, name)]


def said(library: str, what: str) -> str:
    """Return the sentence of a failure."""
    return f"{LIBRARIES[library]} {version(LIBRARIES[library])} moved {what}: read it anew in api/adapters/{library}.py"


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_was_read_in_the_version_that_is_pinned(library: str) -> None:
    """Whoever upgrades a library reads its adapter, runs these tests, and writes the version down."""
    from importlib import import_module

    read_in = import_module(f"{adapters.__name__}.{library}").READ_IN
    assert read_in == version(LIBRARIES[library]), (
        f"api/adapters/{library}.py was read in {read_in}: read what it uses in {version(LIBRARIES[library])}, "
        "then set READ_IN"
    )


def test_strawberry() -> None:
    """It keeps graphql-core's schema."""

    @strawberry.type
    class Query:
        one: int = 1

    assert missing(strawberry.Schema(Query), ("_schema",)) == [], said("strawberry", "Schema._schema")


def test_tortoise() -> None:
    """It describes models, and keeps its context, connections and their lock."""
    meta: Any = Person._meta
    described = ("db_table", "fields_map", "fields_db_projection", "basetable", "pk_attr", "db_pk_column")
    client = SqliteClient("/nowhere", connection_name="default")
    assert missing(meta, described) == [], said("tortoise", "the description of models")
    assert missing(client, ("_connection", "_lock")) == [], said("tortoise", "the connection of a client, or its lock")
    assert missing(context, ("_current_context", "_global_context", "require_context")) == [], said(
        "tortoise", "the current context"
    )
    assert "_storage_var" in inspect.getsource(type(TortoiseContext().connections)), said(
        "tortoise", "the connections of a context"
    )


async def test_aiosqlite() -> None:
    """It keeps the driver's connection and its thread, and runs work there."""
    async with aiosqlite.connect(":memory:") as connection:
        assert missing(connection, ("_conn", "_execute", "_thread")) == [], said("aiosqlite", "the connection's parts")
        found = await aiosqlite_adapter.run_in_thread(connection, lambda number: number + 1, 1)
        assert found == 2, said("aiosqlite", "Connection._execute")


def test_asyncpg() -> None:
    """It parses addresses with the arguments that are left out here, and keeps the transport of a connection."""
    taken = set(inspect.signature(connect_utils._parse_connect_dsn_and_args).parameters) - {"dsn"}
    assert taken == set(asyncpg_adapter.ARGUMENTS), said("asyncpg", "the arguments of its parser")
    assert "_transport" in inspect.getsource(asyncpg.Connection), said("asyncpg", "the transport of a connection")


async def test_uvicorn() -> None:
    """Its protocol and its request cycle have what the Hall's build on."""
    config = uvicorn.Config(RequestLog.__call__, log_config=None)
    config.load()
    protocol = uvicorn_adapter.HttpToolsProtocol(config, uvicorn.server.ServerState(), app_state={})
    assert missing(protocol, uvicorn_adapter.PROTOCOL_METHODS) == [], said("uvicorn", "methods of its protocol")
    assert missing(protocol, uvicorn_adapter.PROTOCOL_ATTRIBUTES) == [], said("uvicorn", "attributes of its protocol")
    cycle = inspect.getsource(uvicorn_adapter.RequestResponseCycle.__init__)
    moved = [name for name in uvicorn_adapter.CYCLE_ATTRIBUTES if f"self.{name}" not in cycle]
    assert moved == [], said("uvicorn", f"{', '.join(moved)} of its request cycle")


def test_no_other_module_looks_into_a_library() -> None:
    """Private names of others are used in api/adapters/ alone."""
    found = [
        place for place, line in lines_with(re.compile(r"noqa: [A-Z0-9, ]*SLF001"), *matching("api/*.py"))
        if not place.startswith("api/adapters/") and "of the same class" not in line
    ]  # fmt: skip
    no_offenders(found, "Move it to the library's module in api/adapters/, with the version in which it was read.")
