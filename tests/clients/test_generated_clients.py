"""docs/clients.md is followed literally: its files are written, and its commands run, except those that install."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from api.settings import Settings
from tests.architecture.sources import text
from tests.clients.test_clients import CLIENT_PYTHON, HERE, PATH, SCHEMA
from tests.http.serving import serving
from tests.test_commands import command

PAGE = text(PurePosixPath("docs/clients.md"))
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
INSTALLING = ("npm ", "python3 -m venv")
PRINTED = """Employees' basic pension insurance 2
Unemployment insurance 2
Employees' basic medical insurance 2
Work injury insurance 2
"""


def commands(language: str) -> Iterator[str]:
    """Yield the commands of the part about a language."""
    part = PAGE.partition(f"**{language}**")[2]
    [block] = re.findall(r"\A.*?```console\n(.*?)```", part, re.DOTALL)
    yield from (line.removeprefix("$ ") for line in block.splitlines())


@pytest.mark.parametrize("language", ["TypeScript", "Python", "Go"])
def test_programs_of_the_page_run(settings: Settings, tmp_path: Path, language: str) -> None:
    """Each program is generated, and prints the person's insurances."""
    if language == "Go" and shutil.which("go") is None:
        pytest.skip("go is not installed")
    followed = [each for each in commands(language) if not each.startswith(INSTALLING)]
    assert followed
    token = command(settings, "token", "eligible").stdout.strip()
    folder = tmp_path / "followed"
    folder.mkdir()
    with serving(settings) as hall:
        _write_files(folder, hall.address)
        script = "\n".join(["set -e", *followed]).replace("http://127.0.0.1:8000", hall.address)
        ran = subprocess.run(
            ["bash", "-c", script],
            cwd=folder, check=False, capture_output=True, text=True, timeout=240,
            env=os.environ | {"PATH": PATH, "TOKEN": token, "GOFLAGS": "-mod=mod", "GOCACHE": str(tmp_path / "go")},
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert ran.stdout.endswith(PRINTED)


def _write_files(folder: Path, address: str) -> None:
    """Write the files of the page, and what its commands have installed."""
    shutil.copy(SCHEMA, folder)
    for language, code in BLOCKS:
        if language == "graphql":
            (folder / "record.graphql").write_text(code, "utf-8")
        elif language != "console":
            named = re.match(r"(?://|#) (\S+)\n", code)
            assert named is not None, code[:40]
            (folder / named[1]).write_text(code.replace("http://127.0.0.1:8000", address), "utf-8")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / ".venv").symlink_to(CLIENT_PYTHON.parent)


def test_installed_versions_are_those_of_the_page() -> None:
    """The versions that the page names are those that its programs are tested with."""
    installed = (HERE / "package.json").read_text("utf-8") + (HERE / "requirements.txt").read_text("utf-8")
    for name, package in (
        ("GraphQL Code Generator", '"@graphql-codegen/cli": "'),
        ("quicktype", '"quicktype": "'),
        ("ariadne-codegen", "ariadne-codegen=="),
    ):
        [version] = re.findall(rf"\[{name}\]\(\S+\) ([0-9.]+[0-9])", PAGE)
        assert f"{package}{version}" in installed
