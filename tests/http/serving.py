"""The Hall as a process of its own, on a real socket, as somebody would start it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings

CHECKOUT = Path(__file__).parents[2]


class Served:
    """A serving process and what it has written so far."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.address = address
        self.lines: list[dict[str, str]] = []
        self._process = process

    def wait_until_open(self) -> None:
        """Read what it writes until it says that it is open; if it ends before that, fail with what it said."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"].startswith("Uvicorn running"):
                return
        raise AssertionError(self.lines)

    def stop(self) -> int:
        """Ask it to end, as a supervisor does; return how it ended."""
        self._process.terminate()
        rest, _ = self._process.communicate(timeout=30)
        self.lines += [json.loads(line) for line in rest.splitlines()]
        return self._process.returncode


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Keep `python -m api serve` running on a free port."""
    port = _free_port()
    environment = os.environ | {
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
            if process.poll() is None:
                served.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
