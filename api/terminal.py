"""What commands say to a terminal, a pipe or a file: whatever becomes of it, the work goes on."""

import os
import sys
from contextlib import suppress
from typing import TextIO


def forgiving() -> None:
    """Let standard output and error replace what their encoding lacks: a terminal may be GBK, Latin-1 or ASCII.

    Where a caller closed one of the three, a database file would get its number, and libuv aborts over that: they are
    opened to nowhere.
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
    """Print a line. A pipe that is closed, a full disk or an encoding without these characters ends no work."""
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


def _silence(stream: TextIO) -> None:
    """Send what is printed from now on nowhere, so that the interpreter does not stumble over it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
