"""The Hall as a process of its own, on a real socket, as somebody would start it."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from api.settings import Settings
from tests.forkserver import Fork, start
from tests.personal import listen

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 60


class Served:
    """A serving process, and what it has written so far."""

    def __init__(self, process: Fork | subprocess.Popen[str], address: str) -> None:
        self.address = address
        self.lines: list[dict[str, Any]] = []
        self._process = process
        self._has_ended = False
        self._heard = Condition()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            listen(line, "a line of a process")
            with self._heard:
                self.lines.append(json.loads(line))
                self._heard.notify_all()
        with self._heard:
            self._has_ended = True
            self._heard.notify_all()

    def wait_until(self, said: str, times: int = 1) -> None:
        """Wait until it has said so often what begins so; if it ends before that, fail with what it said."""

        def has_said() -> bool:
            return len(self.said(said)) >= times

        with self._heard:
            assert self._heard.wait_for(lambda: has_said() or self._has_ended, PATIENCE)
            assert has_said(), self.lines

    def said(self, beginning: str) -> list[str]:
        """Return what it has said that begins so."""
        return [line["event"] for line in self.lines if line["event"].startswith(beginning)]

    def size(self) -> tuple[int, int]:
        """Return its memory in bytes, and how many file descriptors it has open."""
        own = Path("/proc") / str(self._process.pid)
        pages = int((own / "statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE"), len(list((own / "fd").iterdir()))

    def kill(self) -> None:
        """End it at once, as a power cut does; return when it has ended."""
        self._process.kill()
        self.exit_status()

    def exit_status(self) -> int:
        """Wait until it has ended, and return how."""
        status = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def ask_to_end(self) -> None:
        """Ask it to end, as a supervisor does."""
        self._process.terminate()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.ask_to_end()
        self.exit_status()


@contextmanager
def serving(settings: Settings, **machine: str) -> Iterator[Served]:
    """Keep `python -m api serve` running on a free port; `machine` are variables of its environment, such as TZ."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")} | {
        "HALL_MODE": settings.mode.value,
        "HALL_PORT": str(port),
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
        "HALL_CORS_ORIGINS": " ".join(settings.cors_origins),
        "HALL_INSECURE_COOKIES": "1",
        "HALL_PUBLIC_URL": settings.public_url,
        # The whole suite passes with either.
        "HALL_HTTP": os.environ.get("HALL_HTTP", "hall"),
    }
    environment |= machine
    with start("serve", environment=environment, stdout=subprocess.PIPE) as process:
        served = Served(process, f"http://127.0.0.1:{port}")
        try:
            served.wait_until("Uvicorn running")
            yield served
        finally:
            served.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
