"""Node and the npm packages of tests/browser, for the tests of the client."""

import shutil
import subprocess
import sys
from pathlib import Path

HALL = Path(__file__).parents[2]
WEB = HALL / "web"
PACKAGES = HALL / "tests" / "browser" / "node_modules"


def node(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Return the result of Node: the machine's, or that of the test environment."""
    beside = Path(sys.executable).with_name("node")
    program = shutil.which("node") or str(beside)
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=HALL, encoding="utf-8")
