"""The parts of aiosqlite that are not public, as read in version 0.22.1."""

import asyncio
from collections.abc import Callable
from typing import Any

READ_IN = "0.22.1"


def inner(connection: Any) -> Any:
    """Return the driver's connection, to which aiosqlite passes on only what sqlite3 has."""
    return connection._conn  # noqa: SLF001 - see above


async def run_in_thread(connection: Any, work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what `work` returns in the thread of the connection, between two statements."""
    return await connection._execute(work, *arguments)  # noqa: SLF001 - aiosqlite runs only its own methods there


async def join_thread(connection: Any) -> None:
    """Wait until the thread of a connection that could not be opened has ended.

    aiosqlite does not wait for it, and the event loop may be closed by then.
    """
    await asyncio.to_thread(connection._thread.join)  # noqa: SLF001 - see above
