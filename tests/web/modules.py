"""Imports between the modules of the client."""

import re
from collections.abc import Iterator
from pathlib import Path


def imports(path: Path) -> Iterator[Path]:
    """Yield the statically imported modules of a module."""
    for module in re.findall(r"""^import [^'"]*['"]([^'"]+)['"]""", path.read_text("utf-8"), re.MULTILINE):
        yield (path.parent / module).resolve()


def dynamic_imports(path: Path) -> Iterator[Path]:
    """Yield the dynamically imported modules of a module."""
    for module in re.findall(r"""moduleOf\(import\('([^']+)'\)\)""", path.read_text("utf-8")):
        yield (path.parent / module).resolve()
