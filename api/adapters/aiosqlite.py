"""The parts of aiosqlite that are not public, as read in version 0.22.1."""

import asyncio
from collections.abc import Callable
from typing import Any

READ_IN = "0.22.1"


def inner(connection: Any) -> Any:
    """Return the driver's connection: aiosqlite forwards only sqlite3's methods."""
    return connection._conn  # noqa: SLF001 - see above


async def run_in_thread(connection: Any, work: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function in the connection's thread, between two statements, and return its result."""
    return await connection._execute(work, *arguments)  # noqa: SLF001 - aiosqlite runs only its own methods there


async def join_thread(connection: Any) -> None:
    """Join the thread of a connection that failed to open: aiosqlite does not, and it could outlive the event loop."""
    await asyncio.to_thread(connection._thread.join)  # noqa: SLF001 - see above
