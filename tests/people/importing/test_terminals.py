"""An import completes even if its output cannot be printed."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.importing import runner
from api.people.models import Person
from api.settings import Settings
from tests.hall import open_hall
from tests.test_commands import CHECKOUT

NUMBER = "12010119900307070X"
COMMAND = [sys.executable, "-m", "api", "import"]


def environment(settings: Settings, **variables: str) -> dict[str, str]:
    """Return the environment of a command without variables that select UTF-8 output."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONUTF8", "PYTHONIOENCODING"}}
    return kept | {"HALL_DATA": str(settings.data), "HALL_DATABASE_URL": settings.database, **variables}


def people(folder: Path) -> Path:
    """Write a file with a title outside most encodings and an unknown name; return its folder."""
    (folder / "people.csv").write_text(f"证件号码,姓名,备注\u2122\U0001f600\n{NUMBER},甲,x\n", "utf-8")
    return folder


async def stored(settings: Settings) -> int:
    """Return the number of stored persons."""
    async with open_hall(settings):
        return await Person.filter(name="甲").count()


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1", "cp437", "utf-8"])
async def test_import_with_other_terminal_encodings(empty_settings: Settings, tmp_path: Path, encoding: str) -> None:
    """Characters outside the terminal's encoding are escaped; all rows are stored with status 0."""
    done = await asyncio.to_thread(
        subprocess.run,
        [*COMMAND, str(people(tmp_path))],
        cwd=CHECKOUT,
        env=environment(empty_settings, PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (runner.ALL_STORED, b"")
    assert b"people.csv: read 1, stored 1" in done.stdout
    assert ("\\u2122" in done.stdout.decode(encoding)) == (encoding != "utf-8")
    assert await stored(empty_settings) == 1


@pytest.mark.parametrize("output", ["| (exec <&-; sleep 0.1)", "> /dev/full 2>&1", ">&- 2>&-"])
async def test_import_with_unwritable_output(empty_settings: Settings, tmp_path: Path, output: str) -> None:
    """A closed pipe, a full disk or closed output streams do not stop the import."""
    script = f'(("$@" 4>&-; echo "status $?" >&4) {output}) 4>status'
    done = await asyncio.to_thread(
        subprocess.run,
        ["bash", "-c", f"cd {tmp_path}; {script}", "bash", *COMMAND, str(people(tmp_path))],
        env=environment(empty_settings, PYTHONPATH=str(CHECKOUT)),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (tmp_path / "status").read_text("utf-8") == f"status {runner.ALL_STORED}\n", done
    assert await stored(empty_settings) == 1
