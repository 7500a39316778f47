"""Commands run as an operator does, with databases that cannot be opened."""

import ctypes
import os
from subprocess import PIPE, Popen
from time import monotonic
from typing import NamedTuple

from api.db.database import is_sqlite
from api.settings import Settings
from tests.forkserver import Fork, start

# Ten seconds are enough on an idle machine; three suites run concurrently here.
SECONDS = 30
TIMEOUT_SECONDS = 60
# Every command that opens the database, with its arguments.
COMMANDS = {
    "migrate": (),
    "import": (".",),
    "audit": ("verify",),
    "recheck": (),
    "seal": (),
    "token": ("desk",),
    "account": ("add", "desk", "--staff"),
    "serve": (),
}
CAPABILITY_VERSION_3 = 0x20080522
# The capabilities with which root ignores file permissions.
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


class Result(NamedTuple):
    """The result of a command."""

    status: int
    out: str
    error: str
    seconds: float


def run(settings: Settings, *words: str, **variables: str) -> Result:
    """Return the result of a command that is subject to file permissions, even if root runs the tests."""
    start_time = monotonic()
    with started(settings, *words, **variables) as process:
        out, error = process.communicate("a long password\n", TIMEOUT_SECONDS)
    assert process.returncode is not None
    return Result(process.returncode, out, error, monotonic() - start_time)


def started(settings: Settings, *words: str, **variables: str) -> Fork | Popen[str]:
    """Return a command that was started."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HALL_", "PG"))} | {
        "HALL_MODE": settings.mode.value,
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
        "HALL_INSECURE_COOKIES": "1",
        "HALL_PORT": "1",
        **variables,
    }
    return start(
        *words,
        environment=environment,
        prepare=_drop_capabilities if is_sqlite(settings) else None,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "capset"):
        return
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # Effective, permitted and inheritable capabilities: bits 0 to 31 of each, then bits 32 to 63 of each.
    capabilities = (ctypes.c_uint32 * 6)()
    libc.capget(header, capabilities)
    for number in range(3):
        capabilities[number] &= ~(1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
    libc.capset(header, capabilities)


def refusal(ended: Result) -> str:
    """Return the single error line of a command, which must have failed in time."""
    assert ended.status == 2, ended
    assert ended.error.startswith("hall: "), ended
    assert ended.error.count("\n") == 1, ended
    assert ended.seconds < SECONDS, ended
    # The log names the cause too, without a traceback.
    assert "Traceback" not in ended.out, ended
    return ended.error
