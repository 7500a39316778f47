"""The files of the house, as its own tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]


@cache
def sources() -> tuple[PurePosixPath, ...]:
    """Return every file that git keeps or would keep, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    paths = sorted(PurePosixPath(name) for name in listed.split("\0") if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


def matching(*patterns: str) -> list[PurePosixPath]:
    """Return the files that match a pattern, in which * crosses folders; one that matches nothing is a mistake."""
    found = {pattern: [path for path in sources() if fnmatchcase(str(path), pattern)] for pattern in patterns}
    assert all(found.values()), f"no file matches {[pattern for pattern, paths in found.items() if not paths]}"
    return sorted({path for paths in found.values() for path in paths})


def text(path: PurePosixPath) -> str:
    """Return what stands in a file."""
    return (ROOT / path).read_text(encoding="utf-8")


def tree(path: PurePosixPath) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(text(path), filename=str(path))


def imported(path: PurePosixPath) -> Iterator[str]:
    """Yield the full name of everything that a Python file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, *packages: str) -> bool:
    """Return whether `name` is one of `packages`, or something inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
