"""A fresh database for every test: filled once per run, then copied."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import asyncpg

from tests.postgres import is_in_memory


class Databases(Protocol):
    """A source of fresh databases; addresses have the form of HALL_DATABASE_URL."""

    def create(self, data: Path) -> str:
        """Return the address of a new, empty database, in the folder `data` if it is a file."""

    @contextmanager
    def copy(self, address: str, data: Path) -> Iterator[str]:
        """Copy the database at `address`, to which no connection may be open."""


class SQLiteDatabases:
    """Files in the data folder."""

    def create(self, data: Path) -> str:
        """Return the address of the file that serving would create."""
        return f"sqlite://{data / 'hall.sqlite3'}"

    @contextmanager
    def copy(self, address: str, data: Path) -> Iterator[str]:
        """Copy the file; pytest deletes its folder."""
        shutil.copy(address.removeprefix("sqlite://"), data / "hall.sqlite3")
        yield self.create(data)


class PostgreSQLDatabases:
    """Databases of one server."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._names = (f"hall_{number}" for number in count())
        # FILE_COPY is faster in memory, WAL_LOG on a disk.
        self._strategy = "FILE_COPY" if is_in_memory(server) else "WAL_LOG"
        # One connection for CREATE and DROP DATABASE, in a separate event loop and thread.
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)
        self._connection: asyncpg.Connection | None = None

    def create(self, data: Path) -> str:  # noqa: ARG002 - the server has its own folder
        """Create a database and return its address."""
        return self._create(template="template1")

    @contextmanager
    def copy(self, address: str, data: Path) -> Iterator[str]:  # noqa: ARG002 - the server has its own folder
        """Copy the database by template, and drop the copy afterwards, open connections included."""
        copy = self._create(template=database_name(address))
        yield copy
        self._execute(f'DROP DATABASE "{database_name(copy)}" WITH (FORCE)')

    def _create(self, *, template: str) -> str:
        name = next(self._names)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY {self._strategy}')
        return urlsplit(self._server)._replace(path=f"/{name}").geturl()

    def _execute(self, statement: str) -> None:
        async def execute() -> None:
            if self._connection is None:
                self._connection = await asyncpg.connect(self._server)
            await self._connection.execute(statement)

        try:
            self._run(execute)
        except (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError):
            # A test has restarted the server.
            self._connection = None
            self._run(execute)

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._thread.submit(lambda: self._runner.run(work())).result()

    def close(self) -> None:
        """Close the connection, its event loop and its thread."""

        async def end() -> None:
            if self._connection is not None:
                self._connection.terminate()

        self._run(end)
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()


def database_name(address: str) -> str:
    """Return the name of the database at a PostgreSQL address."""
    return urlsplit(address).path.removeprefix("/")


def apart(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` in an event loop and a context of its own, which isolates what it opens or patches."""

    async def run() -> None:
        await work()

    with ThreadPoolExecutor(1) as executor:
        executor.submit(lambda: asyncio.run(run())).result()
