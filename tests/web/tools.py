"""Node and the npm packages of tests/browser, as the client's tests call them."""

import shutil
import subprocess
import sys
from pathlib import Path

HALL = Path(__file__).parents[2]
WEB = HALL / "web"
PACKAGES = HALL / "tests" / "browser" / "node_modules"


def node(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Return what Node printed: the machine's, or that of the environment the tests run in."""
    beside = Path(sys.executable).with_name("node")
    program = shutil.which("node") or str(beside)
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=HALL, encoding="utf-8")
