"""Commands run as an operator does, with databases that cannot be opened."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from api.db.database import is_sqlite
from api.settings import Settings

CHECKOUT = Path(__file__).parents[2]
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
PR_CAPBSET_DROP = 24
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
    with start(settings, *words, **variables) as process:
        out, error = process.communicate("a long password\n", TIMEOUT_SECONDS)
    return Result(process.returncode, out, error, monotonic() - start_time)


def start(settings: Settings, *words: str, **variables: str) -> subprocess.Popen[str]:
    """Start a command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HALL_", "PG"))} | {
        "HALL_MODE": settings.mode.value,
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
        "HALL_INSECURE_COOKIES": "1",
        "HALL_PORT": "1",
        **variables,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "api", *words],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_drop_capabilities if is_sqlite(settings) else None,  # noqa: PLW1509 - it makes system calls only
    )


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def refusal(ended: Result) -> str:
    """Return the single error line of a command, which must have failed in time."""
    assert ended.status == 2, ended
    assert ended.error.startswith("hall: "), ended
    assert ended.error.count("\n") == 1, ended
    assert ended.seconds < SECONDS, ended
    # The log names the cause too, without a traceback.
    assert "Traceback" not in ended.out, ended
    return ended.error
