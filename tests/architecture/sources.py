"""The files of the repository, as the architecture tests read them."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]


@cache
def sources() -> tuple[PurePosixPath, ...]:
    """Return every file that git tracks or would track, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    paths = sorted(PurePosixPath(name) for name in listed.split("\0") if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


def matching(*patterns: str) -> list[PurePosixPath]:
    """Return the files that match a pattern, in which * also matches slashes; each pattern must match a file."""
    found = {pattern: [path for path in sources() if fnmatchcase(str(path), pattern)] for pattern in patterns}
    assert all(found.values()), f"no file matches {[pattern for pattern, paths in found.items() if not paths]}"
    return sorted({path for paths in found.values() for path in paths})


def no_offenders(found: Iterable[str], remedy: str) -> None:
    """Fail if `found` is not empty; the message has the remedy and every offender."""
    __tracebackhide__ = True
    offenders = sorted(found)
    if offenders:
        pytest.fail("\n".join((f"{len(offenders)} to fix. {remedy}", *offenders)), pytrace=False)


@cache
def text(path: PurePosixPath) -> str:
    """Return the content of a file."""
    return (ROOT / path).read_text(encoding="utf-8")


def lines_with(pattern: re.Pattern[str], *paths: PurePosixPath) -> Iterator[tuple[str, str]]:
    """Yield the place, as file:line, and the text of each line that matches `pattern`."""
    for path in paths:
        for number, line in enumerate(text(path).splitlines(), start=1):
            if pattern.search(line):
                yield f"{path}:{number}", line.strip()


@cache
def tree(path: PurePosixPath) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(text(path), filename=str(path))


def imported(path: PurePosixPath) -> Iterator[str]:
    """Yield the full names of all imports of a Python file."""
    yield from (name for _, name in imports(path))


@cache
def imports(path: PurePosixPath) -> tuple[tuple[str, str], ...]:
    """Return the place, as file:line, and the full name of all imports of a Python file."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += ((f"{path}:{node.lineno}", alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += ((f"{path}:{node.lineno}", f"{node.module}.{alias.name}") for alias in node.names)
    return tuple(found)


def within(name: str, *packages: str) -> bool:
    """Return whether `name` is one of `packages` or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
