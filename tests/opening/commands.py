"""Commands as an operator types them, against databases that cannot be opened."""

import ctypes
import os
from subprocess import PIPE, Popen
from time import monotonic
from typing import NamedTuple

from api.db.database import is_sqlite
from api.settings import Settings
from tests.forkserver import Fork, start

# Ten on a machine at rest. Three suites run side by side here, and what hangs hangs for ever.
SECONDS = 30
PATIENCE = 60
# Every command that opens the database, with what is typed.
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
# They let root pass over what files permit.
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


class Ended(NamedTuple):
    """How a command has ended."""

    status: int
    out: str
    error: str
    seconds: float


def run(settings: Settings, *words: str, **variables: str) -> Ended:
    """Return how a command ends that files permit no more than they say, even where root runs the tests."""
    began = monotonic()
    with started(settings, *words, **variables) as process:
        out, error = process.communicate("a long password\n", PATIENCE)
    assert process.returncode is not None
    return Ended(process.returncode, out, error, monotonic() - began)


def started(settings: Settings, *words: str, **variables: str) -> Fork | Popen[str]:
    """Return a command that has begun."""
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
        prepare=_permit_no_more if is_sqlite(settings) else None,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )


def _permit_no_more() -> None:
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


def refusal(ended: Ended) -> str:
    """Return the single error line of a command, which must have failed in time."""
    assert ended.status == 2, ended
    assert ended.error.startswith("hall: "), ended
    assert ended.error.count("\n") == 1, ended
    assert ended.seconds < SECONDS, ended
    # The log of a server names the cause too, and no place in the code.
    assert "Traceback" not in ended.out, ended
    return ended.error
