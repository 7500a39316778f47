"""Takes each guard away once, in a copy, and runs the tests that should notice.

    python -m tests.mutation [WORDS...]

Words choose the guards whose names have one of them. The exit status is 1 if nobody noticed that one was gone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutation.guard import CHECKOUT, Guard, Stray, place
from tests.mutation.guards import GUARDS

# pytest says so when tests ran and some failed; anything else is no answer.
SOME_FAILED = 1


def main() -> int:
    """Take away the chosen guards, one after the other; return the exit status."""
    chosen = [guard for guard in GUARDS if not sys.argv[1:] or any(word in guard.name for word in sys.argv[1:])]
    unnoticed = [guard.name for guard in chosen if not _is_noticed(guard)]
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} guards are guarded")
    return 1 if unnoticed else 0


def _is_noticed(guard: Guard) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "hall"
        _copied(copy)
        try:
            found = place(guard, copy)
            found.path.write_text(found.without(guard.change), "utf-8")
        except Stray as stray:
            print(f"STRAY     {guard.name}: {stray}", flush=True)
            return False
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *guard.tests.split()]
        where = os.environ | {"HALL_TEST_DATABASE": guard.database, "HALL_TEST_LOADS": ""}
        ended = subprocess.run(command, cwd=copy, env=where, check=False, capture_output=True, text=True)
    failed = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    noticed = ended.returncode == SOME_FAILED
    print(f"{'noticed   ' if noticed else 'UNNOTICED '}{guard.name}: {(failed or ['-'])[0][:110]}", flush=True)
    return noticed


def _copied(copy: Path) -> None:
    """Copy what git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, copy / name)


if __name__ == "__main__":
    sys.exit(main())
