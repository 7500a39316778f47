"""A client that is not part of an attack, in a process of its own: how long it waits for the Hall.

The process that attacks is busy itself, and so is the machine. So the bystander also measures how late the operating
system wakes it, and waits are compared with those before the attack.

    python -m tests.attack.bystander ADDRESS        writes a line of JSON when its standard input is closed
"""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep

import httpx

PAUSE_SECONDS = 0.01
CALM_SECONDS = 2.0
CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Waits:
    """The seconds that a bystander waited for responses, and by which it was woken late."""

    responses: list[float]
    late: list[float]

    @property
    def typical_longest(self) -> float:
        """The 99th percentile of the waits, less that of the lateness, which is not the Hall's."""
        return max(0.0, _percentile(self.responses) - _percentile(self.late))


def _percentile(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[-1] if len(seconds) > 1 else max(seconds, default=0.0)


@asynccontextmanager
async def bystander(address: str) -> AsyncIterator[list[Waits]]:
    """Run a bystander for a calm while, and beside the block; yield a list that has the waits of both at the end."""
    found = [await _watched(address, asyncio.sleep(CALM_SECONDS))]
    process = await _started(address)
    try:
        yield found
    finally:
        found.append(await _ended(process))


async def _watched(address: str, meanwhile: object) -> Waits:
    process = await _started(address)
    await meanwhile  # type: ignore[misc]  # a coroutine
    return await _ended(process)


async def _started(address: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attack.bystander", address),
        cwd=CHECKOUT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _ended(process: asyncio.subprocess.Process) -> Waits:
    # Empty input closes its standard input, which ends it.
    written, _ = await process.communicate(b"")
    return Waits(**json.loads(written))


def _until_closed(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def main(address: str) -> None:
    """Ask until the standard input is closed, and print the waits."""
    ended = threading.Event()
    threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
    waits = Waits([], [])
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        while not ended.is_set():
            started = perf_counter()
            sleep(PAUSE_SECONDS)
            waits.late.append(perf_counter() - started - PAUSE_SECONDS)
            started = perf_counter()
            client.post("/graphql", json={"query": "{ service { version } }"}).raise_for_status()
            waits.responses.append(perf_counter() - started)
    sys.stdout.write(json.dumps({"responses": waits.responses, "late": waits.late}))


if __name__ == "__main__":
    main(sys.argv[1])
