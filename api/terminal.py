"""Prints the output of commands; a failure to print never ends a command."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TextIO

REPORT_SECONDS = 2


def prepare_streams() -> None:
    """Let stdout and stderr escape characters that their encoding lacks, as GBK, Latin-1 and ASCII do.

    A closed standard stream is opened to /dev/null: otherwise a database file would get its descriptor, and libuv
    aborts.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def say(text: str, *, error: bool = False) -> None:
    """Print a line; ignore a closed pipe, a full disk and unsupported characters."""
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    try:
        print(text, file=stream, flush=True)
    except UnicodeError:
        encoding = stream.encoding or "ascii"
        with suppress(OSError, ValueError):
            print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except (OSError, ValueError):
        _silence(stream)


def percentages() -> Callable[[int, int], None]:
    """Return a function that prints how much of a long task is done, every few seconds."""
    last = monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= REPORT_SECONDS:
            last = monotonic()
            say(f"{done * 100 // max(total, 1)} %", error=True)

    return report


def _silence(stream: TextIO) -> None:
    """Redirect a stream to /dev/null, so that the interpreter's flush at exit succeeds."""
    with suppress(OSError, ValueError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
