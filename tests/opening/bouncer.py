"""pgbouncer in transaction mode in front of a PostgreSQL of the tests, with few server connections."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import postgres
from tests.http.serving import free_port

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
# Two server connections for all clients, so that session state would leak between clients.
SERVERS = 2
TIMEOUT_SECONDS = 10
SETTINGS = """
[databases]
* = host={folder} port=5432 user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {servers}
max_client_conn = 200
server_round_robin = 1
"""


@contextmanager
def pgbouncer(address: str) -> Iterator[str]:
    """Run a pooler, and yield the address of the same database through it."""
    if PROGRAM is None:
        pytest.skip("pgbouncer is not installed: .ci/prepare pooler")
    port = free_port()
    parts = urlsplit(address)
    folder = Path(tempfile.mkdtemp(prefix="hall-pgbouncer-"))
    try:
        settings = folder / "pgbouncer.ini"
        server = parse_qs(parts.query)["host"][0]
        settings.write_text(SETTINGS.format(folder=server, port=port, servers=SERVERS), "utf-8")
        folder.chmod(0o755)
        # pgbouncer refuses to run as root, and only the server's user may read its socket folder.
        user = postgres.user(address)
        with subprocess.Popen([PROGRAM, "-q", settings], user=user, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(port)
                yield parts._replace(netloc=f"postgres:@127.0.0.1:{port}", query="").geturl()
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder)


def _wait_for(port: int) -> None:
    for _ in range(TIMEOUT_SECONDS * 20):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    raise TimeoutError("pgbouncer does not listen")
