"""Mutation test: removes each guard in a copy of the checkout, and runs the tests that should fail.

python -m tests.mutation [WORDS...]

WORDS select guards by parts of their names. The exit status is 1 if the tests pass without a guard.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutation.guard import CHECKOUT, Guard, InvalidGuard, find_location
from tests.mutation.guards import GUARDS

# pytest's exit status if tests ran and some failed; any other status is no result.
SOME_FAILED = 1


def main() -> int:
    """Remove the selected guards one by one; return the exit status."""
    chosen = [guard for guard in GUARDS if not sys.argv[1:] or any(word in guard.name for word in sys.argv[1:])]
    undetected = [guard.name for guard in chosen if not _is_detected(guard)]
    print(f"{len(chosen) - len(undetected)} of {len(chosen)} removed guards are detected")
    return 1 if undetected else 0


def _is_detected(guard: Guard) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "hall"
        _copy_checkout(copy)
        try:
            found = find_location(guard, copy)
            found.path.write_text(found.without(guard.change), "utf-8")
        except InvalidGuard as error:
            print(f"INVALID    {guard.name}: {error}", flush=True)
            return False
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *guard.tests.split()]
        where = os.environ | {"HALL_TEST_DATABASE": guard.database, "HALL_TEST_LOADS": ""}
        ended = subprocess.run(command, cwd=copy, env=where, check=False, capture_output=True, text=True)
    failed = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    detected = ended.returncode == SOME_FAILED
    print(f"{'detected   ' if detected else 'UNDETECTED '}{guard.name}: {(failed or ['-'])[0][:110]}", flush=True)
    return detected


def _copy_checkout(copy: Path) -> None:
    """Copy the files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, copy / name)


if __name__ == "__main__":
    sys.exit(main())
