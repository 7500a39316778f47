"""Processes by their numbers, from /proc: those of PostgreSQL are children of Patroni's, in sessions of their own."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def send(number: signal.Signals, processes: Iterable[int]) -> None:
    """Send a signal to processes that still run."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def title(process: int) -> str:
    """Return what a process calls itself; nothing once it has ended."""
    try:
        return (PROC / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def descendants(process: int) -> Iterator[int]:
    """Yield a process, and all that it and its children have started."""
    yield process
    for child, parent in _parents():
        if parent == process:
            yield from descendants(child)


def _parents() -> Iterator[tuple[int, int]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                # The name of the program, in parentheses, may have spaces.
                status = (entry / "stat").read_text("ascii", "replace").rpartition(") ")[2].split()
                yield int(entry.name), int(status[1])
