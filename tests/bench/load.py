"""Load generation: continuous requests on several connections, or a few single requests.

The generator is Debian's wrk on a core of its own. It is faster than any server here, so that the server is the
bottleneck; a generator in Python or Node would not be.
"""

import json
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from time import perf_counter

SCRIPT = Path(__file__).parent / "load.lua"
CONNECTIONS = 16
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement: the number of responses, their rate per second, and the 99th percentile in milliseconds."""

    answers: int
    rate: float
    slowest: float


def load(
    port: int,
    requests: Sequence[bytes],
    folder: Path,
    *,
    seconds: int,
    core: int | str,
    connections: int = CONNECTIONS,
) -> Measured:
    """Return the measurement of a server under full load; raise RuntimeError if a request fails."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is not installed (Debian: apt-get install wrk).")
    path = folder / "requests"
    path.write_bytes(b"".join(b"%d\n%b" % (len(request), request) for request in requests))
    command = ["taskset", "-c", str(core), wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=10s"]
    output = subprocess.run(
        [*command, "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", str(path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures = json.loads(output.splitlines()[-1])
    if figures["failed"] or not figures["requests"]:
        raise RuntimeError(f"{figures['failed']} of {figures['requests']} requests failed")
    answers = figures["requests"]
    return Measured(answers, answers * 1e6 / figures["microseconds"], figures["p99"] / 1000)


def measure_briefly(port: int, requests: Sequence[bytes]) -> Measured:
    """Return the measurement of a few sequential requests."""
    started = perf_counter()
    for request in requests[:3]:
        answer_to(port, request)
    seconds = perf_counter() - started
    return Measured(3, 3 / seconds, seconds * 1000)


class BadToken(RuntimeError):
    """A server refuses the token of a request."""


def answer_to(port: int, request: bytes) -> bytes:
    """Return the body of the response; raise RuntimeError unless it succeeds, and BadToken for a 401."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        body = response.read(int(response.headers["Content-Length"]))
    if response.status == 401:
        raise BadToken
    if response.status != 200:
        raise RuntimeError(f"HTTP {response.status}: {body[:300].decode(errors='replace')}")
    return body
