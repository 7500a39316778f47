"""`python -m api serve` as a process of its own on a real socket."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from api.settings import Settings
from tests.conftest import SWITCHES
from tests.forkserver import Fork, start
from tests.personal import check_for_leaks

CHECKOUT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 60


class Served:
    """A server process and the log lines that it has written so far."""

    def __init__(self, process: Fork | subprocess.Popen[str], address: str) -> None:
        self.address = address
        self.lines: list[dict[str, Any]] = []
        self._process = process
        self._has_ended = False
        self._changed = Condition()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            check_for_leaks(line, "a line of a process")
            with self._changed:
                self.lines.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def wait_until(self, said: str, times: int = 1) -> None:
        """Wait until `times` log events start with a text; fail with the log lines if the process ends first."""

        def is_logged() -> bool:
            return len(self.events(said)) >= times

        with self._changed:
            assert self._changed.wait_for(lambda: is_logged() or self._has_ended, TIMEOUT_SECONDS)
            assert is_logged(), self.lines

    def events(self, beginning: str) -> list[str]:
        """Return the log events that start with a text."""
        return [line["event"] for line in self.lines if line["event"].startswith(beginning)]

    def size(self) -> tuple[int, int]:
        """Return the resident memory in bytes and the number of open file descriptors."""
        own = Path("/proc") / str(self._process.pid)
        pages = int((own / "statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE"), len(list((own / "fd").iterdir()))

    def kill(self) -> None:
        """Kill the process with SIGKILL, as a power cut would, and wait for its end."""
        self._process.kill()
        self.exit_status()

    def exit_status(self) -> int:
        """Wait for the end of the process and return its exit status."""
        status = self._process.wait(TIMEOUT_SECONDS)
        self._reader.join(TIMEOUT_SECONDS)
        return status

    def terminate(self) -> None:
        """Send SIGTERM, as a supervisor does."""
        self._process.terminate()

    def stop(self) -> None:
        """Send SIGTERM and wait for the end."""
        self.terminate()
        self.exit_status()


@contextmanager
def serving(settings: Settings, prepare: Callable[[], object] | None = None, /, **machine: str) -> Iterator[Served]:
    """Run `python -m api serve` on a free port.

    `prepare` is called in the new process first; `machine` are its environment variables, such as TZ.
    """
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name == "HALL_SCHEMES" or not name.startswith("HALL_")
    } | {
        "HALL_MODE": settings.mode.value,
        "HALL_PORT": str(port),
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
        "HALL_CORS_ORIGINS": " ".join(settings.cors_origins),
        "HALL_INSECURE_COOKIES": "1",
        "HALL_PUBLIC_URL": settings.public_url,
    }
    environment |= SWITCHES | machine
    with start("serve", environment=environment, prepare=prepare, stdout=subprocess.PIPE) as process:
        served = Served(process, f"http://127.0.0.1:{port}")
        try:
            served.wait_until("Uvicorn running")
            yield served
        finally:
            served.stop()


def free_port() -> int:
    """Return a TCP port that no process listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
