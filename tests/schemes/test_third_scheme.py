"""A third scheme is a folder: tests/schemes/third goes all the way without any other file knowing of it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.durability.scale import IS_FULL

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SUITES = ["tests/schemes/test_every_scheme.py", "tests/malicious_input/test_hostile_input.py"]
if IS_FULL:
    SUITES += ["tests/fuzz"]


def test_a_third_scheme_is_a_folder_that_registers_itself() -> None:
    """At most 150 lines, all told; every test of every scheme holds for it, and hostile input meets typed answers."""
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines()) for path in (HERE / "third").iterdir() if path.is_file()
    )
    assert lines <= 150
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", *SUITES, "-k",
            "LIBRARY_READER or register or withdraw or scheme or (fuzzer and eligible)",
        ],
        cwd=ROOT,
        env=os.environ | {"HALL_SCHEMES": "tests.schemes.third", "HALL_FUZZ_CASES": "40"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert "LIBRARY_READER" not in done.stdout
