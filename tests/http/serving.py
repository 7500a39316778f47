"""The Hall as a process of its own, on a real socket, as somebody would start it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from api.settings import Settings

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 60


class Served:
    """A serving process, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.address = address
        self.lines: list[dict[str, Any]] = []
        self._process = process
        self._is_open = False
        self._heard = Event()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"].startswith("Uvicorn running"):
                self._is_open = True
                self._heard.set()
        self._heard.set()

    def wait_until_open(self) -> None:
        """Wait until it says that it is open; if it ends before that, fail with what it said."""
        assert self._heard.wait(PATIENCE)
        assert self._is_open, self.lines

    def stop(self) -> None:
        """Ask it to end, as a supervisor does, and wait until it has."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Keep `python -m api serve` running on a free port."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")} | {
        "HALL_MODE": settings.mode.value,
        "HALL_PORT": str(port),
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
    }
    command = [sys.executable, "-m", "api", "serve"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        served = Served(process, f"http://127.0.0.1:{port}")
        try:
            served.wait_until_open()
            yield served
        finally:
            served.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
