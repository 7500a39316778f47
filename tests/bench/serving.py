"""A server in a separate process, on its own core."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.bench.contestants import Place, Server
from tests.bench.load import TIMEOUT_SECONDS
from tests.http.serving import CHECKOUT, free_port


@contextmanager
def running_server(server: Server, database: str, folder: Path, *, core: int) -> Iterator[int]:
    """Run a server; yield its port."""
    place = Place(free_port(), database, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")}
    command = ["taskset", "-c", str(core), *server.command(place)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment | dict(server.environment(place)), stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait(process, place.port)
            yield place.port
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the server listens; raise RuntimeError on a time-out."""
    until = monotonic() + TIMEOUT_SECONDS
    while monotonic() < until and process.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.02)
    raise RuntimeError(f"it does not listen: {process.args!r}")
