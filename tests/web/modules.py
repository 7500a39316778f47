"""Which modules of the client import which."""

import re
from collections.abc import Iterator
from pathlib import Path


def imports(path: Path) -> Iterator[Path]:
    """The modules that a module imports from the start."""
    for module in re.findall(r"""^import [^'"]*['"]([^'"]+)['"]""", path.read_text("utf-8"), re.MULTILINE):
        yield (path.parent / module).resolve()


def imports_later(path: Path) -> Iterator[Path]:
    """The modules that a module imports once it needs them, by their plain names."""
    for module in re.findall(r"""moduleOf\(import\('([^']+)'\)\)""", path.read_text("utf-8")):
        yield (path.parent / module).resolve()
