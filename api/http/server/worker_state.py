"""State shared by the workers of one server: a temporary folder of their parent process.

It holds the files of Prometheus metrics and the rate-limit counters, and is deleted when the parent ends.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# prometheus_client looks for the folder by this name, when it is imported.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Give the processes that begin meanwhile a folder."""
    with tempfile.TemporaryDirectory(prefix="hall-together-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[VARIABLE]


def current_shared_folder() -> Path | None:
    """Return the folder; None where one process serves alone."""
    folder = os.environ.get(VARIABLE)
    return None if folder is None else Path(folder)
